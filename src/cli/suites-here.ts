import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '../config/calltrail-config.ts'
import { loadSuites } from '../config/suites.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'

/** The suites below `suites/` of a folder; those that cannot be read are counted. */
export async function suitesHere(
  cwd: string,
): Promise<{ readonly suites: readonly Suite[]; readonly unread: number }> {
  const files = await readdir(join(cwd, 'suites'), { recursive: true }).catch(() => [])
  const named = files.filter((file) => /\.ya?ml$/.test(file)).sort()
  const isMeant = await Promise.all(named.map((file) => saysSuite(join(cwd, 'suites', file))))
  const yaml = named.filter((_, index) => isMeant[index])
  if (yaml.length === 0) return { suites: [], unread: 0 }
  try {
    const config = await loadConfig(undefined, cwd)
    const read = await Promise.all(
      yaml.map((file) => loadSuites([join('suites', file)], config).catch(unlessMistaken)),
    )
    return { suites: read.flatMap((some) => some ?? []), unread: read.filter((some) => some === null).length }
  } catch (error) {
    return unlessMistaken(error) ?? { suites: [], unread: yaml.length }
  }
}

/** What a suite plays with may be YAML too. */
async function saysSuite(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null || /^(["']?)suite\1\s*:/m.test(text)
}

function unlessMistaken(error: unknown): null {
  if (error instanceof UsageError) return null
  throw error
}

import { join } from 'node:path'
import { loadConfig } from '../config/calltrail-config.ts'
import { suitesBelow } from '../config/suite-files.ts'
import { loadSuites } from '../config/suites.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'

/** The suites below `suites/` of a folder; those that cannot be read are counted. */
export async function suitesHere(
  cwd: string,
): Promise<{ readonly suites: readonly Suite[]; readonly unread: number }> {
  const yaml = (await suitesBelow(join(cwd, 'suites'))).toSorted()
  if (yaml.length === 0) return { suites: [], unread: 0 }
  try {
    const config = await loadConfig(undefined, cwd)
    const read = await Promise.all(yaml.map((file) => loadSuites([file], config).catch(unlessMistaken)))
    return { suites: read.flatMap((some) => some ?? []), unread: read.filter((some) => some === null).length }
  } catch (error) {
    return unlessMistaken(error) ?? { suites: [], unread: yaml.length }
  }
}

function unlessMistaken(error: unknown): null {
  if (error instanceof UsageError) return null
  throw error
}

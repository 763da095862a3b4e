import { join } from 'node:path'
import { loadConfig } from '../config/calltrail-config.ts'
import { displayPath } from '../config/located-document.ts'
import { suitesBelow } from '../config/suite-files.ts'
import { loadSuites } from '../config/suites.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'

/** The suites below `suites/` of a folder; `unread`: the files that cannot be read, as they are shown. */
export async function suitesHere(
  cwd: string,
): Promise<{ readonly suites: readonly Suite[]; readonly unread: readonly string[] }> {
  const yaml = (await suitesBelow(join(cwd, 'suites'))).toSorted()
  if (yaml.length === 0) return { suites: [], unread: [] }
  try {
    const config = await loadConfig(undefined, cwd)
    const read = await Promise.all(yaml.map((file) => loadSuites([file], config).catch(unlessMistaken)))
    const unread = yaml.filter((_, index) => read[index] === null).map((file) => displayPath(file, cwd))
    return { suites: read.flatMap((some) => some ?? []), unread }
  } catch (error) {
    return unlessMistaken(error) ?? { suites: [], unread: yaml.map((file) => displayPath(file, cwd)) }
  }
}

function unlessMistaken(error: unknown): null {
  if (error instanceof UsageError) return null
  throw error
}

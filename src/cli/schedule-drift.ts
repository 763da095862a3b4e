import { loadConfig } from '../config/calltrail-config.ts'
import { projectOf } from '../config/project.ts'
import { loadSuites } from '../config/suites.ts'
import type { Schedule } from '../domain/schedule.ts'
import { describeError } from '../errors.ts'
import type { ScheduleRecord } from '../evaluate/schedule/schedule-record.ts'
import type { DefinitionChange } from '../forensics/drift/drift.ts'
import { readDrift } from '../forensics/drift/read-drift.ts'
import { bytesBelow } from '../journal/disk-bound.ts'
import type { Home } from '../journal/home.ts'
import { withDatabase } from './database.ts'
import { say } from './run-command.ts'

const restMs = 60_000

/** Asks the database for changed definitions, where the journal has grown, and no more than once a minute. */
export function driftWatch(home: Home, configFile: string) {
  let known: {
    readonly bytes: number
    readonly atMs: number
    readonly changes: readonly DefinitionChange[]
  } = {
    bytes: -1,
    atMs: Number.NEGATIVE_INFINITY,
    changes: [],
  }
  const changes = async () => {
    if (performance.now() - known.atMs < restMs) return known.changes
    const bytes = bytesBelow(home.journal)
    const found = bytes === known.bytes ? known : await withDatabase((database) => readDrift(database))
    known = { bytes, atMs: performance.now(), changes: found.changes }
    return known.changes
  }
  return async (schedule: Schedule, record: ScheduleRecord): Promise<boolean> => {
    try {
      const found = (await changes()).filter((change) => isNews(change, record))
      if (found.length === 0) return false
      const config = await loadConfig(configFile, process.cwd())
      const suites = await loadSuites(schedule.eval.suites, config)
      const servers = new Set(suites.flatMap(({ toolset }) => toolset.servers))
      const own = await projectOf(config)
      return found.some(({ server, project }) => servers.has(server) && (project === null || project === own))
    } catch (error) {
      say(`${schedule.name}: whether tool definitions changed cannot be told: ${describeError(error)}`)
      known = { ...known, atMs: performance.now() }
      return false
    }
  }
}

/** What the last run saw itself, it has played with. A run is no client, so nobody names one. */
function isNews({ at, clients }: DefinitionChange, { driftSince, last }: ScheduleRecord): boolean {
  if (at <= driftSince) return false
  return last === null || at > last.ended || !clients.includes(null)
}

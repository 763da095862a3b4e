import { instructionsSince } from '../forensics/drift/drift.ts'
import { readDrift } from '../forensics/drift/read-drift.ts'
import { touchedSuites } from '../forensics/drift/touched-cases.ts'
import { renderDrift } from '../show/drift-report.ts'
import { driftDocument } from '../show/json-document.ts'
import { timeOf } from '../show/point-in-time.ts'
import { terminalOf } from '../show/terminal.ts'
import { commandPrefix } from './command-prefix.ts'
import { withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { print, printJson } from './print.ts'
import { suitesHere } from './suites-here.ts'

export interface DriftOptions {
  readonly since?: string
  readonly server?: string
  readonly json?: true
}

/** Changes are no failure: it ends with 0 whatever it finds. */
export async function showDrift({ since: given, server, json }: DriftOptions): Promise<number> {
  const since = given === undefined ? null : timeOf('--since', given, Date.now())
  const { found, others } = await withDatabase(async (database) => {
    const found = await readDrift(database, server)
    const all = server !== undefined && found.servers.length === 0 ? await readDrift(database) : null
    return { found, others: all?.servers.map((each) => each.server) ?? [] }
  })
  const changes = found.changes.filter(({ at }) => since === null || at >= since)
  const instructions = instructionsSince(found.instructions, since)
  const { suites, unread } = await suitesHere(process.cwd())
  const touched = touchedSuites(suites, changes)
  const report = {
    ...{
      ...found,
      server: server ?? null,
      others,
      changes,
      instructions,
      since,
      suites: touched,
      unreadSuites: unread.length,
      unreadFiles: unread,
    },
    ...{ command: commandPrefix(), home: homePath() },
  }
  if (json) printJson(driftDocument(report))
  else print(renderDrift(report, terminalOf(process.stdout, process.env)))
  return 0
}

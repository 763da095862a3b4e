import type { GateReport } from '../domain/gate.ts'
import { UsageError } from '../errors.ts'
import type { GateRow, NamedRunRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import type { Database } from './database.ts'
import { noRun, severalRuns } from './recorded-run.ts'
import { runIdOf } from './run-id.ts'

/**
 * A run of the database, by the beginning of its id, by what `--run-id` gave, or the one that began `latest`. Throws a
 * `UsageError` unless that is one run.
 */
export async function oneRun(database: Database, name: string): Promise<NamedRunRow> {
  const id = runIdOf(name)
  const meant = name === 'latest' ? { limit: 1 } : { run: name, named: id, limit: 6 }
  const rows = await rowsOf(database.query<NamedRunRow>('runs_named', meant))
  const row = rows.find(({ run }) => run === id) ?? rows[0]
  if (row?.run === id) return row
  if (row && rows.length === 1) return row
  const lines = rows.map(({ run, started }) => `${run}  ${started ?? ''}`)
  throw new UsageError([row ? severalRuns(name, lines) : noRun(name)])
}

/** The last verdict that is stored of a run; null where there is none. */
export async function readGate(database: Database, run: string): Promise<GateReport | null> {
  const [row] = await rowsOf(database.query<GateRow>('run_gate', { run }))
  if (!row) return null
  const { verdict, newest, cells, calibration } = row
  return { verdict, newest, cells: JSON.parse(cells), calibration: JSON.parse(calibration) }
}

import type { JournalReader } from '../domain/journal.ts'
import type { RunLogRow, RunRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import type { Database } from './database.ts'

/** Tells a run that is under way from one that was killed: whether its recorder may live is known in its home alone. */
export async function statesNow(
  database: Database,
  journal: JournalReader,
  rows: readonly RunRow[],
): Promise<readonly RunRow[]> {
  const values = rows.flatMap(({ run, state }) => (state === 'unfinished' ? [run] : []))
  if (values.length === 0) return rows
  const logs = await journal.logs()
  const alive = new Set(logs.flatMap(({ log, alive }) => (alive ? [log] : [])))
  const recorded = await rowsOf(database.query<RunLogRow>('run_logs', { values }))
  const running = new Set(recorded.flatMap(({ run, log }) => (alive.has(log) ? [run] : [])))
  return rows.map((row) => (running.has(row.run) ? { ...row, state: 'running' } : row))
}

import { validate, version } from 'uuid'
import type { ListedRun } from '../show/runs-list.ts'
import type { RunNameRow, RunRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import type { Database } from './database.ts'

/** Tells of runs that `--run-id` named by what: their ids are hashes of that. */
export async function withNames(database: Database, rows: readonly RunRow[]): Promise<readonly ListedRun[]> {
  const values = rows.flatMap(({ run }) => (isHash(run) ? [run] : []))
  const found = values.length > 0 ? await rowsOf(database.query<RunNameRow>('run_names', { values })) : []
  const names = new Map(found.map(({ run, name }) => [run, name]))
  return rows.map((row) => ({ ...row, name: names.get(row.run) ?? null }))
}

const isHash = (run: string) => validate(run) && version(run) === 5

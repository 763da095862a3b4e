import type { StoreReader } from '../domain/store.ts'
import type { QueryName, RetainedRow } from './queries.ts'

const dayMs = 86_400_000

/** From when on a table keeps its rows, in ms since the epoch; those that keep them all are not there. */
export type KeptSince = ReadonlyMap<string, number>

export async function keptSince(store: StoreReader<QueryName>): Promise<KeptSince> {
  const since = new Map<string, number>()
  for await (const { table, days } of store.query<RetainedRow>('retained'))
    since.set(table, Date.now() - days * dayMs)
  return since
}

import type { Params, Store } from '../domain/store.ts'
import type { ChainRow, QueryName } from './queries.ts'

/** How far back it is looked, one after the other: most often the newest chains are enough. */
const windowsMs = [15 * 60_000, 24 * 3_600_000]

interface ChainFilters extends Params {
  readonly limit: number
}

/** The newest `limit` chains that meet the filters of the query `chains`. */
export async function findChains(
  store: Store<QueryName>,
  filters: ChainFilters,
): Promise<readonly ChainRow[]> {
  const since = typeof filters.since === 'string' ? filters.since : ''
  for (const windowMs of filters.text ? [] : windowsMs) {
    const from = new Date((await latestOf(store)) - windowMs).toISOString()
    if (from <= since) break
    // Chains that began before the window may be missing, and all of them are older than those that did not.
    const rows = (await chainsOf(store, { ...filters, since: from })).filter(({ started }) => started >= from)
    if (rows.length >= filters.limit) return rows
  }
  return chainsOf(store, { ...filters, since })
}

async function latestOf(store: Store<QueryName>): Promise<number> {
  for await (const { latest } of store.query<{ latest: string }>('latest')) return Date.parse(latest)
  return 0
}

async function chainsOf(store: Store<QueryName>, filters: ChainFilters): Promise<readonly ChainRow[]> {
  const rows: ChainRow[] = []
  for await (const row of store.query<ChainRow>('chains', filters)) rows.push(row)
  return rows
}

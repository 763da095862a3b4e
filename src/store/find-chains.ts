import type { Params, Store } from '../domain/store.ts'
import type { ChainRow, ChainWithWords, QueryName } from './queries.ts'

/** How many times as many chains as are wanted are looked at first, and then; after that all are. */
const attempts = [2, 50]

type ChainFilters = Params & { readonly limit: number }

/** The newest `limit` chains that meet the filters of the query `chains`. */
export async function findChains(
  store: Store<QueryName>,
  filters: ChainFilters,
): Promise<readonly ChainRow[]> {
  const newest = filters.text ? newestWithWords : newestOf
  for (const times of attempts) {
    const some = await newest(store, filters, filters.limit * times)
    if (some === null) break
    // Chains that began before may be missing or incomplete, and all of them are older than those that did not.
    const rows = await chainsOf(store, { ...filters, ...some.narrowed })
    const whole = some.from === null ? rows : rows.filter(({ started }) => started >= (some.from ?? ''))
    if (some.from === null || whole.length >= filters.limit) return whole
  }
  return chainsOf(store, filters)
}

interface Some {
  readonly narrowed: Params
  /** All chains that began since then are among them; null where there are no others. */
  readonly from: string | null
}

/** Null where all are to be looked at. */
async function newestOf(store: Store<QueryName>, filters: ChainFilters, count: number): Promise<Some | null> {
  const from = await timeOf(store, count)
  return from === null || from <= String(filters.since ?? '') ? null : { narrowed: { since: from }, from }
}

async function newestWithWords(store: Store<QueryName>, filters: ChainFilters, count: number): Promise<Some> {
  const { text = '', since = '' } = filters
  const found = await rowsOf(store.query<ChainWithWords>('chains_with_words', { text, since, limit: count }))
  const last = found.at(-1)?.last ?? ''
  const among = found.length === 0 ? ['none'] : found.map(({ chain }) => chain)
  const narrowed = { text: '', among, since: last > String(since) ? last : since }
  return { narrowed, from: found.length < count ? null : last }
}

/** Since when there are about `count` chains; null where there are fewer. */
async function timeOf(store: Store<QueryName>, count: number): Promise<string | null> {
  const rows = await rowsOf(store.query<{ since: string }>('chains_from', { count }))
  return rows[0]?.since ?? null
}

const chainsOf = (store: Store<QueryName>, filters: ChainFilters) =>
  rowsOf(store.query<ChainRow>('chains', filters))

/** To the end: a query that is left early costs its session. */
async function rowsOf<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

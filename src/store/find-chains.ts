import type { Params, StoreReader } from '../domain/store.ts'
import { listsOf } from './lists.ts'
import type { AliasRow, ChainOfSpans, ChainRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn } from './select-in.ts'

/** How many times as many chains as are wanted are looked at first, and then; after that all are. */
const attempts = [2, 50]

export type ChainFilters = Params & { readonly limit: number }

/** The newest `limit` chains that meet the filters of the query `chains`. */
export async function findChains(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
): Promise<readonly ChainRow[]> {
  for (const times of attempts) {
    const some = await newestOf(store, filters, filters.limit * times)
    if (some === null) break
    if (some.from === null) return some.rows
    // Chains that began before may be missing or incomplete, and all of them are older than those that did not.
    const { rows, from } = some
    const whole = rows.filter(({ started }) => started >= from)
    if (whole.length >= filters.limit) return whole
  }
  return rowsOf(store.query<ChainRow>('chains', filters))
}

const mostAtOnce = 2_000

/** All chains that meet the filters, newest first, each once; `limit` of them at first, and then more at a time. */
export async function* newestFirst(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
): AsyncIterable<readonly ChainRow[]> {
  let { until = '', limit: wanted } = filters
  for (let seen = 0; ; wanted = Math.max(wanted, Math.min(wanted * 2, mostAtOnce))) {
    const limit = seen + wanted
    const rows = await findChains(store, { ...filters, until, limit })
    yield rows.slice(seen)
    if (rows.length < limit) return
    const last = rows.at(-1)?.started
    const before = rows.findLast(({ started }) => started !== last)
    // Words count until then too: of a chain that began before they may have been said later.
    if (filters.text || filters.session || !before) seen = rows.length
    else {
      until = before.started
      seen = rows.filter(({ started }) => started === last).length
    }
  }
}

interface Some {
  readonly rows: readonly ChainRow[]
  /** All chains that began since then are among them; null where there are no others. */
  readonly from: string | null
}

/** Null where all are to be looked at. */
async function newestOf(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
  count: number,
): Promise<Some | null> {
  if (filters.text || filters.session) return newestOfSpans(store, filters, count)
  const from = await timeOf(store, count, filters.until)
  if (from === null || from <= String(filters.since ?? '')) return null
  return { rows: await rowsOf(store.query<ChainRow>('chains_since', { ...filters, since: from })), from }
}

async function newestOfSpans(
  store: StoreReader<QueryName>,
  { text = '', session = '', since = '', until = '', ...rest }: ChainFilters,
  count: number,
): Promise<Some> {
  const found = await rowsOf(
    store.query<ChainOfSpans>('chains_of_spans', { text, session, since, until, limit: count }),
  )
  const last = found.at(-1)?.last
  if (last === undefined) return { rows: [], from: null }
  const chains = found.map(({ chain }) => chain)
  return { rows: await chainsAmong(store, chains, rest), from: found.length < count ? null : last }
}

/** Of these chains those that meet the filters, or those that they were joined to; newest first. */
export async function chainsAmong(
  store: StoreReader<QueryName>,
  chains: readonly string[],
  filters: ChainFilters,
): Promise<readonly ChainRow[]> {
  const joined = await rowsOf(selectIn<AliasRow>(store, 'chain_members', chains))
  const rows: ChainRow[] = []
  for (const among of listsOf(new Set([...chains, ...joined.map(({ root }) => root)]))) {
    const roots = new Set(among)
    const under = joined.flatMap(({ chain, root }) => (roots.has(root) ? [chain] : []))
    const [members, ...others] = listsOf(new Set([...among, ...under]))
    // Where one list has no room for them, the database looks for them.
    const given = members && others.length === 0 ? { among, members } : { among }
    rows.push(...(await rowsOf(store.query<ChainRow>('chains_among', { ...filters, ...given }))))
  }
  return rows.sort(byNewest).slice(0, filters.limit)
}

/** As the queries order them. */
function byNewest(a: ChainRow, b: ChainRow): number {
  if (a.started !== b.started) return a.started > b.started ? -1 : 1
  return a.chain < b.chain ? -1 : 1
}

/** Since when there are about `count` chains that end before `until`; null where there are fewer. */
async function timeOf(
  store: StoreReader<QueryName>,
  count: number,
  until: Params[string] = '',
): Promise<string | null> {
  const rows = await rowsOf(store.query<{ since: string }>('chains_from', { until, count }))
  return rows[0]?.since ?? null
}

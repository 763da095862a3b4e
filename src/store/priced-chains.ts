import type { CallPrices, RecordedCall, TokenPrices } from '../domain/prices.ts'
import type { StoreReader } from '../domain/store.ts'
import { type ChainFilters, chainsAmong, findChains, newestFirst } from './find-chains.ts'
import type { ChainRow, ModelCallRow, QueryName, SpanRow } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn } from './select-in.ts'

/** What model calls cost together. */
export interface Cost {
  /** US dollars, of those whose price is known; null where that is none. */
  readonly cost_usd: number | null
  /** Calls whose cost nobody knows: with any of them it cost more. */
  readonly unpriced_calls: number
}

export type PricedChainRow = ChainRow & Cost

export const noCost: Cost = { cost_usd: null, unpriced_calls: 0 }

/**
 * The newest `limit` chains that meet the filters of the query `chains`, with what they cost; `min_cost` is met by those whose
 * calls of known price cost so much together. Prices are not in the database, since they change: they are asked for where a
 * model was.
 */
export async function findPricedChains(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
  loadPrices: () => Promise<CallPrices>,
): Promise<readonly PricedChainRow[]> {
  const min_cost = Number(filters.min_cost ?? 0)
  if (min_cost > 0) {
    const found: PricedChainRow[] = []
    for await (const row of costlyChains(store, { ...filters, min_cost }, await loadPrices()))
      if (found.push(row) === filters.limit) break
    return found
  }
  const rows = await findChains(store, filters)
  if (rows.every(({ models }) => models.length === 0)) return rows.map((row) => ({ ...row, ...noCost }))
  return withCosts(store, rows, await loadPrices())
}

/** All that cost so much, newest first: what each cost is asked of those alone that may have. */
export async function* costlyChains(
  store: StoreReader<QueryName>,
  filters: ChainFilters & { readonly min_cost: number },
  prices: CallPrices,
): AsyncIterable<PricedChainRow> {
  const { since = '', until = '', min_cost } = filters
  const names = await rowsOf(store.query<{ name: string }>('model_names', { since, until }))
  const bound = boundOf(names.flatMap(({ name }) => priceOf(name, prices) ?? []))
  if (bound.priced.length === 0) return
  const params = { ...filters, ...bound, min_cost: min_cost * belowRounding }
  for await (const rows of candidates(store, params))
    for (const row of await withCosts(store, rows, prices))
      if (row.cost_usd !== null && row.cost_usd >= min_cost) yield row
}

/** A sum in another order may be a little less. */
const belowRounding = 1 - 1e-9

const candidatesAtOnce = 200
const candidatesBySummary = 2_000

/**
 * Newest first, each once: those that may have cost so much by their summaries, which are quick to ask. Where so many are
 * looked at that this bound must be too wide, the rest by their calls, one by one.
 */
async function* candidates(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
): AsyncIterable<readonly ChainRow[]> {
  const seen = new Set<string>()
  for await (const rows of newestFirst(store, { ...filters, limit: candidatesAtOnce })) {
    yield rows
    for (const { chain } of rows) seen.add(chain)
    if (seen.size < candidatesBySummary) continue
    yield* candidatesByCalls(store, filters, seen)
    return
  }
}

async function* candidatesByCalls(
  store: StoreReader<QueryName>,
  filters: ChainFilters,
  seen: ReadonlySet<string>,
): AsyncIterable<readonly ChainRow[]> {
  const all = await rowsOf(store.query<{ chain: string }>('chains_costing', filters))
  const others = all.map(({ chain }) => chain).filter((chain) => !seen.has(chain))
  for (let start = 0; start < others.length; start += candidatesAtOnce) {
    const chains = others.slice(start, start + candidatesAtOnce)
    yield await chainsAmong(store, chains, { limit: chains.length })
  }
}

type NamedPrices = TokenPrices & { readonly name: string }

function priceOf(name: string, prices: CallPrices): NamedPrices | null {
  const dearest = prices.dearest(name)
  return dearest && { ...dearest, name }
}

const boundOf = (known: readonly NamedPrices[]) => ({
  priced: known.map(({ name }) => name),
  per_read: known.map(({ input, cacheRead, cacheWrite }) => Math.max(input, cacheRead, cacheWrite)),
  per_input: known.map(({ input }) => input),
  per_output: known.map(({ output }) => output),
  per_cache_read: known.map(({ cacheRead }) => cacheRead),
  per_cache_write: known.map(({ cacheWrite }) => cacheWrite),
})

async function withCosts(
  store: StoreReader<QueryName>,
  rows: readonly ChainRow[],
  prices: CallPrices,
): Promise<readonly PricedChainRow[]> {
  const asked = rows.filter(({ models }) => models.length > 0).map(({ chain }) => chain)
  const costs = new Map<string, Cost>()
  for await (const row of selectIn<ModelCallRow>(store, 'chain_model_calls', asked))
    costs.set(row.chain, plus(costs.get(row.chain), prices.costOf(callOf(row))))
  return rows.map((row) => ({ ...row, ...(costs.get(row.chain) ?? noCost) }))
}

export function plus({ cost_usd: usd, unpriced_calls }: Cost = noCost, cost: number | null): Cost {
  if (cost === null) return { cost_usd: usd, unpriced_calls: unpriced_calls + 1 }
  return { cost_usd: (usd ?? 0) + cost, unpriced_calls }
}

/** What each model call among these spans cost, by its id. */
export function spanCosts(spans: readonly SpanRow[], prices: CallPrices): ReadonlyMap<string, number | null> {
  const calls = spans.filter(({ kind }) => kind === 'model')
  return new Map(
    calls.map(
      ({ name: model, attributes: { provider = '', upstream = '', cached = '', ...rest }, ...span }) => {
        const { cache_read_tokens = '', cache_creation_tokens = '' } = rest
        const row = { ...span, model, provider, upstream, cached, cache_read_tokens, cache_creation_tokens }
        return [span.span, prices.costOf(callOf(row))]
      },
    ),
  )
}

function callOf(row: ModelCallRow): RecordedCall {
  const { provider, model, upstream, cached, at } = row
  const { input_tokens: inputTokens, output_tokens: outputTokens } = row
  const known = (tokens: string) => (tokens === '' ? null : Number(tokens))
  const cacheReadTokens = known(row.cache_read_tokens)
  const cacheCreationTokens = known(row.cache_creation_tokens)
  const usage = { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens }
  return { provider, model, upstream: upstream || null, at, isCached: cached === 'true', usage }
}

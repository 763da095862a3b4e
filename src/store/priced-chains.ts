import type { CallPrices, RecordedCall } from '../domain/prices.ts'
import type { StoreReader } from '../domain/store.ts'
import { type ChainFilters, findChains, newestFirst } from './find-chains.ts'
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

/** Of those that may have cost so much, some have not. */
const candidates = 2

/** All that cost so much, newest first. */
export async function* costlyChains(
  store: StoreReader<QueryName>,
  filters: ChainFilters & { readonly min_cost: number },
  prices: CallPrices,
): AsyncIterable<PricedChainRow> {
  const { since = '', until = '', limit, min_cost } = filters
  const names = await rowsOf(store.query<{ name: string }>('model_names', { since, until }))
  const dearest = names.map(({ name }) => [name, prices.dearestToken(name) * aboveRounding] as const)
  const known = dearest.filter(([, price]) => price > 0)
  if (known.length === 0) return
  const bound = { priced: known.map(([name]) => name), dearest: known.map(([, price]) => price) }
  for await (const rows of newestFirst(store, { ...filters, ...bound, limit: limit * candidates }))
    for (const row of await withCosts(store, rows, prices))
      if (row.cost_usd !== null && row.cost_usd >= min_cost) yield row
}

/** A sum of many parts may be a little more than their product. */
const aboveRounding = 1 + 1e-9

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

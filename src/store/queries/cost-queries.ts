import type { Params } from '../../domain/store.ts'
import { isInWindow, meetsFilters, noFilter } from './chain-filters.ts'
import { haveSpans, keysOf, lastSummaries } from './chain-queries.ts'
import { chainRoots } from './chain-roots.ts'

/** A call of a model in a chain: what its price depends on. Empty where it is not known. */
export interface ModelCallRow {
  /** That it is found under. */
  readonly chain: string
  readonly provider: string
  readonly model: string
  readonly upstream: string
  readonly cached: string
  readonly at: string
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly cache_read_tokens: string
  readonly cache_creation_tokens: string
}

const cacheTokens = (name: 'read' | 'creation') => `toInt64OrZero(attributes['cache_${name}_tokens'])`
const perToken = (of: string) => `transform(name, {priced:Array(String)}, {per_${of}:Array(Float64)}, 0.)`

// Groups by a hash of the chain take a tenth of the memory; two that have the same one only cost more together.
/** Of a model call. */
const costAtMost = `output_tokens * ${perToken('output')}
      + ${cacheTokens('read')} * ${perToken('cache_read')} + ${cacheTokens('creation')} * ${perToken('cache_write')}
      + greatest(input_tokens - ${cacheTokens('read')} - ${cacheTokens('creation')}, 0) * ${perToken('input')}`

const joinedToValues = 'SELECT chain FROM chain_aliases WHERE root IN {values:Array(String)}'

const ofAttributes = (...names: readonly string[]) =>
  names.map((name) => `attributes['${name}'] AS ${name}`).join(', ')

/** What `priced-chains.ts` asks: prices are not in the database. */
export const costQueries = {
  /** The models that were asked in chains of this time. */
  model_names: {
    sql: (params: Params) =>
      `SELECT DISTINCT arrayJoin(models) AS name FROM chain_summaries WHERE ${isInWindow(params)}`,
    defaults: { since: '', until: '' },
  },

  /**
   * Newest first, the chains whose model calls may have cost `min_cost` together, in US dollars: if no token of the models
   * `priced` cost more than `per_input`, … say, for each. Filters as of `chains`. `priced-chains.ts` asks.
   */
  chains_costing: {
    sql: (params: Params) => `
SELECT chain
FROM (${lastSummaries(`${isInWindow(params)} AND ${haveSpans(params)}`)})
WHERE root = chain AND ${meetsFilters(params)} AND cityHash64(chain) IN (
  SELECT if(joined.root = 0, calls.id, joined.root) AS found
  FROM (
    SELECT cityHash64(chain) AS id, ${costAtMost} AS cost FROM spans
    WHERE kind = 'model' AND name IN {priced:Array(String)} AND attributes['cached'] != 'true'
      AND at >= (SELECT min(started) FROM chain_summaries WHERE ${isInWindow(params)})
  ) AS calls
  LEFT JOIN (
    SELECT cityHash64(chain) AS id, cityHash64(argMax(root, (seq, at))) AS root FROM chain_aliases GROUP BY id
  ) AS joined ON joined.id = calls.id
  GROUP BY found HAVING sum(cost) >= {min_cost:Float64})
ORDER BY started DESC, chain`,
    defaults: noFilter,
  },

  /** The calls of models in these chains, and in those that were joined to them; without what was said. */
  chain_model_calls: {
    sql: `
SELECT if(joined.root = '', calls.chain, joined.root) AS chain, calls.* EXCEPT chain
FROM (
  SELECT chain, name AS model, at, input_tokens, output_tokens, ${ofAttributes('provider', 'upstream', 'cached', 'cache_read_tokens', 'cache_creation_tokens')}
  FROM spans WHERE kind = 'model' AND ${keysOf(`chain IN {values:Array(String)} OR chain IN (${joinedToValues})`)}
) AS calls
LEFT JOIN (${chainRoots(`chain IN (${joinedToValues})`)}) AS joined ON joined.chain = calls.chain`,
  },
}

import type { Params } from '../../domain/store.ts'
import { isInWindow, isSpanMeant, meetsFilters, noFilter } from './chain-filters.ts'
import { isMember } from './chain-roots.ts'

/**
 * Newest first, 50 unless `limit` says otherwise. Filters, each of which some span of the chain meets: `since` and `until`
 * (times in ISO 8601; from the one on, before the other), `tool` (with or without its server), `server`, `user`, `client`,
 * `outcome`, `session` (its id, or the beginning of it), `text` (words that stand in arguments, results or prompts of that time), `tier` (of a link, as a number),
 * `denied` (1), `run`, `source` (`recorded`: of clients, `trial`: of runs); and `min_tokens`, of all its model calls together: unknown is less than any. Empty or 0 is no
 * filter. `find-chains.ts` asks.
 */
export interface ChainRow {
  readonly chain: string
  readonly started: string
  /** Null where nothing of it ever ended. */
  readonly duration_ms: number | null
  /** The beginning of the human's words; null when no recorder saw them. */
  readonly prompt: string | null
  /** The beginning of those of its first call, where there is no prompt. */
  readonly arguments: string | null
  readonly sessions: number
  readonly spans: number
  /** Of servers: the tools of an exposure are none. */
  readonly tool_calls: number
  /**
   * Tool and model calls whose outcome is not `ok`, those without an answer among them. A call that failed because the call
   * that it made did is no second error.
   */
  readonly errors: number
  readonly no_answer: number
  readonly denied: number
  readonly tools: readonly string[]
  readonly servers: readonly string[]
  readonly models: readonly string[]
  readonly users: readonly string[]
  readonly clients: readonly string[]
  /** The weakest link; null where nothing had to be linked. */
  readonly tier: number | null
  readonly total_tokens: number | null
  readonly run: string | null
  readonly trial: string | null
}

/** A span (`domain/chain.ts`), with what was said: arguments and result of a tool, prompt and content of a model. */
export interface SpanRow {
  readonly span: string
  readonly session: string
  readonly chain: string
  readonly parent: string | null
  readonly kind: 'model' | 'decision' | 'policy' | 'tool'
  readonly at: string
  readonly duration_ms: number | null
  readonly server: string | null
  readonly name: string
  readonly outcome: string
  readonly message: string | null
  readonly input_digest: string | null
  readonly output_digest: string | null
  readonly prompt_digest: string | null
  readonly user: string | null
  readonly client: string | null
  readonly run: string | null
  readonly trial: string | null
  readonly read_only: boolean | null
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly definition_tokens: number | null
  readonly total_tokens: number | null
  readonly tier: number | null
  readonly identity: string
  readonly attributes: Readonly<Record<string, string>>
  /** Empty where there is none, or where the body was not kept. */
  readonly input: string
  readonly output: string
}

/** When the last span began that fits. */
export interface ChainOfSpans {
  readonly chain: string
  readonly last: string
}

export interface LinkRow {
  readonly id: string
  readonly session: string
  readonly at: string
  readonly type: 'caused' | 'continues' | 'same_session'
  readonly from_span: string
  readonly to_span: string
  readonly tier: number
  /** JSON. */
  readonly evidence: string
  readonly candidates: readonly string[]
  readonly linker: number
}

export interface PolicyDecisionRow {
  readonly span: string
  readonly tool_span: string | null
  readonly session: string
  readonly chain: string
  readonly at: string
  readonly engine: string
  readonly policy_set_hash: string
  readonly mode: 'observe' | 'enforce'
  readonly effect: 'allow' | 'deny'
  readonly policies: readonly string[]
  readonly errors: readonly string[]
  readonly reason: string
  readonly action: string
  readonly resource: string
  readonly user: string | null
  readonly run: string | null
  readonly trial: string | null
  readonly inputs_digest: string
}

export interface BodyRow {
  readonly digest: string
  readonly text: string
}

/** The key of each span in a chain: the spans are read by their own order, never by scanning them. For so few, one thread is enough. */
export const keysOf = (condition: string) =>
  `(session, at, span) IN (SELECT session, at, span FROM chain_index WHERE ${condition} SETTINGS max_threads = 1)`

/** The last word on each chain. */
export const lastSummaries = (condition: string) =>
  `SELECT * FROM chain_summaries WHERE ${condition} ORDER BY version DESC LIMIT 1 BY chain`

const chainColumns = `chain, started,
  if(ended = started AND no_answer > 0, NULL, (toUnixTimestamp64Micro(ended) - toUnixTimestamp64Micro(started)) / 1000) AS duration_ms,
  prompt, arguments, toFloat64(sessions) AS sessions, toFloat64(spans) AS spans, toFloat64(tool_calls) AS tool_calls,
  toFloat64(errors) AS errors, toFloat64(no_answer) AS no_answer, toFloat64(denied) AS denied,
  tools, servers, models, users, clients, tier, toFloat64(total_tokens) AS total_tokens, run, trial`

/** One of these chains, or one that such a chain was joined to. */
const isOrHolds = (chains: string) =>
  `(chain IN (${chains}) OR chain IN (SELECT root FROM chain_aliases WHERE chain IN (${chains})))`

const listed = (condition: string, params: Params) => `
SELECT ${chainColumns}
FROM (${lastSummaries(condition)})
WHERE root = chain AND ${meetsFilters(params)}
ORDER BY started DESC, chain
LIMIT {limit:UInt32}`

/** Some chains can be told by their spans alone. */
export const haveSpans = (params: Params) =>
  params.text || params.session ? isOrHolds(`SELECT chain FROM spans WHERE ${isSpanMeant(params)}`) : '1'

/** Some row of the chain meets the filters, though not its last, perhaps: the last rows of all chains are never in memory. */
const maySuit = (params: Params) => {
  const suits = meetsFilters(params)
  return suits === '1'
    ? suits
    : `cityHash64(chain) IN (
    SELECT cityHash64(chain) FROM chain_summaries WHERE ${isInWindow(params)} AND root = chain AND ${suits})`
}

const isAmongOrUnder =
  'chain IN {among:Array(String)} OR chain IN (SELECT chain FROM chain_aliases WHERE root IN {among:Array(String)})'

const wholeTrace = /^[0-9a-f]{32}$/

export const chainQueries = {
  /** About since when there are `count` chains, before `until`: read from there, in the order of the table. */
  chains_from: {
    sql: ({ until }: Params) => `
SELECT toDateTime64(toStartOfFiveMinutes(latest), 6, 'UTC') AS since FROM chain_summaries
WHERE root = chain${until ? " AND toStartOfFiveMinutes(latest) < parseDateTime64BestEffortOrZero({until:String}, 6, 'UTC')" : ''}
ORDER BY toStartOfFiveMinutes(latest) DESC
LIMIT 1 OFFSET {count:UInt32}`,
    defaults: { until: '', count: 0 },
  },

  /** The newest `limit` chains with spans of this session and with these words; chains as they were before they were joined. */
  chains_of_spans: {
    sql: (params: Params) => `
SELECT chain, max(at) AS last
FROM (SELECT chain, at FROM spans WHERE ${isSpanMeant(params)} SETTINGS use_skip_indexes_on_data_read = 0)
GROUP BY chain
ORDER BY last DESC, chain
LIMIT {limit:UInt32}`,
    defaults: { since: '', until: '', session: '', text: '', limit: 50 },
  },

  // Which chains is found out by narrow columns alone.
  chains: {
    sql: (params: Params) => `
SELECT ${chainColumns}
FROM chain_summaries
WHERE ${isInWindow(params)} AND (chain, version) IN (
  SELECT chain, version FROM (${lastSummaries(`${isInWindow(params)} AND ${haveSpans(params)} AND ${maySuit(params)}`)})
  WHERE root = chain AND ${meetsFilters(params)}
  ORDER BY started DESC, chain
  LIMIT {limit:UInt32})
ORDER BY started DESC, chain`,
    defaults: noFilter,
  },

  /** The same in one step, where few chains are as new as `since`; without `session` and `text`. */
  chains_since: { sql: (params: Params) => listed(isInWindow(params), params), defaults: noFilter },

  // Of these chains a row was ever made only for a time at which a span of theirs began: by it, it is found in the order of the table.
  /** The same of those in `among`, whenever they were; `members` are they, and all that were joined to them. */
  chains_among: {
    sql: (params: Params) =>
      listed(
        `chain IN {among:Array(String)}
  AND toStartOfFiveMinutes(latest) IN (
    SELECT toStartOfFiveMinutes(at) FROM chain_index
    WHERE ${params.members ? 'chain IN {members:Array(String)}' : isAmongOrUnder})`,
        params,
      ),
    defaults: { ...noFilter, among: [] },
  },

  /** What was joined to some chains, or to those that they were joined to. */
  chain_members: {
    sql: `
SELECT chain, root FROM chain_aliases
WHERE root IN {values:Array(String)} OR root IN (SELECT root FROM chain_aliases WHERE chain IN {values:Array(String)})`,
  },

  /** Of a chain, and of those that were joined to it. */
  chain_spans: { sql: `SELECT * FROM spans WHERE ${keysOf(isMember)} ORDER BY at, span` },

  session_spans: { sql: 'SELECT * FROM spans WHERE session = {session:String} ORDER BY at, span' },

  /**
   * What `prefix` may mean: the beginning of a chain's id or of a session's, or a whole trace id; of each some. Chains as they
   * were before they were joined: `resolve-chain.ts` asks.
   */
  chains_meant: {
    sql: ({ prefix }: Params) =>
      [
        "SELECT DISTINCT chain, 'chain' AS by FROM chain_index WHERE startsWith(chain, {prefix:String})",
        "SELECT DISTINCT chain, 'session' AS by FROM spans WHERE startsWith(session, {prefix:String})",
        ...(wholeTrace.test(`${prefix}`)
          ? ["SELECT DISTINCT chain, 'trace' AS by FROM chain_index WHERE trace = {prefix:String}"]
          : []),
      ]
        .map((each) => `SELECT chain, by FROM (${each} LIMIT {limit:UInt32})`)
        .join('\nUNION ALL '),
    defaults: { limit: 1_000 },
  },

  chain_links: {
    sql: `
SELECT * FROM links
WHERE session IN (SELECT session FROM chain_index WHERE ${isMember})
  AND to_span IN (SELECT span FROM chain_index WHERE ${isMember})
ORDER BY at, id`,
  },

  chain_policy_decisions: { sql: `SELECT * FROM policy_decisions WHERE ${isMember} ORDER BY at, span` },

  body: { sql: 'SELECT digest, text FROM bodies WHERE digest = {digest:String} LIMIT 1' },
}

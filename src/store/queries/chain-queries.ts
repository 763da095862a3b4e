import { membersOf } from './chain-roots.ts'

/**
 * Newest first, 50 unless `limit` says otherwise. Filters, each of which some span of the chain meets: `since` (a time in
 * ISO 8601), `tool` (with or without its server), `server`, `user`, `client`, `outcome`, `text` (words that stand in
 * arguments, results or prompts), `tier` (of a link, as a number), `denied` (1), `run`. Empty or 0 is no filter.
 * `find-chains.ts` asks.
 */
export interface ChainRow {
  readonly chain: string
  readonly started: string
  readonly duration_ms: number
  /** The beginning of the human's words; null when no recorder saw them. */
  readonly prompt: string | null
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

export interface ResolvedChain {
  readonly chain: string
  readonly started: string
  readonly spans: number
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

/** The key of each span in a chain: the spans are read by their own order, never by scanning them. */
const keysOf = (condition: string) =>
  `(session, at, span) IN (SELECT session, at, span FROM chain_index WHERE ${condition})`

const aChain = membersOf('SELECT {chain:String}')

/** The last word on each chain. */
const summaries = (condition: string, columns = '*') =>
  `SELECT ${columns} FROM chain_summaries WHERE ${condition} ORDER BY version DESC LIMIT 1 BY chain`

const met = (parameter: string, type: string, empty: string, condition: string) =>
  `({${parameter}:${type}} = ${empty} OR ${condition})`

const hasWords = '(hasAllTokens(input, {text:String}) OR hasAllTokens(output, {text:String}))'
const inTime = (column: string) => `${column} >= parseDateTime64BestEffortOrZero({since:String}, 6, 'UTC')`
const withWords = `SELECT chain FROM spans WHERE {text:String} != '' AND ${inTime('at')} AND ${hasWords}`

const filters = [
  met(
    'tool',
    'String',
    "''",
    "arrayExists(tool -> tool = {tool:String} OR endsWith(tool, concat('/', {tool:String})), tools)",
  ),
  met('server', 'String', "''", 'has(servers, {server:String})'),
  met('user', 'String', "''", 'has(users, {user:String})'),
  met(
    'client',
    'String',
    "''",
    "arrayExists(client -> client = {client:String} OR startsWith(client, concat({client:String}, '/')), clients)",
  ),
  met('outcome', 'String', "''", 'has(outcomes, {outcome:String})'),
  met('run', 'String', "''", 'run = {run:String}'),
  met('tier', 'UInt8', '0', 'has(tiers, {tier:UInt8})'),
  met('denied', 'UInt8', '0', 'denied > 0'),
].join('\n  AND ')

export const chainQueries = {
  /** When the last span began: 1970 where there is none. */
  latest: { sql: 'SELECT max(latest) AS latest FROM chain_summaries' },

  chains: {
    sql: `
SELECT chain, started,
  (toUnixTimestamp64Micro(ended) - toUnixTimestamp64Micro(started)) / 1000 AS duration_ms,
  prompt, toFloat64(sessions) AS sessions, toFloat64(spans) AS spans, toFloat64(tool_calls) AS tool_calls,
  toFloat64(errors) AS errors, toFloat64(no_answer) AS no_answer, toFloat64(denied) AS denied,
  tools, servers, models, users, clients, tier, toFloat64(total_tokens) AS total_tokens, run, trial
FROM (${summaries(`toStartOfFiveMinutes(latest) >= toStartOfFiveMinutes(parseDateTime64BestEffortOrZero({since:String}, 6, 'UTC'))
  AND ${inTime('latest')}
  AND ({text:String} = '' OR chain IN (
    ${withWords} UNION ALL SELECT root FROM chain_aliases WHERE chain IN (${withWords})))`)})
WHERE root = chain
  AND ${filters}
ORDER BY started DESC, chain
LIMIT {limit:UInt32}`,
    defaults: {
      since: '',
      tool: '',
      server: '',
      user: '',
      client: '',
      outcome: '',
      text: '',
      run: '',
      tier: 0,
      denied: 0,
      limit: 50,
    },
  },

  /** Of a chain, and of those that were joined to it. */
  chain_spans: { sql: `SELECT * FROM spans WHERE ${keysOf(aChain)} ORDER BY at, span` },

  session_spans: { sql: 'SELECT * FROM spans WHERE session = {session:String} ORDER BY at, span' },

  /** The chains that `prefix` may mean: the beginning of a chain's id or of a session's, or a whole trace id. */
  resolve_chain: {
    sql: `
SELECT chain, started, toFloat64(spans) AS spans
FROM (${summaries(`chain IN (
  SELECT argMax(root, version) FROM chain_summaries WHERE chain IN (
    SELECT chain FROM chain_index WHERE startsWith(chain, {prefix:String})
    UNION ALL SELECT chain FROM chain_index WHERE trace = {prefix:String} AND {prefix:String} != ''
    UNION ALL SELECT chain FROM spans WHERE startsWith(session, {prefix:String})
  ) GROUP BY chain)`)})
ORDER BY started, chain
LIMIT {limit:UInt32}`,
    defaults: { limit: 20 },
  },

  chain_links: {
    sql: `
SELECT * FROM links
WHERE session IN (SELECT session FROM chain_index WHERE ${aChain})
  AND to_span IN (SELECT span FROM chain_index WHERE ${aChain})
ORDER BY at, id`,
  },

  chain_policy_decisions: { sql: `SELECT * FROM policy_decisions WHERE ${aChain} ORDER BY at, span` },

  body: { sql: 'SELECT digest, text FROM bodies WHERE digest = {digest:String} LIMIT 1' },
}

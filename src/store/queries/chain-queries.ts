/**
 * Newest first, 50 unless `limit` says otherwise. Filters, each of which some span of the chain meets: `since` and `until`
 * (times in ISO 8601; from the one on, before the other), `tool` (with or without its server), `server`, `user`, `client`,
 * `outcome`, `text` (words that stand in arguments, results or prompts), `tier` (of a link, as a number), `denied` (1),
 * `run`; and `min_tokens`, of all its model calls together: unknown is less than any. Empty or 0 is no filter.
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

/** Under which chain each one is found that was joined to another. */
export const chainRoots = 'SELECT chain, argMax(root, (at, seq)) AS root FROM chain_aliases GROUP BY chain'

/** Each span with the chain that it is found under. */
const rooted = (columns: string, condition: string) => `
  SELECT if(roots.root = '', spans.chain, roots.root) AS root, ${columns}
  FROM spans LEFT JOIN (${chainRoots}) AS roots ON roots.chain = spans.chain
  WHERE ${condition}`

/** The key of each span in a chain: the spans are read by their own order, never by scanning them. */
const keysOf = (condition: string) =>
  `(session, at, span) IN (SELECT session, at, span FROM chain_index WHERE ${condition})`

/** A chain, or one that is found under it. */
const isIn = (roots: string) =>
  `(chain IN (${roots}) OR chain IN (SELECT chain FROM (${chainRoots}) WHERE root IN (${roots})))`

const met = (parameter: string, type: string, empty: string, condition: string) =>
  `({${parameter}:${type}} = ${empty} OR countIf(${condition}) > 0)`

const filters = [
  met(
    'tool',
    'String',
    "''",
    "kind = 'tool' AND (name = {tool:String} OR endsWith(name, concat('/', {tool:String})))",
  ),
  met('server', 'String', "''", 'server = {server:String}'),
  met('user', 'String', "''", 'user = {user:String}'),
  met(
    'client',
    'String',
    "''",
    "client = {client:String} OR startsWith(client, concat({client:String}, '/'))",
  ),
  met('outcome', 'String', "''", 'outcome = {outcome:String}'),
  met('run', 'String', "''", 'run = {run:String}'),
  met('tier', 'UInt8', '0', 'tier = {tier:UInt8} OR joined_tier = {tier:UInt8}'),
  met('denied', 'UInt8', '0', "kind = 'policy' AND outcome = 'deny'"),
  '({min_tokens:UInt64} = 0 OR sum(total_tokens) >= {min_tokens:UInt64})',
].join('\n    AND ')

const within = `at >= parseDateTime64BestEffortOrZero({since:String}, 6, 'UTC')
    AND ({until:String} = '' OR at < parseDateTime64BestEffortOrZero({until:String}, 6, 'UTC'))`

export const chainQueries = {
  chains: {
    sql: `
WITH
joined AS (
  SELECT to_span, min(tier) AS joined_tier FROM links
  WHERE type = 'caused' AND length(candidates) = 1 GROUP BY to_span
),
chosen AS (
  SELECT root
  FROM (${rooted('span, at, kind, server, name, outcome, user, client, run, tier, total_tokens', within)}) AS spans
  LEFT JOIN joined ON joined.to_span = spans.span
  WHERE {text:String} = '' OR root IN (
    SELECT root FROM (${rooted('span', "{text:String} != '' AND (hasAllTokens(input, {text:String}) OR hasAllTokens(output, {text:String}))")}))
  GROUP BY root
  HAVING ${filters}
  ORDER BY min(at) DESC, root
  LIMIT {limit:UInt32}
)
SELECT root AS chain, min(at) AS started,
  max(toUnixTimestamp64Micro(at) / 1000 + ifNull(duration_ms, 0)) - min(toUnixTimestamp64Micro(at) / 1000) AS duration_ms,
  left(argMinOrNullIf(input, at, kind = 'model' AND input != ''), 400) AS prompt,
  toFloat64(uniqExact(session)) AS sessions,
  toFloat64(count()) AS spans,
  toFloat64(countIf(kind = 'tool' AND server IS NOT NULL)) AS tool_calls,
  toFloat64(countIf(kind = 'model' AND outcome != 'ok') + length(arrayFilter(
    call -> NOT has(groupArrayIf(assumeNotNull(parent), kind = 'tool' AND outcome != 'ok' AND parent IS NOT NULL), call),
    groupArrayIf(span, kind = 'tool' AND outcome != 'ok')))) AS errors,
  toFloat64(countIf(outcome = 'no_answer')) AS no_answer,
  toFloat64(countIf(kind = 'policy' AND outcome = 'deny')) AS denied,
  arraySort(groupUniqArrayIf(name, kind = 'tool')) AS tools,
  arraySort(groupUniqArrayIf(assumeNotNull(server), server IS NOT NULL)) AS servers,
  arraySort(groupUniqArrayIf(name, kind = 'model')) AS models,
  arraySort(groupUniqArrayIf(assumeNotNull(user), user IS NOT NULL)) AS users,
  arraySort(groupUniqArrayIf(assumeNotNull(client), client IS NOT NULL)) AS clients,
  max(if(joined_tier > 0, joined_tier, tier)) AS tier,
  toFloat64(sum(total_tokens)) AS total_tokens,
  any(run) AS run,
  any(trial) AS trial
FROM (${rooted('spans.*', keysOf(isIn('SELECT root FROM chosen')))}) AS spans
LEFT JOIN joined ON joined.to_span = spans.span
GROUP BY root
ORDER BY started DESC, chain`,
    defaults: {
      since: '',
      until: '',
      tool: '',
      server: '',
      user: '',
      client: '',
      outcome: '',
      text: '',
      run: '',
      tier: 0,
      denied: 0,
      min_tokens: 0,
      limit: 50,
    },
  },

  /** Of a chain, and of those that were joined to it. */
  chain_spans: {
    sql: `SELECT * FROM spans WHERE ${keysOf(isIn('SELECT {chain:String}'))} ORDER BY at, span`,
  },

  session_spans: { sql: 'SELECT * FROM spans WHERE session = {session:String} ORDER BY at, span' },

  /** The chains that `prefix` may mean: the beginning of a chain's id or of a session's, or a whole trace id. */
  resolve_chain: {
    sql: `
WITH meant AS (
  SELECT if(roots.root = '', found.chain, roots.root) AS root FROM (
    SELECT chain FROM chain_index WHERE startsWith(chain, {prefix:String})
    UNION ALL SELECT chain FROM chain_index WHERE trace = {prefix:String} AND {prefix:String} != ''
    UNION ALL SELECT chain FROM spans WHERE startsWith(session, {prefix:String})
  ) AS found
  LEFT JOIN (${chainRoots}) AS roots ON roots.chain = found.chain
)
SELECT if(roots.root = '', chain_index.chain, roots.root) AS chain, min(at) AS started, toFloat64(count()) AS spans
FROM chain_index LEFT JOIN (${chainRoots}) AS roots ON roots.chain = chain_index.chain
WHERE chain_index.chain IN (SELECT root FROM meant) OR roots.root IN (SELECT root FROM meant)
GROUP BY chain
ORDER BY started, chain
LIMIT {limit:UInt32}`,
    defaults: { limit: 20 },
  },

  chain_links: {
    sql: `
SELECT * FROM links
WHERE session IN (SELECT session FROM chain_index WHERE ${isIn('SELECT {chain:String}')})
  AND to_span IN (SELECT span FROM chain_index WHERE ${isIn('SELECT {chain:String}')})
ORDER BY at, id`,
  },

  chain_policy_decisions: {
    sql: `SELECT * FROM policy_decisions WHERE ${isIn('SELECT {chain:String}')} ORDER BY at, span`,
  },

  /** The entries that opened and closed the sessions of a chain. */
  chain_sessions: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN (SELECT session FROM chain_index WHERE ${isIn('SELECT {chain:String}')})
  AND kind IN ('session_opened', 'session_closed')
ORDER BY log, entries.seq`,
  },

  /** The entries that its spans were projected from. */
  chain_entries: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN (SELECT session FROM chain_index WHERE ${isIn('SELECT {chain:String}')})
  AND JSONExtractString(line, 'data', 'span') IN (SELECT span FROM chain_index WHERE ${isIn('SELECT {chain:String}')})
ORDER BY log, entries.seq`,
  },

  /**
   * The tool list of each of these servers, last before a time, in the logs of these sessions: one of a session itself
   * before those of others.
   */
  chain_definitions: {
    sql: `
WITH lists AS (
  SELECT JSONExtractString(line, 'data', 'server') AS server,
    JSONExtractString(line, 'data', 'tools', 'digest') AS digest, session, at
  FROM entries
  WHERE log IN (SELECT log FROM entries WHERE session IN {sessions:Array(String)})
    AND kind = 'tool_definitions' AND at <= parseDateTime64BestEffort({until:String}, 6, 'UTC')
)
SELECT last.server AS server, bodies.text AS text
FROM (
  SELECT server, argMax(digest, (session IN {sessions:Array(String)}, at)) AS digest FROM lists
  WHERE server IN {servers:Array(String)} GROUP BY server
) AS last
INNER JOIN (SELECT digest, text FROM bodies WHERE digest IN (SELECT digest FROM lists)) AS bodies
  ON bodies.digest = last.digest`,
  },

  body: { sql: 'SELECT digest, text FROM bodies WHERE digest = {digest:String} LIMIT 1' },
}

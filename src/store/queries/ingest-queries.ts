import { chainRoots } from './chain-roots.ts'

/** How far the database is, by log. */
export interface EntryCountRow {
  readonly log: string
  readonly entries: number
  /** The last `seq`. */
  readonly last: number
}

export interface EntryLineRow {
  readonly log: string
  readonly seq: number
  readonly line: string
}

/** Sessions that were opened and not closed, with the log that opened them. */
export interface OpenSessionRow {
  readonly session: string
  readonly log: string
}

export interface BodyOffsetRow {
  readonly log: string
  readonly next_offset: number
}

export interface KnownRow {
  readonly id: string
}

/** A span as `chain/join-span.ts` wants it. */
export interface JoinRow {
  readonly span: string
  readonly session: string
  readonly chain: string
  readonly parent: string | null
  readonly kind: 'model' | 'decision' | 'tool'
  readonly at: string
  readonly server: string | null
  readonly name: string
  readonly outcome: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Of a span that is complete. */
export interface SettledRow {
  readonly span: string
  readonly session: string
  readonly chain: string
  readonly parent: string | null
  readonly tier: number | null
  readonly at: string
  /** JSON. */
  readonly identity: string
}

export interface KnownLinkRow {
  readonly id: string
  readonly type: 'caused' | 'continues' | 'same_session'
  readonly from_span: string
  readonly to_span: string
  readonly candidates: readonly string[]
}

export interface AliasRow {
  readonly chain: string
  readonly root: string
}

export interface LastMergeRow {
  readonly merge: number
}

/** A run has a row for each part that began or ended. */
export const runPartId = "concat(run, ' ', toString(event), ' ', part)"

/** Which rows of some sessions, chains or runs are there already. */
const known = (table: string, id: string, scope: string) => ({
  sql: `SELECT ${id} AS id FROM ${table} WHERE ${scope} IN {values:Array(String)}`,
})

const timeOf = (parameter: string) => `parseDateTime64BestEffort({${parameter}:String}, 6, 'UTC')`
/** Across sessions: a trial is whole by itself. */
const joinable = "trial IS NULL AND kind IN ('model', 'decision', 'tool')"
const inSlice = `${joinable} AND at >= ${timeOf('since')} AND at < ${timeOf('until')}`
/** Calls of an id, and the decisions for them, at most: small models count their ids anew all the time. */
const callsPerId = 1_000
const settledColumns = 'span, session, chain, parent, tier, at, identity'
const joinColumns = 'span, session, chain, parent, kind, at, server, name, outcome, attributes'

export const ingestQueries = {
  entry_counts: {
    sql: 'SELECT log, toFloat64(count()) AS entries, toFloat64(max(seq)) AS last FROM entries GROUP BY log ORDER BY log',
  },

  /** Of one log, from `from` on. */
  entry_lines: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE log = {log:String} AND entries.seq >= {from:UInt64}
ORDER BY entries.seq`,
    defaults: { from: 0 },
  },

  session_lines: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN {values:Array(String)}
ORDER BY log, entries.seq`,
  },

  /** Complete spans of some sessions, by their ids. */
  settled_spans: {
    sql: `
SELECT ${settledColumns} FROM spans
WHERE session IN {sessions:Array(String)} AND span IN {values:Array(String)}`,
    defaults: { sessions: [] },
  },

  /** The last calls and decisions of these call ids. */
  settled_calls: {
    sql: `
SELECT ${settledColumns} FROM spans
WHERE session IN {sessions:Array(String)} AND kind IN ('decision', 'tool')
  AND attributes['call_id'] IN {values:Array(String)}
ORDER BY at DESC, span LIMIT ${callsPerId} BY session, attributes['call_id']`,
    defaults: { sessions: [] },
  },

  /** The first span that a session has of each of these chains. */
  settled_roots: {
    sql: `
SELECT ${settledColumns} FROM spans
WHERE (session, at, span) IN (
  SELECT session, at, span FROM chain_index
  WHERE chain IN {values:Array(String)} AND session IN {sessions:Array(String)}
  ORDER BY at, span LIMIT 1 BY session, chain)`,
    defaults: { sessions: [] },
  },

  /** The entries of these sessions that begin spans, by their times. */
  opening_lines: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN {sessions:Array(String)} AND kind IN ('model_request', 'decision', 'policy_decision', 'tool_request')
  AND at IN (SELECT arrayJoin(arrayMap(text -> parseDateTime64BestEffortOrZero(text, 6, 'UTC'), {values:Array(String)})))`,
    defaults: { sessions: [] },
  },

  /** Of these sessions those that have links. */
  linked_sessions: {
    sql: 'SELECT DISTINCT session AS id FROM links WHERE session IN {values:Array(String)}',
  },

  /** Of these links those that are known. */
  links_known: {
    sql: `
SELECT id FROM links WHERE session IN {sessions:Array(String)} AND id IN {values:Array(String)}`,
    defaults: { sessions: [] },
  },

  open_sessions: {
    sql: `
SELECT session, anyIf(log, kind = 'session_opened') AS log
FROM entries
WHERE kind IN ('session_opened', 'session_closed') AND session != ''
GROUP BY session
HAVING countIf(kind = 'session_closed') = 0`,
  },

  body_offsets: {
    sql: 'SELECT log, toFloat64(max(next_offset)) AS next_offset FROM bodies GROUP BY log',
  },

  /** The time of each `size`-th span that may be joined, from `since` on: slices of equal size begin there. */
  join_slices: {
    sql: `
SELECT DISTINCT at FROM (
  SELECT at, rowNumberInAllBlocks() AS place FROM (
    SELECT at FROM spans WHERE ${joinable} AND at >= ${timeOf('since')} ORDER BY at
  )
)
WHERE place % {size:UInt32} = 0
ORDER BY at`,
  },

  /** Whether a span may yet be joined to one of another session: a call without a cause, a turn that answers or that begins. */
  unjoined_spans: {
    sql: `
SELECT span FROM spans
WHERE ${joinable} AND at >= ${timeOf('since')} AND (kind = 'tool' AND parent IS NULL
  OR kind = 'model' AND hasAny(mapKeys(attributes), ['carried_results', 'prompt_hashes']))
LIMIT 1`,
  },

  join_spans: { sql: `SELECT ${joinColumns} FROM spans WHERE ${inSlice} ORDER BY at, span` },

  /** To the spans of a slice. */
  join_links: {
    sql: `
SELECT id, type, from_span, to_span, candidates FROM links
WHERE (session, to_span) IN (SELECT session, span FROM spans WHERE ${inSlice})
ORDER BY at, id`,
  },

  joinable_servers: {
    sql: `
SELECT DISTINCT assumeNotNull(server) AS server FROM spans
WHERE at >= ${timeOf('since')} AND trial IS NULL AND kind = 'tool' AND server IS NOT NULL
ORDER BY server`,
  },

  /** Turns of models, whenever they were, of which a span has one of the values: an id of a call or an answer, or the messages' hash. */
  turn_spans: {
    sql: `
WITH meant AS (
  SELECT session, if(kind = 'model', span, assumeNotNull(parent)) AS model FROM spans
  WHERE hasAny(mapValues(attributes), {values:Array(String)}) AND trial IS NULL AND kind IN ('model', 'decision')
)
SELECT ${joinColumns} FROM spans
WHERE session IN (SELECT session FROM meant) AND kind IN ('model', 'decision')
  AND (span IN (SELECT model FROM meant) OR parent IN (SELECT model FROM meant))`,
  },

  /** Of these chains. */
  roots: { sql: chainRoots('chain IN {values:Array(String)}') },

  /** Of these chains; one that others were found under is its own too. */
  roots_and_selves: {
    sql: `
${chainRoots('chain IN {values:Array(String)}')}
UNION ALL SELECT DISTINCT root, root FROM chain_aliases WHERE root IN {values:Array(String)}`,
  },

  /** Of these chains, and those that are found under them. */
  aliases: {
    sql: `
WITH wanted AS (SELECT arrayJoin({values:Array(String)}))
${chainRoots('chain IN wanted OR chain IN (SELECT chain FROM chain_aliases WHERE root IN wanted)')}
HAVING chain IN wanted OR root IN wanted`,
  },

  /** The chains of some spans, each of which is one of these sessions'. */
  span_chains: {
    sql: `
SELECT DISTINCT chain FROM spans
WHERE session IN {sessions:Array(String)} AND span IN {values:Array(String)}`,
    defaults: { sessions: [] },
  },

  last_merge: { sql: 'SELECT toFloat64(max(seq)) AS merge FROM chain_aliases HAVING count() > 0' },

  bodies: { sql: 'SELECT digest, text FROM bodies WHERE digest IN {values:Array(String)}' },

  known_spans: known('spans', 'span', 'session'),
  known_chain_index: known('chain_index', 'span', 'chain'),
  known_chain_aliases: known('chain_aliases', "concat(chain, ' ', link)", 'chain'),
  known_links: known('links', 'id', 'session'),
  known_policy_decisions: known('policy_decisions', 'span', 'session'),
  known_runs: known('runs', runPartId, 'run'),
  known_trials: known('trials', 'trial', 'run'),
  known_gates: known('gates', 'gate', 'run'),
  known_scores: known('scores', "concat(trial, ' ', grader)", 'run'),
}

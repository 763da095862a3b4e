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

/** Which rows of some sessions, chains or runs are there already. */
const known = (table: string, id: string, scope: string) => ({
  sql: `SELECT ${id} AS id FROM ${table} WHERE ${scope} IN {values:Array(String)}`,
})

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

  bodies: { sql: 'SELECT digest, text FROM bodies WHERE digest IN {values:Array(String)}' },

  known_spans: known('spans', 'span', 'session'),
  known_chain_index: known('chain_index', 'span', 'chain'),
  known_links: known('links', 'id', 'session'),
  known_policy_decisions: known('policy_decisions', 'span', 'session'),
  known_runs: known('runs', "concat(run, ' ', toString(event))", 'run'),
  known_trials: known('trials', 'trial', 'run'),
  known_scores: known('scores', "concat(trial, ' ', grader)", 'run'),
}

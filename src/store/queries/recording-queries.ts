import { isMember } from './chain-roots.ts'

/** An entry as it stands in the journal. */
export interface RecordedLineRow {
  readonly line: string
}

export interface DefinitionLineRow extends RecordedLineRow {
  readonly server: string
  /** Whose they are: 0 of a session of the chain, 1 of its run, 2 of any other. */
  readonly rank: number
}

const spanOf = "JSONExtractString(line, 'data', 'span')"
const sessions = `SELECT session FROM chain_index WHERE ${isMember}`

/** What a chain was made of, for what is told of it and what is to be played again. */
export const recordingQueries = {
  /** The entries that opened and closed the sessions of a chain. */
  chain_sessions: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN (${sessions})
  AND kind IN ('session_opened', 'session_closed')
ORDER BY log, entries.seq`,
  },

  /** The entries that the spans of a chain were made of, in the order of time. */
  chain_entries: {
    sql: `
SELECT log, toFloat64(seq) AS seq, line FROM entries
WHERE session IN (${sessions})
  AND ${spanOf} IN (SELECT span FROM chain_index WHERE ${isMember})
ORDER BY at, log, entries.seq`,
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

  /**
   * Of each server, the tools that it had last before `until`: as the chain's own session saw them, else its run, else any.
   * A session that listed them only later is its own best witness all the same.
   */
  definition_lines: {
    sql: `
SELECT line, JSONExtractString(line, 'data', 'server') AS server,
  toFloat64(multiIf(session IN (${sessions}), 0, session IN (
    SELECT session FROM entries
    WHERE kind = 'session_opened' AND {run:String} != '' AND JSONExtractString(line, 'data', 'parent') = {run:String}), 1, 2)) AS rank
FROM entries
WHERE kind = 'tool_definitions'
  AND (at <= parseDateTime64BestEffort({until:String}, 6, 'UTC') OR session IN (${sessions}))
ORDER BY rank, at > parseDateTime64BestEffort({until:String}, 6, 'UTC'),
  abs(toUnixTimestamp64Micro(at) - toUnixTimestamp64Micro(parseDateTime64BestEffort({until:String}, 6, 'UTC')))
LIMIT 1 BY server`,
    defaults: { run: '' },
  },

  /** Calls and model requests since then that have no answer, in sessions that are open. */
  open_requests: {
    sql: `
WITH open AS (
  SELECT session FROM entries WHERE kind IN ('session_opened', 'session_closed') AND session != ''
  GROUP BY session HAVING countIf(kind = 'session_closed') = 0
)
SELECT line FROM entries
WHERE kind IN ('model_request', 'tool_request')
  AND at >= parseDateTime64BestEffort({since:String}, 6, 'UTC')
  AND session IN (SELECT session FROM open)
  AND ${spanOf} NOT IN (SELECT span FROM spans WHERE session IN (SELECT session FROM open))
ORDER BY at`,
  },
}

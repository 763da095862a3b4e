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

/** What a chain was made of, for what is to be played again. */
export const recordingQueries = {
  /** The entries that the spans of a chain were made of, in order. */
  chain_lines: {
    sql: `
SELECT line FROM entries
WHERE session IN (${sessions})
  AND kind IN ('model_request', 'model_response', 'decision', 'tool_request', 'tool_result')
  AND ${spanOf} IN (SELECT span FROM chain_index WHERE ${isMember})
ORDER BY at, log, entries.seq`,
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

import { isMember } from './chain-roots.ts'

/** An entry as it stands in the journal. */
export interface RecordedLineRow {
  readonly line: string
}

export interface ToolListRow extends RecordedLineRow {
  readonly server: string
  /** Who saw it: 0 a session of the chain, 1 its run, 2 a recorder of it in another session, 3 anybody else. */
  readonly rank: number
}

const spanOf = "JSONExtractString(line, 'data', 'span')"
const sessions = `SELECT session FROM chain_index WHERE ${isMember}`

const until = "parseDateTime64BestEffort({until:String}, 6, 'UTC')"

/** That listed tools: no others are asked for. */
const sessionsOfRun = `SELECT session FROM entries
    WHERE {run:String} != '' AND kind = 'session_opened' AND JSONExtractString(line, 'data', 'parent') = {run:String}
      AND session IN (SELECT session FROM entries WHERE kind = 'tool_definitions')`

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
   * The entry of one tool list of each server, or of those in `servers`, as the chain had it: of who was nearest to it
   * (`rank`) the last one before `until`. Its own sessions may have listed them later only: then the first after it.
   */
  chain_tool_lists: {
    sql: `
SELECT line, JSONExtractString(line, 'data', 'server') AS server,
  toFloat64(multiIf(
    session IN (${sessions}), 0,
    session IN (${sessionsOfRun}), 1,
    log IN (SELECT log FROM entries WHERE session IN (${sessions})), 2, 3)) AS rank
FROM entries
WHERE kind = 'tool_definitions' AND (at <= ${until} OR session IN (${sessions}))
  AND (empty({servers:Array(String)}) OR server IN {servers:Array(String)})
ORDER BY rank, at > ${until}, abs(toUnixTimestamp64Micro(at) - toUnixTimestamp64Micro(${until}))
LIMIT 1 BY server`,
    defaults: { run: '', servers: [] },
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

/**
 * Calls of a tool, by bucket of `step` seconds (300, or 3600 unless said) since `since` (ISO 8601); all lists are of the
 * buckets with calls, oldest first.
 */
export interface ToolLatencyRow {
  readonly server: string
  readonly name: string
  /** When each begins, in seconds since 1970. */
  readonly buckets: readonly number[]
  readonly calls: readonly number[]
  readonly errors: readonly number[]
  /** Milliseconds; null where no call was answered. */
  readonly p50: readonly (number | null)[]
  readonly p95: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
}

export const toolQueries = {
  tool_latencies: {
    // A row for each tool: a row for each hour of each would take a fifth more, to write its names and to read it.
    sql: `
SELECT server, name, groupArray(toUnixTimestamp(bucket)) AS buckets, groupArray(calls) AS calls, groupArray(errors) AS errors,
  groupArray(p50) AS p50, groupArray(p95) AS p95, groupArray(p99) AS p99
FROM (
  SELECT bucket, server, name, calls, errors, p50, p95, p99 FROM tool_rollups FINAL
  WHERE step = {step:UInt16} AND tool_rollups.bucket >= parseDateTimeBestEffortOrZero({since:String}, 'UTC')
  ORDER BY bucket
  SETTINGS max_threads = 1
)
GROUP BY server, name
ORDER BY server, name`,
    defaults: { step: 3_600, since: '' },
  },
}

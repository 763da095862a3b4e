/** Calls of a tool in a bucket of `step` seconds (300, or 3600 unless said), since `since` (ISO 8601). */
export interface ToolLatencyRow {
  readonly bucket: string
  readonly server: string
  readonly name: string
  readonly calls: number
  readonly errors: number
  /** Milliseconds; null where no call was answered. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export const toolQueries = {
  tool_latencies: {
    // In the order of the table: for few rows that is cheaper than FINAL.
    sql: `
SELECT bucket, server, name, toFloat64(calls) AS calls, toFloat64(errors) AS errors, p50, p95, p99
FROM tool_rollups
WHERE step = {step:UInt16} AND tool_rollups.bucket >= parseDateTimeBestEffortOrZero({since:String}, 'UTC')
ORDER BY bucket, server, name, version DESC
LIMIT 1 BY bucket, server, name`,
    defaults: { step: 3_600, since: '' },
  },
}

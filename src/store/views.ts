import { chainRoots } from './queries/chain-roots.ts'

/**
 * Columns are those that the ClickHouse exporter of OpenTelemetry makes, so that Grafana's OpenTelemetry mode and others
 * that know them work as they are. A trace is a chain, with all that was joined to it.
 */
const traces = `
SELECT
  toDateTime64(spans.at, 9, 'UTC') AS Timestamp,
  if(roots.root = '', spans.chain, roots.root) AS TraceId,
  spans.span AS SpanId,
  ifNull(spans.parent, '') AS ParentSpanId,
  '' AS TraceState,
  multiIf(kind = 'tool', concat('tools/call ', name), kind = 'model', concat('chat ', name), concat(toString(kind), ' ', name)) AS SpanName,
  multiIf(kind = 'tool', 'Server', kind = 'model', 'Client', 'Internal') AS SpanKind,
  multiIf(server IS NOT NULL, assumeNotNull(server), kind = 'model', splitByChar(':', toString(name))[1], 'calltrail') AS ServiceName,
  CAST(map('service.name', toString(ServiceName)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
  'calltrail' AS ScopeName,
  '' AS ScopeVersion,
  CAST(mapFilter((key, value) -> value != '', mapConcat(CAST(attributes, 'Map(String, String)'), map(
    'calltrail.kind', toString(kind),
    'calltrail.server', ifNull(toString(server), ''),
    'calltrail.run', ifNull(toString(run), ''),
    'mcp.session.id', spans.session,
    'enduser.id', ifNull(toString(user), ''),
    'gen_ai.tool.name', if(kind = 'model', '', toString(name)),
    'gen_ai.request.model', if(kind = 'model', toString(name), ''),
    'gen_ai.usage.input_tokens', ifNull(toString(input_tokens), ''),
    'gen_ai.usage.output_tokens', ifNull(toString(output_tokens), ''),
    'error.type', if(outcome IN ('ok', 'allow'), '', toString(outcome))))), 'Map(LowCardinality(String), String)') AS SpanAttributes,
  toUInt64(round(ifNull(duration_ms, 0) * 1000000)) AS Duration,
  if(outcome IN ('ok', 'allow'), 'Unset', 'Error') AS StatusCode,
  ifNull(message, '') AS StatusMessage,
  CAST([], 'Array(DateTime64(9))') AS \`Events.Timestamp\`,
  CAST([], 'Array(LowCardinality(String))') AS \`Events.Name\`,
  CAST([], 'Array(Map(LowCardinality(String), String))') AS \`Events.Attributes\`,
  CAST([], 'Array(String)') AS \`Links.TraceId\`,
  CAST([], 'Array(String)') AS \`Links.SpanId\`,
  CAST([], 'Array(String)') AS \`Links.TraceState\`,
  CAST([], 'Array(Map(LowCardinality(String), String))') AS \`Links.Attributes\`
FROM spans LEFT JOIN (${chainRoots()}) AS roots ON roots.chain = spans.chain`

/** Where in time a trace lies: what reads one looks here first. */
const traceTimes = `
SELECT chain AS TraceId, toDateTime(min(started)) AS Start, toDateTime(max(latest)) AS End
FROM chain_summaries
GROUP BY chain`

export const views = {
  otel_traces: traces.trim(),
  otel_traces_trace_id_ts: traceTimes.trim(),
} as const

CREATE TABLE IF NOT EXISTS schema_versions (
  `version` UInt32,
  `at` DateTime64(6, 'UTC') DEFAULT now64(6),
  `target` LowCardinality(String) DEFAULT ''
)
ENGINE = MergeTree
ORDER BY version
SETTINGS index_granularity = 8192;

ALTER TABLE schema_versions ADD COLUMN IF NOT EXISTS target LowCardinality(String) DEFAULT '';

CREATE TABLE IF NOT EXISTS entries (
  `log` LowCardinality(String),
  `seq` UInt64 CODEC(Delta, ZSTD(1)),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `kind` LowCardinality(String),
  `session` String CODEC(ZSTD(1)),
  `line` String CODEC(ZSTD(3)),
  INDEX by_session session TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (log, seq)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS bodies (
  `digest` String,
  `text` String CODEC(ZSTD(3)),
  `bytes` UInt64,
  `log` LowCardinality(String),
  `next_offset` UInt64
)
ENGINE = MergeTree
ORDER BY digest
SETTINGS index_granularity = 256;

CREATE TABLE IF NOT EXISTS spans (
  `span` String,
  `session` String CODEC(ZSTD(1)),
  `chain` String CODEC(ZSTD(1)),
  `parent` Nullable(String),
  `kind` LowCardinality(String),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `duration_ms` Nullable(Float64),
  `server` LowCardinality(Nullable(String)),
  `name` LowCardinality(String),
  `outcome` LowCardinality(String),
  `message` Nullable(String) CODEC(ZSTD(3)),
  `input_digest` Nullable(String),
  `output_digest` Nullable(String),
  `prompt_digest` Nullable(String),
  `user` LowCardinality(Nullable(String)),
  `client` LowCardinality(Nullable(String)),
  `run` LowCardinality(Nullable(String)),
  `trial` Nullable(String),
  `read_only` Nullable(Bool),
  `input_tokens` Nullable(UInt32),
  `output_tokens` Nullable(UInt32),
  `definition_tokens` Nullable(UInt32),
  `total_tokens` Nullable(UInt32),
  `tier` Nullable(UInt8),
  `identity` String CODEC(ZSTD(3)),
  `attributes` Map(LowCardinality(String), String),
  `input` String CODEC(ZSTD(3)),
  `output` String CODEC(ZSTD(3)),
  INDEX input_words input TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(input)),
  INDEX output_words output TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(output)),
  INDEX by_at at TYPE minmax GRANULARITY 1,
  INDEX by_evidence mapValues(attributes) TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (session, at, span)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS chain_index (
  `chain` String CODEC(ZSTD(1)),
  `session` String CODEC(ZSTD(1)),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `span` String,
  `trace` String CODEC(ZSTD(1)),
  INDEX by_trace trace TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (chain, at, span)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 100000000000;

CREATE TABLE IF NOT EXISTS chain_aliases (
  `chain` String CODEC(ZSTD(1)),
  `root` String CODEC(ZSTD(1)),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `seq` UInt64,
  `link` String,
  PROJECTION by_root (SELECT root, chain ORDER BY root, chain)
)
ENGINE = MergeTree
ORDER BY (chain, at, seq)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS links (
  `id` String,
  `session` String CODEC(ZSTD(1)),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `type` LowCardinality(String),
  `from_span` String,
  `to_span` String,
  `tier` UInt8,
  `evidence` String CODEC(ZSTD(3)),
  `candidates` Array(String),
  `linker` UInt16
)
ENGINE = MergeTree
ORDER BY (session, to_span, id)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS runs (
  `run` String,
  `event` Enum8('started' = 1, 'finished' = 2),
  `part` String,
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `suites` String CODEC(ZSTD(3)),
  `models` String CODEC(ZSTD(3)),
  `exposures` Array(String),
  `trials` UInt32,
  `seed` Int64,
  `planned` UInt32,
  `version` LowCardinality(String),
  `project` String,
  `rescores` String,
  `graders` UInt16,
  `state` LowCardinality(String),
  `done` UInt32,
  `infrastructure_errors` UInt32,
  `budget_stops` UInt32,
  `other_cost_usd` Nullable(Float64),
  `duration_ms` Float64
)
ENGINE = MergeTree
ORDER BY (run, event)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS trials (
  `run` LowCardinality(String),
  `trial` String,
  `session` String,
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `suite` LowCardinality(String),
  `case` LowCardinality(String),
  `case_hash` LowCardinality(String),
  `tags` Array(LowCardinality(String)),
  `model` LowCardinality(String),
  `model_kind` LowCardinality(String),
  `exposure` LowCardinality(String),
  `repetition` UInt16,
  `outcome` LowCardinality(String),
  `message` Nullable(String),
  `model_turns` UInt16,
  `tool_calls` UInt16,
  `definition_tokens` Nullable(Float64),
  `total_tokens` Nullable(UInt32),
  `total_tokens_estimated` Bool,
  `cost_usd` Nullable(Float64),
  `violations` Nullable(UInt16),
  `retrieval_hit` Nullable(Float64),
  `duration_ms` Float64,
  `stopped` LowCardinality(Nullable(String)),
  INDEX by_run run TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (suite, model, exposure, at, case, trial)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS scores (
  `run` LowCardinality(String),
  `trial` String,
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `grader` LowCardinality(String),
  `value` Nullable(Float64),
  `passed` Nullable(Bool),
  `reason` String CODEC(ZSTD(3)),
  `details` Map(LowCardinality(String), Nullable(Float64))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (run, trial, grader)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS gates (
  `run` String,
  `gate` String,
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `verdict` LowCardinality(String),
  `baseline` String,
  `newest` Nullable(String),
  `cells` String CODEC(ZSTD(3)),
  `calibration` String CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY (run, at, gate)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS policy_decisions (
  `span` String,
  `tool_span` Nullable(String),
  `session` String,
  `chain` String,
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `engine` LowCardinality(String),
  `policy_set_hash` LowCardinality(String),
  `mode` LowCardinality(String),
  `effect` LowCardinality(String),
  `policies` Array(LowCardinality(String)),
  `errors` Array(String),
  `reason` String CODEC(ZSTD(3)),
  `action` LowCardinality(String),
  `resource` LowCardinality(String),
  `user` LowCardinality(Nullable(String)),
  `run` LowCardinality(Nullable(String)),
  `trial` Nullable(String),
  `inputs_digest` String,
  INDEX by_chain chain TYPE bloom_filter GRANULARITY 1,
  INDEX by_session session TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (effect, policies, at, span)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS checkpoints (
  `log` LowCardinality(String),
  `size` UInt64,
  `root` String,
  `note` String CODEC(ZSTD(3)),
  `at` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log, size)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS chain_summaries (
  `chain` String CODEC(ZSTD(1)),
  `root` String CODEC(ZSTD(1)),
  `started` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `latest` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `ended` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `prompt` Nullable(String) CODEC(ZSTD(3)),
  `arguments` Nullable(String) CODEC(ZSTD(3)),
  `sessions` UInt32,
  `spans` UInt32,
  `tool_calls` UInt32,
  `errors` UInt32,
  `no_answer` UInt32,
  `denied` UInt32,
  `tools` Array(String) CODEC(ZSTD(1)),
  `servers` Array(String) CODEC(ZSTD(1)),
  `models` Array(String) CODEC(ZSTD(1)),
  `users` Array(String) CODEC(ZSTD(1)),
  `clients` Array(String) CODEC(ZSTD(1)),
  `outcomes` Array(String) CODEC(ZSTD(1)),
  `tiers` Array(UInt8),
  `tier` Nullable(UInt8),
  `total_tokens` Nullable(UInt64),
  `input_tokens` Nullable(UInt64),
  `output_tokens` Nullable(UInt64),
  `run` LowCardinality(Nullable(String)),
  `trial` Nullable(String),
  `version` UInt64 CODEC(Delta, ZSTD(1)),
  INDEX by_chain chain TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(latest)
ORDER BY (toStartOfFiveMinutes(latest), chain)
SETTINGS index_granularity = 128, min_bytes_for_wide_part = 100000000000;

CREATE TABLE IF NOT EXISTS tool_rollups (
  `step` UInt16,
  `bucket` DateTime('UTC') CODEC(Delta, ZSTD(1)),
  `server` LowCardinality(String),
  `name` LowCardinality(String),
  `calls` UInt32,
  `errors` UInt32,
  `p50` Nullable(Float64),
  `p95` Nullable(Float64),
  `p99` Nullable(Float64),
  `duration` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), Float64) CODEC(ZSTD(1)),
  `version` UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(bucket)
ORDER BY (step, bucket, server, name)
SETTINGS index_granularity = 512;

CREATE OR REPLACE VIEW otel_traces AS
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
  CAST([], 'Array(DateTime64(9))') AS `Events.Timestamp`,
  CAST([], 'Array(LowCardinality(String))') AS `Events.Name`,
  CAST([], 'Array(Map(LowCardinality(String), String))') AS `Events.Attributes`,
  CAST([], 'Array(String)') AS `Links.TraceId`,
  CAST([], 'Array(String)') AS `Links.SpanId`,
  CAST([], 'Array(String)') AS `Links.TraceState`,
  CAST([], 'Array(Map(LowCardinality(String), String))') AS `Links.Attributes`
FROM spans LEFT JOIN (SELECT chain, argMax(root, (seq, at)) AS root FROM chain_aliases WHERE 1 GROUP BY chain) AS roots ON roots.chain = spans.chain;

CREATE OR REPLACE VIEW otel_traces_trace_id_ts AS
SELECT chain AS TraceId, toDateTime(min(started)) AS Start, toDateTime(max(latest)) AS End
FROM chain_summaries
GROUP BY chain;

INSERT INTO schema_versions (version, target) VALUES (9, 'cloud');

ALTER TABLE spans MODIFY SETTING ttl_only_drop_parts = 1;

ALTER TABLE spans MODIFY TTL toDateTime(at) + toIntervalDay(90);

ALTER TABLE chain_index MODIFY SETTING ttl_only_drop_parts = 1;

ALTER TABLE chain_index MODIFY TTL toDateTime(at) + toIntervalDay(90);

ALTER TABLE chain_summaries MODIFY SETTING ttl_only_drop_parts = 1;

ALTER TABLE chain_summaries MODIFY TTL toDateTime(latest) + toIntervalDay(90);

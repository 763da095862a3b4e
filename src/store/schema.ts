import type { RollupName, TableName } from '../domain/store.ts'

/** A table of the database. What stands here is the one source of its DDL, for every target. */
export interface Table {
  readonly columns: Readonly<Record<string, string>>
  readonly indexes?: readonly string[]
  /** The same rows in another order, which the engine keeps beside them. */
  readonly projections?: readonly string[]
  readonly partitionBy?: string
  readonly orderBy: string
  /** Rows between two marks of the primary key; 8192 unless said. */
  readonly granularity?: number
  /** Few whole rows are read at a time: all columns of a part lie in one file, which saves opening each. */
  readonly isReadByRow?: true
  /** Every part is looked into for each row that is read: small rows are written once more, and lie in fewer of them. */
  readonly isMergedSooner?: true
  /** Of rows with equal keys the one with the highest value of this column stays; without it all of them. */
  readonly latestBy?: string
  /** Which shard of a cluster a row lies on; small tables without it lie whole on each. */
  readonly shardBy?: string
}

const word = 'LowCardinality(String)'
const maybeWord = 'LowCardinality(Nullable(String))'
/** UTC; rows come in the order of time, so that differences compress well. */
const time = "DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))"
const text = 'String CODEC(ZSTD(3))'
export const firstArguments = 'Nullable(String) CODEC(ZSTD(3))'
const list = 'Array(String) CODEC(ZSTD(1))'

/** Case is no matter in a search, words are: `hasAllTokens(input, 'config.yaml')`. */
const wordIndex = (column: string) =>
  `${column}_words ${column} TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(${column}))`
const bloomIndex = (column: string) => `by_${column} ${column} TYPE bloom_filter GRANULARITY 1`
/** Ids and fingerprints, by which what lies long before is found. */
export const evidenceIndex = 'by_evidence mapValues(attributes) TYPE bloom_filter GRANULARITY 1'

export const aliasesByRoot = 'by_root (SELECT root, chain ORDER BY root, chain)'

/** Sessions are ordered by time, so that few marks cover a time. */
const timeIndex = (column: string) => `by_${column} ${column} TYPE minmax GRANULARITY 1`

/**
 * Every row is immutable. Entries and bodies are not partitioned: an insert is whole or absent within a partition only,
 * and ingest goes on from the last row it finds.
 */
const recorded: Readonly<Record<TableName, Table>> = {
  entries: {
    columns: {
      log: word,
      seq: 'UInt64 CODEC(Delta, ZSTD(1))',
      at: time,
      kind: word,
      session: 'String CODEC(ZSTD(1))',
      line: text,
    },
    indexes: [bloomIndex('session')],
    shardBy: 'cityHash64(session)',
    orderBy: '(log, seq)',
    granularity: 1024,
  },
  bodies: {
    columns: {
      digest: 'String',
      text,
      bytes: 'UInt64',
      log: word,
      next_offset: 'UInt64',
    },
    shardBy: 'cityHash64(digest)',
    orderBy: 'digest',
    granularity: 256,
  },
  spans: {
    columns: {
      span: 'String',
      session: 'String CODEC(ZSTD(1))',
      chain: 'String CODEC(ZSTD(1))',
      parent: 'Nullable(String)',
      kind: word,
      at: time,
      duration_ms: 'Nullable(Float64)',
      server: maybeWord,
      name: word,
      outcome: word,
      message: 'Nullable(String) CODEC(ZSTD(3))',
      input_digest: 'Nullable(String)',
      output_digest: 'Nullable(String)',
      prompt_digest: 'Nullable(String)',
      user: maybeWord,
      client: maybeWord,
      run: maybeWord,
      trial: 'Nullable(String)',
      read_only: 'Nullable(Bool)',
      input_tokens: 'Nullable(UInt32)',
      output_tokens: 'Nullable(UInt32)',
      definition_tokens: 'Nullable(UInt32)',
      total_tokens: 'Nullable(UInt32)',
      tier: 'Nullable(UInt8)',
      identity: text,
      attributes: `Map(${word}, String)`,
      input: text,
      output: text,
    },
    indexes: [wordIndex('input'), wordIndex('output'), timeIndex('at'), evidenceIndex],
    partitionBy: 'toYYYYMM(at)',
    shardBy: 'cityHash64(session)',
    orderBy: '(session, at, span)',
    granularity: 1024,
  },
  chain_index: {
    columns: {
      chain: 'String CODEC(ZSTD(1))',
      session: 'String CODEC(ZSTD(1))',
      at: time,
      span: 'String',
      trace: 'String CODEC(ZSTD(1))',
    },
    indexes: [bloomIndex('trace')],
    partitionBy: 'toYYYYMM(at)',
    shardBy: 'cityHash64(session)',
    orderBy: '(chain, at, span)',
    granularity: 1024,
    isReadByRow: true,
    isMergedSooner: true,
  },
  /** Where a chain is found since it was joined to another: the row of the last merge (`seq`) says. */
  chain_aliases: {
    columns: {
      chain: 'String CODEC(ZSTD(1))',
      root: 'String CODEC(ZSTD(1))',
      at: time,
      seq: 'UInt64',
      link: 'String',
    },
    projections: [aliasesByRoot],
    orderBy: '(chain, at, seq)',
    granularity: 1024,
  },
  links: {
    columns: {
      id: 'String',
      session: 'String CODEC(ZSTD(1))',
      at: time,
      type: word,
      from_span: 'String',
      to_span: 'String',
      tier: 'UInt8',
      evidence: text,
      candidates: 'Array(String)',
      linker: 'UInt16',
    },
    shardBy: 'cityHash64(session)',
    orderBy: '(session, to_span, id)',
    granularity: 1024,
  },
  runs: {
    columns: {
      run: 'String',
      event: "Enum8('started' = 1, 'finished' = 2)",
      part: 'String',
      at: time,
      suites: text,
      models: text,
      exposures: 'Array(String)',
      trials: 'UInt32',
      seed: 'Int64',
      planned: 'UInt32',
      version: word,
      project: 'String',
      rescores: 'String',
      graders: 'UInt16',
      state: word,
      done: 'UInt32',
      infrastructure_errors: 'UInt32',
      budget_stops: 'UInt32',
      other_cost_usd: 'Nullable(Float64)',
      duration_ms: 'Float64',
    },
    shardBy: 'cityHash64(run)',
    orderBy: '(run, event)',
  },
  trials: {
    columns: {
      run: word,
      trial: 'String',
      session: 'String',
      at: time,
      suite: word,
      case: word,
      case_hash: word,
      tags: `Array(${word})`,
      model: word,
      model_kind: word,
      exposure: word,
      repetition: 'UInt16',
      outcome: word,
      message: 'Nullable(String)',
      model_turns: 'UInt16',
      tool_calls: 'UInt16',
      definition_tokens: 'Nullable(Float64)',
      total_tokens: 'Nullable(UInt32)',
      total_tokens_estimated: 'Bool',
      cost_usd: 'Nullable(Float64)',
      violations: 'Nullable(UInt16)',
      retrieval_hit: 'Nullable(Float64)',
      duration_ms: 'Float64',
      stopped: maybeWord,
    },
    indexes: [bloomIndex('run')],
    partitionBy: 'toYYYYMM(at)',
    shardBy: 'cityHash64(run)',
    orderBy: '(suite, model, exposure, at, case, trial)',
  },
  scores: {
    columns: {
      run: word,
      trial: 'String',
      at: time,
      grader: word,
      value: 'Nullable(Float64)',
      passed: 'Nullable(Bool)',
      reason: text,
      details: `Map(${word}, Nullable(Float64))`,
    },
    partitionBy: 'toYYYYMM(at)',
    shardBy: 'cityHash64(run)',
    orderBy: '(run, trial, grader)',
  },
  gates: {
    columns: {
      run: 'String',
      gate: 'String',
      at: time,
      verdict: word,
      baseline: 'String',
      newest: 'Nullable(String)',
      cells: text,
      calibration: text,
    },
    shardBy: 'cityHash64(run)',
    orderBy: '(run, at, gate)',
  },
  policy_decisions: {
    columns: {
      span: 'String',
      tool_span: 'Nullable(String)',
      session: 'String',
      chain: 'String',
      at: time,
      engine: word,
      policy_set_hash: word,
      mode: word,
      effect: word,
      policies: `Array(${word})`,
      errors: 'Array(String)',
      reason: text,
      action: word,
      resource: word,
      user: maybeWord,
      run: maybeWord,
      trial: 'Nullable(String)',
      inputs_digest: 'String',
    },
    indexes: [bloomIndex('chain'), bloomIndex('session')],
    partitionBy: 'toYYYYMM(at)',
    shardBy: 'cityHash64(session)',
    orderBy: '(effect, policies, at, span)',
    granularity: 1024,
  },
  /** What was signed for logs, and, under no log, for the register of them all. */
  checkpoints: {
    columns: {
      log: word,
      size: 'UInt64',
      root: 'String',
      note: text,
      at: time,
    },
    orderBy: '(log, size)',
  },
}

/** What `queries/rollup-queries.ts` makes of the spans: of rows with equal keys the one with the highest `version` counts. */
const rollups: Readonly<Record<RollupName, Table>> = {
  /**
   * What a chain adds up to, with all that was joined to it. One that is found under another has a row too, which names
   * its `root`. `latest` is when its last span began, `ended` when the last one was over.
   */
  chain_summaries: {
    columns: {
      chain: 'String CODEC(ZSTD(1))',
      root: 'String CODEC(ZSTD(1))',
      started: time,
      latest: time,
      ended: time,
      prompt: 'Nullable(String) CODEC(ZSTD(3))',
      /** The beginning of those of its first call, where there is no prompt. */
      arguments: firstArguments,
      sessions: 'UInt32',
      spans: 'UInt32',
      tool_calls: 'UInt32',
      errors: 'UInt32',
      no_answer: 'UInt32',
      denied: 'UInt32',
      tools: list,
      servers: list,
      models: list,
      users: list,
      clients: list,
      outcomes: list,
      tiers: 'Array(UInt8)',
      tier: 'Nullable(UInt8)',
      total_tokens: 'Nullable(UInt64)',
      input_tokens: 'Nullable(UInt64)',
      output_tokens: 'Nullable(UInt64)',
      run: maybeWord,
      trial: 'Nullable(String)',
      version: 'UInt64 CODEC(Delta, ZSTD(1))',
    },
    indexes: [bloomIndex('chain')],
    latestBy: 'version',
    partitionBy: 'toYYYYMM(latest)',
    shardBy: 'cityHash64(chain)',
    orderBy: '(toStartOfFiveMinutes(latest), chain)',
    granularity: 128,
    isReadByRow: true,
  },
  /** Calls of a tool within `step` seconds, which are 5 minutes or an hour. */
  tool_rollups: {
    columns: {
      step: 'UInt16',
      bucket: "DateTime('UTC') CODEC(Delta, ZSTD(1))",
      server: word,
      name: word,
      calls: 'UInt32',
      errors: 'UInt32',
      /** Of those that were answered, in milliseconds. */
      p50: 'Nullable(Float64)',
      p95: 'Nullable(Float64)',
      p99: 'Nullable(Float64)',
      /** The same, for what is longer than a bucket. */
      duration: 'AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), Float64) CODEC(ZSTD(1))',
      version: 'UInt64 CODEC(Delta, ZSTD(1))',
    },
    latestBy: 'version',
    partitionBy: 'toYYYYMM(bucket)',
    shardBy: 'cityHash64(name)',
    orderBy: '(step, bucket, server, name)',
    granularity: 512,
  },
}

export const tables: Readonly<Record<TableName | RollupName, Table>> = { ...recorded, ...rollups }

import type { TableName } from '../domain/store.ts'

/** A table of the database. What stands here is the one source of its DDL, for every target. */
export interface Table {
  readonly columns: Readonly<Record<string, string>>
  readonly indexes?: readonly string[]
  readonly partitionBy?: string
  readonly orderBy: string
  /** Rows between two marks of the primary key; 8192 unless said. */
  readonly granularity?: number
}

const word = 'LowCardinality(String)'
const maybeWord = 'LowCardinality(Nullable(String))'
/** UTC; rows come in the order of time, so that differences compress well. */
const time = "DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))"
const text = 'String CODEC(ZSTD(3))'

/** Case is no matter in a search, words are: `hasAllTokens(input, 'config.yaml')`. */
const wordIndex = (column: string) =>
  `${column}_words ${column} TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(${column}))`
const bloomIndex = (column: string) => `by_${column} ${column} TYPE bloom_filter GRANULARITY 1`
/** Ids and fingerprints, by which what lies long before is found. */
export const evidenceIndex = 'by_evidence mapValues(attributes) TYPE bloom_filter GRANULARITY 1'

/**
 * Every row is immutable. Entries and bodies are not partitioned: an insert is whole or absent within a partition only,
 * and ingest goes on from the last row it finds.
 */
export const tables: Readonly<Record<TableName, Table>> = {
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
    indexes: [wordIndex('input'), wordIndex('output'), evidenceIndex],
    partitionBy: 'toYYYYMM(at)',
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
    orderBy: '(chain, at, span)',
    granularity: 1024,
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
    orderBy: '(session, to_span, id)',
    granularity: 1024,
  },
  runs: {
    columns: {
      run: 'String',
      event: "Enum8('started' = 1, 'finished' = 2)",
      at: time,
      suites: text,
      models: text,
      exposures: 'Array(String)',
      trials: 'UInt32',
      seed: 'Int64',
      planned: 'UInt32',
      version: word,
      state: word,
      done: 'UInt32',
      infrastructure_errors: 'UInt32',
      duration_ms: 'Float64',
    },
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
      violations: 'Nullable(UInt16)',
      retrieval_hit: 'Nullable(Float64)',
      duration_ms: 'Float64',
      stopped: maybeWord,
    },
    indexes: [bloomIndex('run')],
    partitionBy: 'toYYYYMM(at)',
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
    orderBy: '(run, trial, grader)',
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

/** An insert that was answered survives a loss of power: ingest takes the last row for the mark of all before it. */
const durable = 'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1'

/** May run twice, and in two processes at once. */
export function createTable(name: string, table: Table): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `  \`${column}\` ${type}`)
  const indexes = (table.indexes ?? []).map((index) => `  INDEX ${index}`)
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n${[...columns, ...indexes].join(',\n')}\n)`,
    'ENGINE = MergeTree',
    ...(table.partitionBy ? [`PARTITION BY ${table.partitionBy}`] : []),
    `ORDER BY ${table.orderBy}`,
    `SETTINGS index_granularity = ${table.granularity ?? 8192}, ${durable}`,
  ].join('\n')
}

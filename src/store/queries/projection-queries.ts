import type { Params, TableName } from '../../domain/store.ts'
import { type Table, tables } from '../schema.ts'
import { runPartId } from './ingest-queries.ts'
import { rollupQueries } from './rollup-queries.ts'

export interface SessionRow {
  readonly session: string
  readonly entries: number
  /** Those that have entries of it. */
  readonly logs: readonly string[]
}

export interface LineRow {
  readonly line: string
}

/** The hash of a text, as `projected_spans` has it in the place of the text. */
export interface TextHashRow {
  readonly digest: string
  readonly hash: string
}

export interface OrphanRow {
  readonly id: string
  readonly session: string
}

export interface TotalRow {
  readonly rows: number
}

export interface MisplacedRow {
  /** How often the index has it; 0 where only the span says so. */
  readonly rows: number
  readonly span: string
  readonly session: string
  readonly chain: string
  readonly at: string
  readonly trace: string
}

export interface RetainedRow {
  readonly table: string
  /** A month of rows that are older goes as a whole. */
  readonly days: number
}

/** Texts are long, and are compared by their hash; none has none. */
const hashed = (column: string) => `if(empty(${column}), '', lower(hex(SHA256(${column})))) AS ${column}`

const columnsOf = (name: TableName, replaced: Readonly<Record<string, string>> = {}) =>
  Object.keys(tables[name].columns)
    .map((column) => replaced[column] ?? column)
    .join(', ')

const ofSessions = (name: TableName, replaced?: Readonly<Record<string, string>>) => ({
  sql: `SELECT ${columnsOf(name, replaced)} FROM ${name} WHERE session IN {values:Array(String)}`,
})

/** `scopes` tell the table where to look, `ids` which rows are wanted. */
const byId = (name: TableName, id: string, scope: string) => ({
  sql: `SELECT ${columnsOf(name)} FROM ${name} WHERE ${scope} IN {scopes:Array(String)} AND ${id} IN {ids:Array(String)}`,
  defaults: { scopes: [], ids: [] } satisfies Params,
})

const inPart = (id: string) => `cityHash64(${id}) % {parts:UInt32} = {part:UInt32}`
/** `from` and `to`, UTC. */
const noHours = { from: '1970-01-01 00:00:00', to: '1970-01-01 00:00:00' } satisfies Params
const parted = { parts: 1, part: 0 } satisfies Params

/** Rows that no entry in the database speaks of, as far as their id goes. */
const unspoken = (name: TableName, id: string, spoken: string, session = "''") => ({
  sql: `
SELECT ${id} AS id, ${session} AS session FROM ${name}
WHERE ${inPart(id)} AND id NOT IN (SELECT spoken FROM (${spoken}) WHERE ${inPart('spoken')})
LIMIT 10000`,
  defaults: parted,
})

const said = (field: string) => `JSONExtractString(line, 'data', '${field}')`
const sayings = (kinds: string, words: string) =>
  `SELECT ${words} AS spoken FROM entries WHERE kind IN (${kinds})`

const orphansOf = (name: TableName) => ({
  sql: `SELECT span AS id, session FROM ${name} WHERE session NOT IN (SELECT session FROM entries) ORDER BY session, id`,
})

const rowsIn = (name: string, counted = 'count()') => ({
  sql: `SELECT toFloat64(${counted}) AS rows FROM ${name}`,
})

const place = 'chain, session, at, span'
const asIndexed = `SELECT ${place}, attributes['trace_id'] AS trace FROM spans WHERE ${inPart('span')}`
const indexed = `SELECT ${place}, trace FROM chain_index WHERE ${inPart('span')}`

const rollupColumns = (name: 'chain_summaries' | 'tool_rollups', left: readonly string[]) =>
  Object.keys((tables[name] satisfies Table).columns)
    .filter((column) => !left.includes(column))
    .join(', ')

const digest = 'finalizeAggregation(duration) AS quantiles'
const tools = rollupColumns('tool_rollups', ['version', 'duration'])
const summaries = rollupColumns('chain_summaries', ['version'])

/** For `audit verify`: what of the tables that are made of entries is compared with them. */
export const projectionQueries = {
  sessions: {
    sql: `
SELECT session, toFloat64(count()) AS entries, groupUniqArray(log) AS logs FROM entries
WHERE session != ''
GROUP BY session ORDER BY session`,
  },
  projected_spans: ofSessions('spans', { input: hashed('input'), output: hashed('output') }),
  projected_policy_decisions: ofSessions('policy_decisions'),
  text_hashes: {
    sql: `SELECT digest, if(empty(text), '', lower(hex(SHA256(text)))) AS hash FROM bodies WHERE digest IN {values:Array(String)}`,
  },

  /** Entries of these logs that are rows of a table of their own. */
  telling_lines: {
    sql: `
SELECT line FROM entries
WHERE kind IN ('link', 'run_started', 'run_finished', 'trial', 'score', 'gate') AND log IN {values:Array(String)}
ORDER BY log, seq`,
  },
  projected_chain_aliases: byId('chain_aliases', "concat(chain, ' ', link)", 'chain'),
  projected_links: byId('links', 'id', 'session'),
  projected_runs: byId('runs', runPartId, 'run'),
  projected_trials: byId('trials', 'trial', 'run'),
  projected_scores: byId('scores', "concat(trial, ' ', grader)", 'run'),

  projected_gates: byId('gates', 'gate', 'run'),

  orphans_spans: orphansOf('spans'),
  orphans_policy_decisions: orphansOf('policy_decisions'),
  unspoken_chain_aliases: unspoken(
    'chain_aliases',
    "concat(chain, ' ', link)",
    sayings(
      "'link'",
      `concat(arrayJoin(JSONExtract(line, 'data', 'evidence', 'chains', 'Array(String)')), ' ', ${said('id')})`,
    ),
  ),
  unspoken_links: unspoken('links', 'id', sayings("'link'", said('id'))),
  unspoken_runs: unspoken(
    'runs',
    runPartId,
    sayings(
      "'run_started', 'run_finished'",
      `concat(${said('run')}, ' ', substring(kind, 5), ' ', ${said('part')})`,
    ),
  ),
  unspoken_trials: unspoken('trials', 'trial', sayings("'trial'", said('trial')), 'session'),
  unspoken_scores: unspoken(
    'scores',
    "concat(trial, ' ', grader)",
    sayings("'score'", `concat(${said('trial')}, ' ', ${said('grader')})`),
  ),

  unspoken_gates: unspoken('gates', 'gate', sayings("'gate'", said('gate'))),

  rows_spans: rowsIn('spans'),
  rows_policy_decisions: rowsIn('policy_decisions'),
  rows_chain_index: rowsIn('chain_index'),
  rows_chain_aliases: rowsIn('chain_aliases'),
  rows_links: rowsIn('links'),
  rows_runs: rowsIn('runs'),
  rows_trials: rowsIn('trials'),
  rows_scores: rowsIn('scores'),
  rows_gates: rowsIn('gates'),
  rows_chain_summaries: rowsIn('chain_summaries', 'uniqExact(chain)'),
  rows_tool_rollups: rowsIn('tool_rollups', 'uniqExact(step, bucket, server, name)'),

  /** Where the index of chains and the spans part, of the spans whose hash falls into this of so many parts. */
  misplaced_spans: {
    sql: `
SELECT span, session, chain, at, trace, toFloat64(countIf(weight > 0)) AS rows
FROM (
  SELECT ${place}, trace, -1 AS weight FROM (${asIndexed})
  UNION ALL
  SELECT ${place}, trace, 1 AS weight FROM (${indexed})
)
GROUP BY ${place}, trace HAVING sum(weight) != 0
ORDER BY at, span LIMIT 100`,
    defaults: parted,
  },

  /** By the time of their last span, so that neighbours are read together. */
  summarised_chains: {
    sql: 'SELECT chain FROM (SELECT chain, max(at) AS last FROM chain_index GROUP BY chain) ORDER BY last, chain',
  },
  stored_summaries: {
    sql: `SELECT ${summaries} FROM (
      SELECT * FROM chain_summaries WHERE chain IN {chains:Array(String)} ORDER BY version DESC LIMIT 1 BY chain)`,
    defaults: { chains: [] },
  },
  /** Of `chains`, and of all that is found under `roots`. */
  expected_summaries: {
    sql: rollupQueries.chain_summaries.rows({ roots: [] }),
    defaults: { chains: [], roots: [] },
  },
  unsummarised: {
    sql: `
SELECT DISTINCT chain AS id, '' AS session FROM chain_summaries
WHERE chain NOT IN (SELECT chain FROM chain_index) AND chain NOT IN (SELECT root FROM chain_aliases) LIMIT 100`,
  },

  call_days: {
    sql: `
SELECT DISTINCT toFloat64(toUnixTimestamp(toStartOfDay(at))) AS day FROM (
  SELECT toDateTime(at, 'UTC') AS at FROM spans WHERE kind = 'tool' AND server IS NOT NULL
  UNION DISTINCT SELECT bucket AS at FROM tool_rollups
) ORDER BY day`,
  },
  stored_rollups: {
    sql: `SELECT ${tools}, ${digest} FROM (
      SELECT * FROM tool_rollups WHERE bucket >= toDateTime({from:String}, 'UTC') AND bucket < toDateTime({to:String}, 'UTC')
      ORDER BY version DESC LIMIT 1 BY step, bucket, server, name)
    ORDER BY step, bucket, server, name`,
    defaults: noHours,
  },
  expected_rollups: {
    sql: `SELECT ${tools}, ${digest}, bounds FROM (${rollupQueries.tool_rollups.rows()})
    ORDER BY step, bucket, server, name`,
    defaults: { ...noHours, hours: [] },
  },

  retained: {
    sql: `
SELECT replaceRegexpOne(name, '_local$', '') AS table,
  toFloat64(toUInt32OrZero(extract(engine_full, 'toIntervalDay\\\\((\\\\d+)\\\\)'))) AS days
FROM system.tables WHERE database = currentDatabase() AND days > 0`,
  },
  /** Segments that an entry says were retired, and whose entries are no longer here. */
  retired_segments: {
    sql: `
SELECT toFloat64(count()) AS rows FROM (
  SELECT log, JSONExtractUInt(line, 'data', 'firstSeq') AS first FROM entries WHERE kind = 'segment_retired'
) WHERE (log, first) NOT IN (SELECT log, seq FROM entries)`,
  },
}

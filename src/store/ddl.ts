import { type Table, tables } from './schema.ts'
import { views } from './views.ts'

export const targets = ['local', 'server', 'cluster', 'cloud'] as const
/** The embedded engine, one server, a cluster with the macros `cluster`, `shard` and `replica`, ClickHouse Cloud. */
export type Target = (typeof targets)[number]

/** An insert that was answered survives a loss of power: ingest takes the last row for the mark of all before it. */
const durable = 'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1'

/** Parts of fewer bytes than that. */
export const partsInOneFile = 'min_bytes_for_wide_part = 100000000000'

/** Parts are merged once all together have twice the bytes of the largest; 5 times as many are usual. */
export const fewerParts = 'merge_selector_base = 2'

const onCluster = " ON CLUSTER '{cluster}'"

/** Tables, those that are missing. May run twice, and in two processes at once. */
export function tableStatements(target: Target): readonly string[] {
  return Object.entries(tables).flatMap(([name, table]) => createTable(name, table, target))
}

/** Views, in the place of those that are there; over tables of this version. May run as often. */
export function viewStatements(target: Target): readonly string[] {
  return Object.entries(views).flatMap(([name, sql]) => createView(name, sql, target))
}

export interface Missing {
  /** Nothing is there. */
  readonly isAll: boolean
  readonly tables: readonly string[]
  /** Of tables that are there: `spans.at`. */
  readonly columns: readonly string[]
}

/** What this version has, and is not `there`: columns by their table. */
export function missingFrom(there: ReadonlyMap<string, ReadonlySet<string>>, target: Target): Missing {
  const wanted = Object.entries(tables).flatMap(([name, { shardBy, columns }]) => {
    const names = target === 'cluster' && shardBy ? [name, `${name}_local`] : [name]
    return names.map((each) => ({ name: each, columns: Object.keys(columns) }))
  })
  const [here, gone] = [
    wanted.filter(({ name }) => there.has(name)),
    wanted.filter(({ name }) => !there.has(name)),
  ]
  return {
    isAll: here.length === 0,
    tables: gone.map(({ name }) => name),
    columns: here.flatMap(({ name, columns }) =>
      columns.filter((column) => !there.get(name)?.has(column)).map((column) => `${name}.${column}`),
    ),
  }
}

/** On a cluster: a table on each shard, and one over them all that bears the name. */
export function createTable(name: string, table: Table, target: Target): readonly string[] {
  if (target !== 'cluster') return [tableStatement(name, table, target)]
  if (!table.shardBy) return [tableStatement(name, table, target)]
  const local = `${name}_local`
  return [tableStatement(local, table, target), distributed(name, local, table.shardBy)]
}

function tableStatement(name: string, table: Table, target: Target): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `  \`${column}\` ${type}`)
  const indexes = (table.indexes ?? []).map((index) => `  INDEX ${index}`)
  const projections = (table.projections ?? []).map((projection) => `  PROJECTION ${projection}`)
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${target === 'cluster' ? onCluster : ''} (\n${[...columns, ...indexes, ...projections].join(',\n')}\n)`,
    `ENGINE = ${engine(table, target)}`,
    ...(table.partitionBy ? [`PARTITION BY ${table.partitionBy}`] : []),
    `ORDER BY ${table.orderBy}`,
    `SETTINGS ${settings(table, target).join(', ')}`,
  ].join('\n')
}

function settings(
  { granularity = 8192, isReadByRow, isMergedSooner }: Table,
  target: Target,
): readonly string[] {
  const parts = isReadByRow ? [partsInOneFile] : []
  // Cloud knows better how it merges and keeps what was inserted.
  const own = target === 'cloud' ? [] : [...(isMergedSooner ? [fewerParts] : []), durable]
  return [`index_granularity = ${granularity}`, ...parts, ...own]
}

function engine({ latestBy, shardBy }: Table, target: Target): string {
  const name = latestBy ? 'ReplacingMergeTree' : 'MergeTree'
  const own = latestBy ? [latestBy] : []
  if (target !== 'cluster') return own.length > 0 ? `${name}(${own})` : name
  const place = shardBy
    ? ["'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'"]
    : ["'/clickhouse/tables/{database}/{table}'", "'{shard}-{replica}'"]
  return `Replicated${name}(${[...place, ...own].join(', ')})`
}

/** On a cluster a view answers for its shard, and a table over all of them bears the name. */
function createView(name: string, sql: string, target: Target): readonly string[] {
  if (target !== 'cluster') return [`CREATE OR REPLACE VIEW ${name} AS\n${sql}`]
  const sharded = Object.entries(tables).flatMap(([table, { shardBy }]) => (shardBy ? [table] : []))
  const ofShard = sql.replace(new RegExp(`\\b(FROM|JOIN) (${sharded.join('|')})\\b`, 'g'), '$1 $2_local')
  const local = `${name}_local`
  return [
    `CREATE OR REPLACE VIEW ${local}${onCluster} AS\n${ofShard}`,
    distributed(name, local, 'cityHash64(TraceId)'),
  ]
}

const distributed = (name: string, local: string, shardBy: string) =>
  `CREATE TABLE IF NOT EXISTS ${name}${onCluster} AS ${local}
ENGINE = Distributed('{cluster}', currentDatabase(), ${local}, ${shardBy})`

/** Changes a table that is there; on a cluster the one that holds the rows. */
export function alterTable(name: keyof typeof tables, change: string, target: Target): string {
  if (target !== 'cluster') return `ALTER TABLE ${name} ${change}`
  return `ALTER TABLE ${name}${tables[name].shardBy ? '_local' : ''}${onCluster} ${change}`
}

/** On a cluster, of the table over all shards as well. */
export function addColumn(name: keyof typeof tables, column: string, target: Target): readonly string[] {
  const change = `ADD COLUMN IF NOT EXISTS ${column}`
  const held = alterTable(name, change, target)
  return target === 'cluster' && tables[name].shardBy
    ? [held, `ALTER TABLE ${name}${onCluster} ${change}`]
    : [held]
}

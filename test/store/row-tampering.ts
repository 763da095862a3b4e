import { type Table, tables } from '../../src/store/schema.ts'
import type { Transport } from '../../src/store/transport.ts'

/** Tables whose rows are made of entries, and of such rows. */
export const projectedTables = (Object.keys(tables) as (keyof typeof tables)[]).filter(
  (table) => !['entries', 'bodies', 'checkpoints'].includes(table),
)
export type ProjectedTable = (typeof projectedTables)[number]

const isRollup = (table: ProjectedTable) => (tables[table] satisfies Table as Table).latestBy !== undefined
const rollupKeys: Partial<Record<ProjectedTable, string>> = {
  chain_summaries: 'chain',
  tool_rollups: 'step, bucket, server, name',
}

/** Another value of the type. */
function another(column: string, type: string): string {
  const inner = type.replace(/ CODEC.*$/, '').replace(/^LowCardinality\((.+)\)$/, '$1')
  const plain = inner.replace(/^Nullable\((.+)\)$/, '$1')
  if (plain.startsWith('AggregateFunction'))
    return '(SELECT quantilesTDigestState(0.5, 0.95, 0.99)(toFloat64(987654)))'
  if (plain.startsWith('Enum8')) return `if(${column} = 'started', 'finished', 'started')`
  if (plain.startsWith('DateTime64')) return `addMicroseconds(${column}, 1)`
  if (plain.startsWith('DateTime')) return `${column} + 300`
  if (plain.startsWith('Array(UInt8')) return `arrayPushBack(${column}, 9)`
  if (plain.startsWith('Array')) return `arrayPushBack(${column}, 'intruder')`
  if (plain.startsWith('Map') && plain.includes('Float64'))
    return `mapUpdate(${column}, CAST(map('intruder', 1), '${plain}'))`
  if (plain.startsWith('Map')) return `mapUpdate(${column}, CAST(map('intruder', 'x'), '${plain}'))`
  if (plain === 'Bool') return `NOT ifNull(${column}, false)`
  if (/Int|Float/.test(plain)) return `ifNull(${column}, 0) + 1`
  return `concat(ifNull(${column}, ''), 'x')`
}

/** Columns of which every change counts: which of the rows with one key is the last is not the journal's. */
export function columnsOf(table: ProjectedTable): readonly string[] {
  return Object.keys(tables[table].columns).filter((column) => !isRollup(table) || column !== 'version')
}

/** Somebody who has the database, and can put it back. */
export async function rowTampering(database: Transport) {
  const kept = (table: ProjectedTable) => `kept_${table}`
  for (const table of projectedTables) {
    const by = rollupKeys[table]
    const last = by === undefined ? '' : `ORDER BY version DESC LIMIT 1 BY ${by}`
    await database.execute(`CREATE TABLE ${kept(table)} AS ${table} ENGINE = MergeTree ORDER BY tuple()`)
    await database.execute(`INSERT INTO ${kept(table)} SELECT * FROM (SELECT * FROM ${table} ${last})`)
  }
  const write = async (table: ProjectedTable, rows: string) => {
    await database.execute(`TRUNCATE TABLE ${table}`)
    await database.execute(`INSERT INTO ${table} ${rows}`)
  }
  const numbered = (table: ProjectedTable) => {
    const key = Object.keys(tables[table].columns).filter((column) => column !== 'duration')
    return `(SELECT *, row_number() OVER (ORDER BY ${key.join(', ')}) AS n FROM ${kept(table)})`
  }
  return {
    /** One row, in one column. */
    edit: (table: ProjectedTable, column: string, row = 1) => {
      const type = (tables[table] satisfies Table as Table).columns[column] ?? ''
      const value = `CAST(${another(column, type)}, '${type.replace(/ CODEC.*$/, '').replaceAll("'", "\\'")}')`
      const edited = `* EXCEPT n REPLACE (if(n = ${row}, ${value}, ${column}) AS ${column})`
      return write(table, `SELECT ${edited} FROM ${numbered(table)}`)
    },
    remove: (table: ProjectedTable, row = 1) =>
      write(table, `SELECT * EXCEPT n FROM ${numbered(table)} WHERE n != ${row}`),
    /** A row that is like another, but for its id. */
    add: (table: ProjectedTable) => {
      const id = { links: 'id', trials: 'trial', chain_aliases: 'chain', chain_summaries: 'chain' } as const
      const others = { runs: 'run', scores: 'grader', gates: 'gate', tool_rollups: 'name' } as const
      const column = { ...id, ...others }[table as string] ?? 'span'
      const added = `SELECT * EXCEPT n REPLACE ('intruder' AS ${column}) FROM ${numbered(table)} WHERE n = 1`
      return database.execute(`INSERT INTO ${table} ${added}`)
    },
    /** The same row once more. */
    repeat: (table: ProjectedTable) =>
      database.execute(`INSERT INTO ${table} SELECT * EXCEPT n FROM ${numbered(table)} WHERE n = 1`),
    putBack: (table: ProjectedTable) => write(table, `SELECT * FROM ${kept(table)}`),
  }
}

export const repeatable = projectedTables.filter((table) => !isRollup(table))

import type { Retention } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import { DamagedDatabaseError } from './damaged-database.ts'
import {
  createTable,
  type Missing,
  missingFrom,
  type Target,
  tableStatements,
  targets,
  viewStatements,
} from './ddl.ts'
import { retentionStatements } from './retention.ts'
import { rowsOf } from './rows-of.ts'
import { schemaChanges } from './schema-changes.ts'
import type { Transport } from './transport.ts'

const versions = {
  columns: {
    version: 'UInt32',
    at: "DateTime64(6, 'UTC') DEFAULT now64(6)",
    target: "LowCardinality(String) DEFAULT ''",
  },
  orderBy: 'version',
}

/** The version of this program. */
export const schemaVersion = schemaChanges.length + 1

const versionStatements = (target: Target) => [
  ...createTable('schema_versions', versions, target),
  `ALTER TABLE schema_versions${target === 'cluster' ? " ON CLUSTER '{cluster}'" : ''} ADD COLUMN IF NOT EXISTS target ${versions.columns.target}`,
]

/** All that `migrate` does to the tables of version `from`; 0 where there are none: they are made as they are today. */
export function migrationStatements(target: Target, from: number): readonly string[] {
  const later = from === 0 ? [] : schemaChanges.slice(from - 1)
  return [
    ...versionStatements(target),
    ...tableStatements(target),
    ...later.flatMap(({ tables }) => tables(target)),
    ...new Set(later.flatMap(({ rows }) => rows(target))),
    ...viewStatements(target),
  ]
}

/** A script that makes the tables in an empty database. */
export function printedMigration(target: Target, retention: Retention): string {
  const row = `INSERT INTO schema_versions (version, target) VALUES (${schemaVersion}, '${target}')`
  const all = [...migrationStatements(target, 0), row, ...retentionStatements(retention, target)]
  return all.map((statement) => `${statement};\n`).join('\n')
}

/**
 * Brings the tables to the version of this program; how they are laid out is `target`, unless they are there and were made
 * for another. An `InfrastructureError` if they are of a later version, or of this one and not all there.
 */
export async function migrate(transport: Transport, target: Target): Promise<Target> {
  const made = await madeBefore(transport)
  const actual = made.target ?? target
  if (made.version !== schemaVersion) {
    await makeTables(transport, { version: made.version, target: actual })
    return actual
  }
  refuseDamaged(await missingIn(transport, actual))
  return actual
}

function refuseDamaged({ tables, columns }: Missing): void {
  const missing = [...tables, ...columns]
  if (missing.length === 0) return
  const lacking = [...listed('table', tables), ...listed('column', columns)]
  throw new DamagedDatabaseError(`the database lacks ${lacking.join(', and ')}`, { missing })
}

function listed(noun: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  return [names.length === 1 ? `the ${noun} ${names[0]}` : `${names.length} ${noun}s: ${names.join(', ')}`]
}

/** The same, and makes tables that are missing anew, empty, and all views. */
export async function migrateAndMend(
  transport: Transport,
  target: Target,
): Promise<{ readonly target: Target; readonly missing: readonly string[] }> {
  const made = await madeBefore(transport)
  const actual = made.target ?? target
  const missing = await missingIn(transport, actual)
  if (made.version !== schemaVersion) await makeTables(transport, { version: made.version, target: actual })
  else {
    refuseDamaged({ ...missing, tables: [] })
    for (const statement of [...tableStatements(actual), ...viewStatements(actual)])
      await transport.execute(statement)
  }
  return { target: actual, missing: made.version === 0 ? [] : missing.tables }
}

async function makeTables(
  transport: Transport,
  { version, target }: { readonly version: number; readonly target: Target },
): Promise<void> {
  const missing = version === 0 ? await missingIn(transport, target) : null
  if (missing && missing.columns.length > 0) throw madeByOthers(missing.columns)
  // Tables of no noted version: whoever made them did not come to its end.
  const from = missing?.isAll === false ? 1 : version
  for (const statement of migrationStatements(target, from)) await transport.execute(statement)
  await noteVersion(transport, target)
}

function madeByOthers([column = '']: readonly string[]): InfrastructureError {
  const table = column.split('.')[0]
  return new InfrastructureError(
    'store_not_ours',
    `the database has a table ${table} that calltrail did not make (it lacks the column ${column}): give calltrail a database of its own, which CLICKHOUSE_URL names`,
  )
}

/** Says that the tables are those of this program. */
export async function noteVersion(transport: Transport, target: Target): Promise<void> {
  const row = JSON.stringify({ version: schemaVersion, target })
  await transport.insert('schema_versions', { format: 'JSONEachRow', bytes: Buffer.from(`${row}\n`) })
}

async function missingIn(transport: Transport, target: Target): Promise<Missing> {
  const sql =
    'SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table'
  const there = await rowsOf(transport.select<{ table: string; columns: readonly string[] }>(sql, {}))
  return missingFrom(new Map(there.map(({ table, columns }) => [table, new Set(columns)])), target)
}

/** Makes tables that are missing, of whatever version the others are. */
export async function makeMissing(transport: Transport, target: Target): Promise<void> {
  for (const statement of [...versionStatements(target), ...tableStatements(target)])
    await transport.execute(statement)
}

interface Made {
  /** 0 where nothing was made yet. */
  readonly version: number
  readonly target: Target | null
}

/** What the database says of itself. An `InfrastructureError` if it is of a later version. */
export async function madeBefore(transport: Transport): Promise<Made> {
  const made = await versionIn(transport)
  if (made.version <= schemaVersion) return made
  throw new InfrastructureError(
    'store_newer',
    `the database was made by a newer calltrail (schema ${made.version}, this one knows ${schemaVersion}): update calltrail`,
  )
}

async function versionIn(transport: Transport): Promise<Made> {
  const there = `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'schema_versions'`
  const columns = new Set<string>()
  for await (const { name } of transport.select<{ name: string }>(there, {})) columns.add(name)
  if (columns.size === 0) return { version: 0, target: null }
  const target = columns.has('target') ? 'argMax(target, at)' : "''"
  const sql = `SELECT toUInt32(max(version)) AS version, toString(${target}) AS target FROM schema_versions`
  for await (const row of transport.select<{ version: number; target: string }>(sql, {}))
    return { version: row.version, target: targets.find((known) => known === row.target) ?? null }
  return { version: 0, target: null }
}

import { InfrastructureError } from '../errors.ts'
import { createTable, evidenceIndex, tables } from './schema.ts'
import type { Transport } from './transport.ts'

const versions = createTable('schema_versions', {
  columns: { version: 'UInt32', at: "DateTime64(6, 'UTC') DEFAULT now64(6)" },
  orderBy: 'version',
})

/** The statements of each version, from 1. Each statement may run twice: two processes may begin at once. */
const migrations: readonly (readonly string[])[] = [
  Object.entries(tables).map(([name, table]) => createTable(name, table)),
  [`ALTER TABLE spans ADD INDEX IF NOT EXISTS ${evidenceIndex}`],
  [createTable('checkpoints', tables.checkpoints)],
]

/** Brings the tables to the version of this program. An `InfrastructureError` if they are of a later one. */
export async function migrate(transport: Transport): Promise<void> {
  await transport.execute(versions)
  const version = await schemaVersion(transport)
  if (version > migrations.length)
    throw new InfrastructureError(
      'store_newer',
      `the database was made by a newer calltrail (schema ${version}, this one knows ${migrations.length}): update calltrail`,
    )
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue
    for (const statement of statements) await transport.execute(statement)
    await transport.insert('schema_versions', Buffer.from(`{"version":${index + 1}}\n`))
  }
}

/** 0 where nothing was made yet. */
async function schemaVersion(transport: Transport): Promise<number> {
  const sql = 'SELECT toUInt32(max(version)) AS version FROM schema_versions'
  for await (const { version } of transport.select<{ version: number }>(sql, {})) return version
  return 0
}

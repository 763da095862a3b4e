import { Session } from 'chdb'
import type { Params } from '../../dist/domain/store.js'
import { eachItem } from '../../dist/journal/each-item.js'
import { rowsInBatches } from '../../dist/store/chdb-rows.js'
import { openChdb } from '../../dist/store/chdb-store.js'
import { migrate } from '../../dist/store/migrate.js'
import type { Transport } from '../../dist/store/transport.js'

/** A database of its own in the embedded engine, for two of which in one process there is no other way. */
export async function openDatabase(folder: string, name: string): Promise<Transport> {
  const session = new Session(folder)
  await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${name}`)
  await session.queryAsync(`USE ${name}`)
  return {
    async execute(statement, params) {
      if (params) await session.queryBindAsync(statement, params)
      else await session.queryAsync(statement)
    },
    async insert(table, { bytes }) {
      await session.insert({ table, values: bytes, format: 'JSONEachRow' })
    },
    select: <T>(sql: string, params: Params) => eachItem(rowsInBatches<T>(session, sql, params)),
    async close() {
      session.close()
    },
  }
}

/** Empty, and open as a command has it. */
export async function freshDatabase(folder: string, name: string): Promise<Transport> {
  const made = await openDatabase(folder, name)
  // Whoever closes a database stops them.
  await made.execute('SYSTEM START MERGES')
  await made.close()
  const database = await openChdb(folder, { database: name })
  await migrate(database, 'local')
  return database
}

/** Until the engine has merged what it wants to, so that no merge is measured. */
export async function settle(transport: Transport): Promise<void> {
  for (;;) {
    const [{ merges } = { merges: 0 }] = await rowsOf<{ merges: number }>(
      transport.select('SELECT toFloat64(count()) AS merges FROM system.merges', {}),
    )
    if (merges === 0) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  await transport.execute('SYSTEM STOP MERGES')
}

export async function rowsOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

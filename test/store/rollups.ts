import { expect } from 'vitest'
import type { Home } from '../../src/journal/home.ts'
import { openChdb } from '../../src/store/chdb-store.ts'
import { rollupQueries } from '../../src/store/queries/rollup-queries.ts'
import type { Transport } from '../../src/store/transport.ts'
import { all } from './recorded-home.ts'

/** A session of its own on the database of a home that this process has open. */
export const rawDatabase = (home: Pick<Home, 'database'>): Promise<Transport> => openChdb(home.database)

/** What ingest has made of the spans is what they add up to when all of it is made anew. */
export async function expectRollupsRight(home: Pick<Home, 'database'>): Promise<void> {
  const database = await rawDatabase(home)
  try {
    const made = await rollupRows(database)
    for (const { insertAll } of Object.values(rollupQueries)) await database.execute(insertAll)
    expect(made).toEqual(await rollupRows(database))
  } finally {
    await database.close()
  }
}

async function rollupRows(database: Transport): Promise<readonly object[]> {
  const rows = (table: string, key: string) =>
    all(
      database.select<object>(
        `SELECT * EXCEPT version FROM (SELECT * FROM ${table} ORDER BY version DESC LIMIT 1 BY ${key}) ORDER BY ${key}`,
        {},
      ),
    )
  const tools = 'SELECT * EXCEPT duration, finalizeAggregation(duration) AS quantiles FROM tool_rollups'
  return [
    ...(await rows('chain_summaries', 'chain')),
    ...(await rows(`(${tools})`, 'step, bucket, server, name')),
  ]
}

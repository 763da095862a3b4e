import { mkdirSync } from 'node:fs'
import type { Params, Retention, Rows, Store, TableName } from '../domain/store.ts'
import { UsageError } from '../errors.ts'
import { homeAt } from '../journal/home.ts'
import type { Target } from './ddl.ts'
import { migrate, migrateAndMend, schemaVersion } from './migrate.ts'
import { nativeBlocks } from './native-blocks.ts'
import { rollupQueries } from './queries/rollup-queries.ts'
import { type Query, type QueryName, queries } from './queries.ts'
import { applyRetention } from './retention.ts'
import { finishKilledSwap } from './swap-rebuilt.ts'
import type { Transport } from './transport.ts'

export interface StoreOptions {
  /** The folder of the home; the embedded database lies in it. */
  readonly home: string
  /** `CLICKHOUSE_URL`: a server instead of the embedded database. May hold user, password and database name. */
  readonly url?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** How long to wait for another process that has the embedded database open. 10 s unless said. */
  readonly waitMs?: number
}

/**
 * Opens the embedded database of the home, or the server at `url`, and brings its tables up to date. A rebuild that was
 * killed once its tables were whole is gone on with.
 */
export async function openStore(options: StoreOptions): Promise<Store<QueryName>> {
  const transport = await openTransport(options)
  try {
    // Its tables are of the version that the database had.
    await finishKilledSwap(transport, homeAt(options.home).ingestLock)
    await migrate(transport, targetOf(options))
  } catch (error) {
    await transport.close()
    throw error
  }
  return storeOver(transport)
}

export interface Migrated {
  readonly version: number
  readonly target: Target
  /** Tables that were made anew, empty. */
  readonly missing: readonly string[]
  /** Tables that keep their rows for another time now. */
  readonly retained: readonly string[]
}

/** Brings the tables up to date, makes those that are missing, and has them keep rows for as long as `retention` says. */
export async function migrateStore(
  options: StoreOptions,
  { target, retention }: { readonly target?: Target | undefined; readonly retention: Retention },
): Promise<Migrated> {
  const transport = await openTransport(options)
  try {
    await finishKilledSwap(transport, homeAt(options.home).ingestLock)
    const { target: actual, missing } = await migrateAndMend(transport, target ?? targetOf(options))
    if (target !== undefined && target !== actual) throw madeForAnother(actual)
    return {
      version: schemaVersion,
      target: actual,
      missing,
      retained: await applyRetention(transport, retention, actual),
    }
  } finally {
    await transport.close()
  }
}

export const targetOf = ({ url }: StoreOptions): Target => (url ? 'server' : 'local')

function madeForAnother(actual: Target): UsageError {
  const message = `the tables that are there were made for the target ${actual}`
  return new UsageError([{ message, hint: `--target ${actual}, or another database` }])
}

/** Loads what it needs and nothing else: the engine alone weighs half a gigabyte. */
export async function openTransport(
  { home, url, user, password, waitMs }: StoreOptions,
  database?: string,
): Promise<Transport> {
  if (url) {
    const { openServer } = await import('./server-store.ts')
    return openServer({ url, user, password, database })
  }
  const { database: directory } = homeAt(home)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { openChdb } = await import('./chdb-store.ts')
  return openChdb(directory, { waitMs, database })
}

// Both transports answer alike: 64-bit integers as text, times as `2026-11-20T02:14:07.123456Z`. On a cluster the rows of a
// chain lie on several shards.
const answerFormat = `SETTINGS output_format_json_quote_64bit_integers = 1, date_time_output_format = 'iso',
  distributed_product_mode = 'global'`

/** A store on tables that were migrated. */
export function storeOver(transport: Transport): Store<QueryName> {
  return {
    async append(rows: Rows) {
      for (const [table, added] of Object.entries(rows) as [TableName, Rows[TableName]][])
        for (const block of nativeBlocks(table, added ?? [])) await transport.insert(table, block)
    },
    refresh: (rollup, params) => transport.execute(rollupQueries[rollup].insert(params), params),
    query<T>(name: QueryName, params: Params = {}): AsyncIterable<T> {
      const { sql, defaults }: Query = queries[name]
      const all = { ...defaults, ...params }
      const text = typeof sql === 'string' ? sql : sql(all)
      return transport.select<T>(`${text}\n${answerFormat}`, all)
    },
    close: () => transport.close(),
  }
}

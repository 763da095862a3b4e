import type { Store } from '../domain/store.ts'
import { describeError } from '../errors.ts'
import { sealDeadLogs } from '../journal/audit/seal-logs.ts'
import { type Home, openHome } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { ingestCheckpoints } from '../store/checkpoint-rows.ts'
import { type IngestReport, ingest } from '../store/ingest.ts'
import type { QueryName } from '../store/queries.ts'
import { openStore } from '../store/stores.ts'
import { homePath, openLog } from './home.ts'
import { say } from './run-command.ts'

export type Database = Store<QueryName>

/** Brings the database up to the journal, then lets `read` ask it; says so where another process is still at it. */
export async function withDatabase<T>(read: (database: Database) => Promise<T>): Promise<T> {
  const home = openHome(homePath())
  return withStore(home, async (database) => {
    tellLag(await ingestHome(home, database))
    return read(database)
  })
}

/** The database as it is. */
export async function withStore<T>(home: Home, read: (database: Database) => Promise<T>): Promise<T> {
  // The engine makes its files as open as it may; no server is started after this that would inherit it.
  process.umask(0o077)
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } = process.env
  const database = await openStore({ home: home.path, url, user, password })
  try {
    return await read(database)
  } finally {
    await database.close()
  }
}

async function ingestHome(home: Home, database: Database): Promise<IngestReport> {
  const links = openLog(home)
  try {
    return await ingest(database, readJournal(home), { links, lock: home.ingestLock })
  } finally {
    links.close()
    await keepCheckpoints(home, database)
  }
}

/** Who only reads is not kept from it. */
async function keepCheckpoints(home: Home, database: Database): Promise<void> {
  try {
    sealDeadLogs(home)
    await ingestCheckpoints(home, database)
  } catch (error) {
    say(`what was recorded could not be signed for: ${describeError(error)}`)
  }
}

function tellLag({ behind, heldBy }: IngestReport): void {
  if (heldBy === null) return
  say(`process ${heldBy} is ingesting; what is shown is ${behind.toLocaleString('en')} entries behind`)
}

export async function rowsOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const row of rows) collected.push(row)
  return collected
}

import { randomBytes } from 'node:crypto'
import type { JournalWriter } from '../domain/journal.ts'
import type { Store, StoreReader } from '../domain/store.ts'
import { type Home, openHome } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { servingOf } from '../journal/serving.ts'
import { readTokenFile } from '../journal/token-file.ts'
import { type IngestReport, ingest } from '../store/ingest.ts'
import type { QueryName } from '../store/queries.ts'
import { servedStore } from '../store/served-store.ts'
import { openStore } from '../store/stores.ts'
import { homePath, openLog } from './home.ts'
import { say } from './run-command.ts'

export type Database = StoreReader<QueryName>

/** Brings the database up to the journal, then lets `read` ask it; says so where another process is still at it. */
export async function withDatabase<T>(read: (database: Database) => Promise<T>): Promise<T> {
  const home = openHome(homePath())
  const { database, report } = (await servedDatabase(home)) ?? (await ownDatabase(home))
  try {
    tellLag(report)
    return await read(database)
  } finally {
    await database.close()
  }
}

/** Through the process that serves this home; null where none does. */
async function servedDatabase(home: Home) {
  const serving = process.env.CLICKHOUSE_URL ? null : servingOf(home)
  if (!serving) return null
  const { token } = readTokenFile(home, 'serve-token', newSecret)
  const database = servedStore({ ...serving, token })
  return { database, report: await database.ingest() }
}

async function ownDatabase(home: Home) {
  const database = await openDatabase(home)
  const links = openLog(home)
  try {
    return { database, report: await ingestHome(home, database, links) }
  } catch (error) {
    await database.close()
    throw error
  } finally {
    links.close()
  }
}

/** The embedded database of the home, or the server that the environment names. */
export async function openDatabase(home: Home): Promise<Store<QueryName>> {
  // The engine makes its files as open as it may; no server is started after this that would inherit it.
  process.umask(0o077)
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } = process.env
  return openStore({ home: home.path, url, user, password })
}

/** What is found is written to `links`. */
export function ingestHome(
  home: Home,
  database: Store<QueryName>,
  links: JournalWriter,
): Promise<IngestReport> {
  return ingest(database, readJournal(home), { links, lock: home.ingestLock })
}

/** Of 256 bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
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

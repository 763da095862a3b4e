import type { JournalWriter } from '../domain/journal.ts'
import type { Store, StoreReader } from '../domain/store.ts'
import { describeError } from '../errors.ts'
import { sealDeadLogs } from '../journal/audit/seal-logs.ts'
import { type Home, openHome } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { servingOf } from '../journal/serving.ts'
import { readTokenFile, type TokenFile } from '../journal/token-file.ts'
import { newToken } from '../record/gateway/authentication/static-tokens.ts'
import { ingestProgress } from '../show/ingest-progress.ts'
import { count, time } from '../show/quantities.ts'
import { ingestCheckpoints } from '../store/checkpoint-rows.ts'
import { type IngestReport, ingest } from '../store/ingest.ts'
import type { QueryName } from '../store/queries.ts'
import { type ServedStore, servedStore } from '../store/served-store.ts'
import { openStore } from '../store/stores.ts'
import { homePath, openLog } from './home.ts'
import { say } from './run-command.ts'

export type Database = StoreReader<QueryName>

/** Brings the database up to the journal, then lets `read` ask it; says so where another process is still at it. */
export async function withDatabase<T>(read: (database: Database) => Promise<T>): Promise<T> {
  const home = openHome(homePath())
  const served = servedDatabase(home)
  const { database, report } = served
    ? { database: served, report: await showingProgress((onProgress) => served.ingest(onProgress)) }
    : await ownDatabase(home)
  try {
    tellLag(report)
    return await read(database)
  } finally {
    await database.close()
  }
}

/** The database as it is. */
export async function withDatabaseAsItIs<T>(
  home: Home,
  read: (database: Database) => Promise<T>,
): Promise<T> {
  const database = servedDatabase(home) ?? (await openDatabase(home))
  try {
    return await read(database)
  } finally {
    await database.close()
  }
}

/** What opens the process that serves this home. */
export function serveToken(home: Home): TokenFile {
  return readTokenFile(home, 'serve-token', () => newToken().token)
}

/** Through the process that serves this home; null where none does. */
function servedDatabase(home: Home): ServedStore | null {
  const serving = process.env.CLICKHOUSE_URL ? null : servingOf(home)
  return serving && servedStore({ ...serving, token: serveToken(home).token })
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
    await keepCheckpoints(home, database)
  }
}

/** Which database it is, without what opens it. */
export function databaseName(): string {
  const { CLICKHOUSE_URL: url } = process.env
  if (!url) return 'embedded'
  if (!URL.canParse(url)) return url
  const { host, pathname, searchParams } = new URL(url)
  return `${host}${pathname.replace(/\/$/, '')} ${searchParams.get('database') ?? ''}`.trimEnd()
}

/** Who only reads is not kept from it. */
export async function keepCheckpoints(home: Home, database: Store<QueryName>): Promise<void> {
  try {
    sealDeadLogs(home)
    await ingestCheckpoints(home, database, databaseName())
  } catch (error) {
    say(`what was recorded could not be signed for: ${describeError(error)}`)
  }
}

/** The embedded database of the home, or the server that the environment names. */
export async function openDatabase(home: Home): Promise<Store<QueryName>> {
  // The engine makes its files as open as it may; no server is started after this that would inherit it.
  process.umask(0o077)
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } = process.env
  return openStore({ home: home.path, url, user, password })
}

/** What is found is written to `links`; who waits at a terminal sees how far it is, and `onProgress` is told. */
export async function ingestHome(
  home: Home,
  database: Store<QueryName>,
  links: JournalWriter,
  onProgress: (entries: number) => void = () => {},
): Promise<IngestReport> {
  return showingProgress((step) => {
    const tell = (entries: number) => {
      step(entries)
      onProgress(entries)
    }
    return ingest(database, readJournal(home), { links, lock: home.ingestLock, onProgress: tell })
  })
}

async function showingProgress<T>(act: (step: (entries: number) => void) => Promise<T>): Promise<T> {
  const progress = ingestProgress(process.stderr)
  try {
    return await act(progress.step)
  } finally {
    progress.end()
  }
}

function tellLag({ behind, behindSince, heldBy }: IngestReport): void {
  if (heldBy === null) return
  const age = behindSince === null ? '' : `, since ${time(behindSince)} UTC`
  say(`process ${heldBy} is ingesting; what is shown is ${count(behind, 'entry', 'entries')} behind${age}`)
}

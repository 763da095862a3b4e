import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session, SessionOptions } from 'chdb'
import type { Params } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import { eachItem } from '../journal/each-item.ts'
import { readIfThere } from '../journal/home.ts'
import { rowsInBatches } from './chdb-rows.ts'
import { DamagedDatabaseError, refuseWithoutLinks } from './damaged-database.ts'
import { engineError } from './engine-error.ts'
import { engineArguments, insertedBytes, purge } from './engine-settings.ts'
import { heldError, holdDirectory } from './hold-directory.ts'
import type { Insert, Transport } from './transport.ts'

type Chdb = typeof import('chdb')

const idleSessions = 3
const pollMs = 50

export interface ChdbOptions {
  /** How long to wait for another process that has the directory open. 10 s unless said. */
  readonly waitMs?: number | undefined
  /** One that is there; `default` unless said. */
  readonly database?: string | undefined
}

/**
 * The embedded engine on a directory, which one process may have open at a time: another is waited for, then named. A
 * session runs one query after the other, so each query takes one of its own.
 */
export async function openChdb(
  directory: string,
  { waitMs = 10_000, database }: ChdbOptions = {},
): Promise<Transport> {
  const chdb = await loadEngine()
  const release = await holdDirectory(directory, waitMs)
  const engine = { connectionArgs: engineArguments(directory) }
  const first = await openDirectory(chdb, directory, { engine, waitMs, database }).catch((error) => {
    release()
    throw error
  })
  const isPurgeDue = insertedBytes()
  const sessions = new Set([first])
  const idle = [first]

  function take(): Session {
    const session = idle.pop() ?? newSession(chdb, directory, { engine, database })
    sessions.add(session)
    return session
  }

  function giveBack(session: Session): void {
    if (idle.length < idleSessions) idle.push(session)
    else close(session)
  }

  function close(session: Session): void {
    session.close()
    sessions.delete(session)
  }

  /** With its last session the engine would end, and leave the directory to others. */
  function replace(session: Session): void {
    if (sessions.size === 1) idle.push(take())
    close(session)
  }

  async function withSession(act: (session: Session) => Promise<unknown>): Promise<void> {
    const session = take()
    try {
      await act(session)
      giveBack(session)
    } catch (error) {
      replace(session)
      throw engineError(error)
    }
  }

  async function* select<T>(sql: string, params: Params): AsyncGenerator<T[]> {
    const session = take()
    let isDone = false
    try {
      yield* rowsInBatches<T>(session, sql, params)
      isDone = true
    } catch (error) {
      throw engineError(error)
    } finally {
      if (isDone) giveBack(session)
      else replace(session)
    }
  }

  return {
    execute: (statement, params) =>
      withSession((session) =>
        params ? session.queryBindAsync(statement, params) : session.queryAsync(statement),
      ),
    insert: (table, rows) =>
      withSession(async (session) => {
        await insert(session, directory, table, rows)
        // An engine that was built without its allocator has nothing to give back.
        if (isPurgeDue(rows.bytes.length)) await session.queryAsync(purge).catch(() => {})
      }),
    select: <T>(sql: string, params: Params) => eachItem(select<T>(sql, params)),
    async close() {
      // A merge that is under way when the process exits may crash it: what was just inserted is merged another time.
      await (idle.at(-1) ?? first).queryAsync('SYSTEM STOP MERGES').catch(() => {})
      for (const session of sessions) close(session)
      // An exit while the engine still works crashes the process.
      await chdb.drainPending()
      release()
    },
  }
}

/**
 * From a file, which the engine reads in half the CPU time that it takes for rows within a statement. The file has no name
 * any more by then, so that none is left, whatever kills the process.
 */
async function insert(
  session: Session,
  directory: string,
  table: string,
  { format, bytes }: Insert,
): Promise<void> {
  const path = join(directory, 'insert')
  const file = openSync(path, 'w+', 0o600)
  try {
    unlinkSync(path)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at)
    await session.queryAsync(`INSERT INTO ${table} SELECT * FROM file(${file}, ${format})
SETTINGS use_structure_from_insertion_table_in_table_functions = 1, max_threads = 1, input_format_parallel_parsing = 0`)
  } finally {
    closeSync(file)
  }
}

async function loadEngine(): Promise<Chdb> {
  try {
    return await import('chdb')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new InfrastructureError(
        'store_engine',
        'the embedded database is not installed: npm install chdb@3.4.0, or set CLICKHOUSE_URL to a ClickHouse server',
      )
    throw new InfrastructureError(
      'store_engine',
      'the embedded database does not run here (it needs Linux with glibc, or macOS): set CLICKHOUSE_URL to a ClickHouse server',
      { cause: error },
    )
  }
}

interface Opening {
  readonly engine: SessionOptions
  readonly database: string | undefined
}

function newSession({ Session }: Chdb, directory: string, { engine, database }: Opening): Session {
  try {
    const session = new Session(directory, engine)
    if (database !== undefined) session.query(`USE ${database}`)
    return session
  } catch (error) {
    throw engineError(error)
  }
}

/** What is no command of this version may have the directory too: the engine's own note says so. */
async function openDirectory(
  chdb: Chdb,
  directory: string,
  { waitMs, ...opening }: Opening & { readonly waitMs: number },
): Promise<Session> {
  for (const deadline = performance.now() + waitMs; ; await sleep(pollMs)) {
    const holder = holderIn(directory)
    // The engine reports a held directory on stderr: it is not asked while it would.
    if (holder === null || !isAlive(holder)) {
      refuseWithoutLinks(directory)
      return firstSession(chdb, directory, opening)
    }
    if (performance.now() >= deadline) throw heldError(directory, holder)
  }
}

/** The engine has told on stderr what it found. Its note is left where another has the lock, and gone where this one had. */
function firstSession(chdb: Chdb, directory: string, opening: Opening): Session {
  try {
    return newSession(chdb, directory, opening)
  } catch (error) {
    const holder = holderIn(directory)
    if (holder !== null) throw heldError(directory, holder)
    throw new DamagedDatabaseError(`the database in ${directory} cannot be opened`, { cause: error })
  }
}

/** The id of another process that has the directory open, or had when it was killed: the engine's own note in it. */
function holderIn(directory: string): number | null {
  const note = readIfThere(join(directory, 'status'))?.toString() ?? ''
  const pid = Number(/^PID: (\d+)$/m.exec(note)?.[1] ?? process.pid)
  return pid === process.pid ? null : pid
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

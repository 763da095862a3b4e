import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { InfrastructureError, UsageError } from '../errors.ts'

/** The folder that holds all that calltrail keeps: absolute paths, nothing else. */
export interface Home {
  readonly path: string
  readonly journal: string
  readonly database: string
  readonly keys: string
  /** What proves that the journal is as it was written. */
  readonly audit: string
  /** Held by the one process that ingests. */
  readonly ingestLock: string
  /** What schedules have done, and the lock of the one process that keeps them. */
  readonly schedules: string
  readonly scheduleLock: string
}

/** The paths of a home, which need not be there. */
export function homeAt(path: string): Home {
  const home = resolve(path)
  return {
    path: home,
    journal: join(home, 'journal'),
    database: join(home, 'db'),
    keys: join(home, 'keys'),
    audit: join(home, 'audit'),
    ingestLock: join(home, 'ingest.lock'),
    schedules: join(home, 'schedules.json'),
    scheduleLock: join(home, 'schedule.lock'),
  }
}

/**
 * Makes the home where it is missing, open to its owner only. A `UsageError` for a folder that others may read and that
 * holds other things: closing it could take them from somebody. An `InfrastructureError` where it cannot be made.
 */
export function openHome(path: string): Home {
  const home = homeAt(path)
  try {
    makePrivate(home.path)
    for (const folder of [home.journal, home.keys, home.audit]) makeFolder(folder)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new InfrastructureError('home', `the home ${home.path} cannot be made or used`, { cause: error })
  }
  return home
}

/**
 * A folder of the owner's alone, and those above it that are missing. One at a time: where the system says of a folder that
 * cannot hold another one that it is not there (`/proc`), `mkdirSync` with `recursive` tries for ever.
 */
export function makeFolder(path: string): void {
  try {
    makeOneFolder(path)
  } catch (error) {
    if (!isCode(error, 'ENOENT') || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeOneFolder(path)
  }
}

function makeOneFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const isThere = isCode(error, 'EEXIST') && statSync(path, { throwIfNoEntry: false })?.isDirectory()
    if (!isThere) throw error
  }
}

function makePrivate(path: string): void {
  makeFolder(path)
  if ((statSync(path).mode & 0o077) === 0) return
  if (!existsSync(join(path, 'journal')) && readdirSync(path).length > 0)
    throw new UsageError([
      {
        message: `${path} is open to other users and holds other things than calltrail's`,
        hint: 'set CALLTRAIL_HOME to a folder of its own',
      },
    ])
  chmodSync(path, 0o700)
}

/** `redaction` keys placeholders and fingerprints, `bodies` the joining of equal bodies, `audit` signs checkpoints. */
export type KeyPurpose = 'redaction' | 'bodies' | 'audit'

const keyBytes = 32

/**
 * The home's key for a purpose, 32 random bytes, made at the first call. Two processes that come first at once get the
 * same one: a link to a file that is already whole is the only step in which one of them can win.
 */
export function readKey(home: Home, purpose: KeyPurpose): Buffer {
  const path = join(home.keys, `${purpose}.key`)
  try {
    if (!existsSync(path)) createSecret(path, randomBytes(keyBytes))
    const key = readFileSync(path)
    if (key.length === keyBytes) return key
  } catch (error) {
    throw new InfrastructureError('home', `the key ${path} cannot be read`, { cause: error })
  }
  throw new InfrastructureError('home', `the key ${path} is damaged: it should have ${keyBytes} bytes`)
}

/** A file of the owner's alone. Where it is there already, it stays as it is. */
export function createSecret(path: string, contents: Buffer): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, contents)
    fsyncSync(file)
    linkSync(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}

/** A file of the owner's alone, which is the old one or the new one and never a part of either. */
export function replaceFile(path: string, contents: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, contents, { flag: 'wx', mode: 0o600 })
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Null where there is no such file. */
export function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

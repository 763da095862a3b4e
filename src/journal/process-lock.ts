import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { isJsonObject, type Json, readJson } from '../domain/json.ts'
import { isCode } from './home.ts'
import { mayLive, noteOfThisProcess } from './recorder-process.ts'

export type ProcessLock =
  | { readonly release: () => void }
  /** Whether it is of this host: whether one of another lives cannot be told. */
  | { readonly heldBy: number; readonly isHere: boolean }

/** Takes the lock, from a process that is gone too, or says which process holds it. Never waits. */
export function lockForProcess(path: string): ProcessLock {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, JSON.stringify(noteOfThisProcess()), { flag: 'wx', mode: 0o600 })
  try {
    for (;;) {
      if (isTaken(draft, path)) return { release: () => rmSync(path, { force: true }) }
      const text = read(path)
      if (text === null) continue
      const note = readJson(text) ?? null
      if (mayLive(note)) return { heldBy: pidOf(note), isHere: isOfThisHost(note) }
      removeStale(path, text, `${draft}.stale`)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** The process that has the lock; null where nobody has. */
export function holderOf(path: string): number | null {
  const text = read(path)
  const note = text === null ? null : (readJson(text) ?? null)
  return text !== null && mayLive(note) ? pidOf(note) : null
}

function pidOf(note: Json): number {
  return isJsonObject(note) && typeof note.pid === 'number' ? note.pid : 0
}

function isOfThisHost(note: Json): boolean {
  return isJsonObject(note) && note.host === hostname()
}

/** The file appears whole or not at all. */
function isTaken(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Another process may have replaced it since it was read: then it is put back. */
function removeStale(path: string, text: string, aside: string): void {
  try {
    renameSync(path, aside)
    if (read(aside) !== text) linkSync(aside, path)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Null when there is none. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

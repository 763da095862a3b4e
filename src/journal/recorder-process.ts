import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, type Json } from '../domain/json.ts'
import { isCode, makeFolder } from './home.ts'

const fileName = 'recorder.json'

/**
 * Makes a log's folder with a note of the process that writes it. Both appear at once, so that a folder without a note
 * means one thing only: its recorder has closed it.
 */
export function createLogFolder(journal: string, log: string): string {
  const draft = join(journal, `.${log}`)
  makeFolder(journal)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(join(draft, fileName), `${JSON.stringify(noteOfThisProcess())}\n`, { mode: 0o600 })
  const folder = join(journal, log)
  renameSync(draft, folder)
  return folder
}

export function markClosed(folder: string): void {
  rmSync(join(folder, fileName), { force: true })
}

/** False only where it is certain: the log was closed, or its process is gone. A process of another host may live. */
export function isRecorderAlive(folder: string): boolean {
  const note = readNote(folder)
  return note !== null && mayLive(note)
}

/** Tells this process from every other, a later one with the same id too. */
export function noteOfThisProcess() {
  return noteOfProcess(process.pid)
}

/** The same of another process of this host. */
export function noteOfProcess(pid: number) {
  return { pid, start: startOf(pid), host: hostname() }
}

/** False only where it is certain that the process of a note is gone; a note that cannot be read says nothing. */
export function mayLive(note: Json): boolean {
  if (!isJsonObject(note) || note.host !== hostname() || typeof note.pid !== 'number') return true
  if (!processExists(note.pid) || isZombie(note.pid)) return false
  const start = startOf(note.pid)
  return start === null || note.start === null || start === note.start
}

/** Null when there is none. */
function readNote(folder: string): Json {
  try {
    return JSON.parse(readFileSync(join(folder, fileName), 'utf8'))
  } catch (error) {
    return isCode(error, 'ENOENT') ? null : {}
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isCode(error, 'ESRCH')
  }
}

/** Tells a process from a later one with the same id: boot and start time since boot. Null where only Linux knows. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const ticks = statOf(pid)[19]
    return ticks === undefined ? null : `${boot}:${ticks}`
  } catch {
    return null
  }
}

/** It has ended, and stays in the table where nobody asks how: an orphan in a container whose first process does not. */
function isZombie(pid: number): boolean {
  try {
    return statOf(pid)[0] === 'Z'
  } catch {
    return false
  }
}

/** From the state on, the third field; the second is the program's name in parentheses and may hold anything. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

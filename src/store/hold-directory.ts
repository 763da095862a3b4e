import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfrastructureError } from '../errors.ts'
import { lockForProcess } from '../journal/process-lock.ts'

interface Held {
  users: number
  readonly release: () => void
}

const pollMs = 50
/** What this process holds; it may open a directory several times. */
const held = new Map<string, Held>()

/**
 * Keeps the directory of an embedded database for this process until what it returns is called as often as this was. Each
 * other process that has it is waited for, `waitMs` at most, then named in an `InfrastructureError`. One of another host may
 * be gone for good: after that time the engine, which keeps a lock of its own, is asked.
 */
export async function holdDirectory(directory: string, waitMs = 10_000): Promise<() => void> {
  let [awaited, since] = [-1, 0]
  for (;;) {
    const lock = takeNow(resolve(directory))
    if (lock === null) return () => giveBack(resolve(directory))
    if (lock.heldBy !== awaited) [awaited, since] = [lock.heldBy, performance.now()]
    if (performance.now() - since < waitMs) await sleep(pollMs)
    else if (lock.isHere) throw heldError(directory, lock.heldBy)
    else rmSync(pathOf(resolve(directory)), { force: true })
  }
}

const pathOf = (directory: string) => `${directory}.lock`

/** Null where this process has it now, else the process that has it. */
function takeNow(directory: string) {
  const there = held.get(directory)
  if (there) {
    there.users += 1
    return null
  }
  const lock = lockForProcess(pathOf(directory))
  if ('heldBy' in lock) return lock
  held.set(directory, { users: 1, release: lock.release })
  return null
}

function giveBack(directory: string): void {
  const there = held.get(directory)
  if (!there || --there.users > 0) return
  held.delete(directory)
  there.release()
}

export function heldError(directory: string, pid: number): InfrastructureError {
  return new InfrastructureError(
    'store_held',
    `the database in ${directory} is in use by process ${pid}: wait for it to end, or set CLICKHOUSE_URL to a ClickHouse server`,
  )
}

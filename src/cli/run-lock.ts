import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import type { Shard } from '../evaluate/shard.ts'
import { type Home, openHome } from '../journal/home.ts'
import { holderOf, lockForProcess } from '../journal/process-lock.ts'

/**
 * Holds a run, or one shard of it, for this process until it is let go or the process has gone. Throws a `UsageError` that
 * says who plays it: two processes with the same trials would play them twice.
 */
export function holdRun({ path }: Home, run: string, shard: Shard | null): () => void {
  openHome(path)
  const own = lockName(run, shard)
  const lock = lockForProcess(join(path, own))
  if ('heldBy' in lock) throw isPlayed(run, lock.heldBy)
  // Whoever comes after sees this one: of two that are at it at once, none or one goes on.
  const holder = readdirSync(path)
    .filter((name) => name !== own && conflicts(name, run, shard))
    .map((name) => holderOf(join(path, name)))
    .find((pid) => pid !== null)
  if (holder === undefined) return lock.release
  lock.release()
  throw isPlayed(run, holder)
}

function isPlayed(run: string, pid: number): UsageError {
  return new UsageError([
    { message: `the run ${run} is being played by process ${pid}`, hint: 'wait until that has ended' },
  ])
}

function lockName(run: string, shard: Shard | null): string {
  return shard === null ? `run-${run}.lock` : `run-${run}-${shard.index}-of-${shard.of}.lock`
}

/** Only shards of one division have nothing in common. */
function conflicts(name: string, run: string, shard: Shard | null): boolean {
  const part = name.startsWith(`run-${run}`) ? name.slice(`run-${run}`.length) : null
  if (part === null || !/^(-\d+-of-\d+)?\.lock$/.test(part)) return false
  return shard === null || !part.endsWith(`-of-${shard.of}.lock`)
}

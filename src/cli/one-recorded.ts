import { UsageError } from '../errors.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import { commandPrefix } from './command-prefix.ts'
import { homePath } from './home.ts'

/** Throws a `UsageError` unless the prefix is that of one run. */
export function oneRecorded(runs: readonly RecordedRun[], prefix: string): RecordedRun {
  const [run] = runs
  if (run && runs.length === 1) return run
  if (!run)
    throw new UsageError([
      { message: `no run ${prefix} in ${homePath()}`, hint: `${commandPrefix()} runs lists them` },
    ])
  const hint = runs.map(({ run }) => run).join('\n')
  throw new UsageError([
    { message: `${prefix} is the beginning of several runs; give more of one of them:`, hint },
  ])
}

import type { JournalReader } from '../domain/journal.ts'
import { type Problem, UsageError } from '../errors.ts'
import { findRuns, type RecordedRun } from '../evaluate/recorded-trials.ts'
import { commandPrefix } from './command-prefix.ts'
import { homePath } from './home.ts'
import { runIdOf } from './run-id.ts'

/**
 * A run of the journal, by the beginning of its id, by what `--run-id` gave, or the one that was played `latest`. Throws a
 * `UsageError` unless that is one run.
 */
export async function recordedRun(journal: JournalReader, name: string): Promise<RecordedRun> {
  const isLatest = name === 'latest'
  const found = await findRuns(journal, isLatest ? [''] : [name, runIdOf(name)])
  const named = found.find(({ run }) => run === runIdOf(name))
  if (named) return named
  const runs = isLatest ? found.filter(({ started }) => started.rescores === undefined).slice(-1) : found
  const [run] = runs
  if (run && runs.length === 1) return run
  throw new UsageError([
    run
      ? severalRuns(
          name,
          runs.map(({ run }) => run),
        )
      : noRun(name),
  ])
}

export function noRun(name: string): Problem {
  return { message: `no run ${name} in ${homePath()}`, hint: `${commandPrefix()} runs lists them` }
}

export function severalRuns(name: string, lines: readonly string[]): Problem {
  const message = `${name} is the beginning of several runs; give more of one of them:`
  return { message, hint: lines.join('\n') }
}

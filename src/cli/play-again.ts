import { parseShard } from '../evaluate/shard.ts'
import type { Again } from '../show/next-steps.ts'
import { commandLine } from './command-prefix.ts'
import type { PlanOptions } from './planned-eval.ts'

/** How a run is played on, as its command line was; that of a run that is taken up is not known any more. */
export function playAgain(
  run: string,
  patterns: readonly string[],
  { config, shard, runId }: Pick<PlanOptions, 'shard' | 'runId'> & { readonly config?: string },
  isResumed: boolean,
): Omit<Again, 'isStopped'> {
  const typed = process.argv.slice(2)
  const named = runId === undefined ? ['--run-id', run] : []
  const next = isResumed || shard === undefined ? null : nextShard(typed, shard)
  return {
    resume: commandLine(['eval', '--resume', run, ...(config ? ['--config', config] : []), ...patterns]),
    anew: isResumed || runId !== undefined ? null : commandLine(typed),
    // After the command itself: beyond a `--` it would be a suite.
    ...(next && { besides: commandLine(next.toSpliced(1, 0, ...named)) }),
  }
}

/** The words of the command line with the shard after the one that they name; null after the last. */
function nextShard(typed: readonly string[], shard: string): readonly string[] | null {
  const { index, of } = parseShard(shard)
  if (index === of) return null
  const next = `${index + 1}/${of}`
  return typed.map((word, at) => {
    if (word === `--shard=${shard}`) return `--shard=${next}`
    return word === shard && typed[at - 1] === '--shard' ? next : word
  })
}

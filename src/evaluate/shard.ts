import { UsageError } from '../errors.ts'
import type { Plan, PlannedTrial } from './plan.ts'

/** One of so many parts of a plan, from 1. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/** `2/3`. */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? []
  if (index && of && index <= of) return { index, of }
  throw new UsageError([{ message: `--shard ${text} is no shard`, hint: 'write 1/3, 2/3 and 3/3' }])
}

/**
 * The trials of these shards; of all, where none is named. A repetition of a case stays together, with all models and
 * exposures, so that each shard compares them on the same cases.
 */
export function inShards(
  trials: readonly PlannedTrial[],
  { models, exposures }: Pick<Plan, 'models' | 'exposures'>,
  shards: readonly Shard[],
): readonly PlannedTrial[] {
  if (shards.length === 0) return trials
  const together = models.length * exposures.length
  return trials.filter((_, index) =>
    shards.some((shard) => Math.floor(index / together) % shard.of === shard.index - 1),
  )
}

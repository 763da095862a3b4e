import type { Suspect } from '../../domain/gate.ts'
import { fisherMidP } from '../statistics/fisher.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { fewestNights, type Night, pooled } from './night.ts'

/** A suspect is played again so often, to clear most of them cheaply, and one that is still suspect so often, to be judged. */
export const clearingTrials = 2
export const confirmingTrials = 10

/** Of these: who has fewer, for the budget or the providers, is neither confirmed nor cleared. */
export const fewestFresh = 8

/** Below it a case is played again: many are, by chance, so that few that broke are missed. */
const suspicion = 0.2

/** One model × exposure, in one run. */
export interface CellEvidence {
  readonly tonight: Night
  /** The newest comparable nights, newest first, and all of them. */
  readonly history: readonly Night[]
  readonly earlier: readonly Night[]
  /** By case: what suspects did when they were played again, and then those that were still suspect. */
  readonly again: ReadonlyMap<string, Passes>
  readonly fresh: ReadonlyMap<string, Passes>
}

/** Cases that are worth playing again, by one-sided mid-p against all their earlier trials; none with too few nights. */
export function screen({ tonight, history, earlier, again, fresh }: CellEvidence): readonly Suspect[] {
  if (history.length < fewestNights) return []
  return Array.from(tonight.cases, ([key, passes]) => ({ key, passes, before: pooled(earlier, key) }))
    .filter(({ passes, before }) => isSuspect(passes, before))
    .map(({ key, passes, before }) => {
      const second = again.get(key) ?? none
      return {
        case: key,
        tonight: passes,
        before,
        again: second,
        fresh: fresh.get(key) ?? none,
        // Fewer, where some could not be judged or the budget was used up, clear nobody.
        isCleared: second.n >= clearingTrials && !isSuspect(second, before),
      }
    })
}

const none: Passes = { passed: 0, n: 0 }

export function isSuspect(now: Passes, before: Passes): boolean {
  return fisherMidP(now, before) <= suspicion
}

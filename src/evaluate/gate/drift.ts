import { mean, sum } from '../statistics/mean.ts'
import { type NightLevel, nightLevelTest } from '../statistics/night-level.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { fewestNights, type Night, pooled } from './night.ts'

/**
 * Whether tonight as a whole is below the earlier nights. A night counts by how much its cases lie above or below their own
 * mean over the earlier nights, so that one in which some case was not judged is no better or worse for it; where every
 * night has every case that is the difference of the nights' means. Null with too few nights.
 */
export function driftOf(tonight: Night, history: readonly Night[], level: number): NightLevel | null {
  if (history.length < fewestNights) return null
  const usual = usualOf(tonight, history)
  const floor = trialNoise(tonight, usual)
  return nightLevelTest(aboveUsual(tonight, usual), nightsAboveUsual(history, usual), { floor, level })
}

/** All earlier trials of each of tonight's cases that has any. */
export function usualOf(tonight: Night, history: readonly Night[]): ReadonlyMap<string, Passes> {
  const all = Array.from(tonight.cases.keys(), (key) => [key, pooled(history, key)] as const)
  return new Map(all.filter(([, { n }]) => n > 0))
}

export function nightsAboveUsual(
  history: readonly Night[],
  usual: ReadonlyMap<string, Passes>,
): readonly number[] {
  return history.map((night) => aboveUsual(night, usual))
}

function aboveUsual({ cases }: Night, usual: ReadonlyMap<string, Passes>): number {
  const differences = Array.from(usual, ([key, before]) => {
    const now = cases.get(key)
    return now && now.n > 0 ? now.passed / now.n - before.passed / before.n : null
  })
  return mean(differences.filter((difference) => difference !== null)) ?? 0
}

/** What trials alone make nights differ by: a case that always passed may still fail (Jeffreys: half a pass, half a failure more). */
export function trialNoise({ cases }: Night, usual: ReadonlyMap<string, Passes>): number {
  const variances = Array.from(usual, ([key, before]) => {
    const rate = smoothed(before)
    const n = cases.get(key)?.n ?? 0
    return n > 0 ? (rate * (1 - rate)) / n : null
  }).filter((variance) => variance !== null)
  return variances.length === 0 ? 0 : Math.sqrt(sum(variances)) / variances.length
}

export function smoothed({ passed, n }: Passes): number {
  return (passed + 0.5) / (n + 1)
}

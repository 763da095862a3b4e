import { type ClusteredMean, clusteredMean } from './clustered-mean.ts'
import type { Passes } from './repeated-trials.ts'
import { tQuantile } from './student-t.ts'

/** A proportion with its 95 % interval; all between 0 and 1. */
export interface Rate {
  readonly rate: number
  readonly low: number
  readonly high: number
  /** Trials behind it. */
  readonly n: number
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054

/**
 * The Wilson score interval, 95 % (Wilson 1927, equation 3 of Newcombe 1998). `passed` need not be whole, so that clusters can
 * stand for trials. Needs `n > 0`.
 */
export function wilsonInterval(passed: number, n: number): { readonly low: number; readonly high: number } {
  const rate = passed / n
  const centre = (rate + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2))
  return { low: rate === 0 ? 0 : clip(centre - half), high: rate === 1 ? 1 : clip(centre + half) }
}

/**
 * The pass rate over trials grouped by case, null without a trial. One trial a case: Wilson. Repeated trials of a case
 * are alike, so the error is clustered, with t of G − 1 degrees of freedom for G cases. Where that is 0 because all cases
 * came out the same, certainty would be a lie: Wilson, each case counted once.
 */
export function passRate(cases: readonly Passes[]): Rate | null {
  const clustered = clusteredMean(cases.map(({ passed, n }) => ({ total: passed, n })))
  return clustered && rateOf(clustered, { isBinary: clustered.n === clustered.clusters })
}

/** `isBinary`: each cluster is a single 0 or 1. */
export function rateOf(
  { mean: rate, standardError, n, clusters }: ClusteredMean,
  { isBinary }: { readonly isBinary: boolean },
): Rate {
  if (isBinary || standardError < 1e-12) return { rate, ...wilsonInterval(rate * clusters, clusters), n }
  const half = tQuantile(clusters - 1) * standardError
  return { rate, low: clip(rate - half), high: clip(rate + half), n }
}

function clip(proportion: number): number {
  return Math.min(1, Math.max(0, proportion))
}

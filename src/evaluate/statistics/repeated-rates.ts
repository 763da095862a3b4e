import { clusteredMean } from './clustered-mean.ts'
import { type Rate, rateOf } from './pass-rate.ts'
import { type Passes, passAtK, passHatK } from './repeated-trials.ts'

/** Means over the cases with at least `k` judged trials, null where there are none; their `n` counts cases. */
export interface RepeatedRates {
  readonly k: number
  /** At least one of `k` trials passes. */
  readonly passAtK: Rate | null
  /** All of `k` trials pass. */
  readonly passHatK: Rate | null
}

/** For each k from 1 to the number of repetitions; nothing of a single one. */
export function repeatedRates(cases: readonly Passes[], repetitions: number): readonly RepeatedRates[] {
  if (repetitions < 2) return []
  return Array.from({ length: repetitions }, (_, index) => {
    const k = index + 1
    if (k === 1) {
      const single = rateOverCases(cases)
      return { k, passAtK: single, passHatK: single }
    }
    const meanOf = (estimate: typeof passAtK) =>
      meanOverCases(cases.flatMap((each) => estimate(each, k) ?? []))
    return { k, passAtK: meanOf(passAtK), passHatK: meanOf(passHatK) }
  })
}

/**
 * The mean of the pass rates of cases, each counted once, with the interval of the pass rate over all trials: where every case
 * was judged as often, the two are the same. `n` counts cases.
 */
export function rateOverCases(cases: readonly Passes[]): Rate | null {
  const judged = cases.filter(({ n }) => n > 0)
  const over = clusteredMean(judged.map(({ passed, n }) => ({ total: passed / n, n: 1 })))
  return over && rateOf(over, { isBinary: judged.every(({ n }) => n === 1) })
}

/** Each case is one value from 0 to 1: Wilson where all are 0 or 1, as those of k out of k trials are, else t. */
function meanOverCases(values: readonly number[]): Rate | null {
  const over = clusteredMean(values.map((total) => ({ total, n: 1 })))
  return over && rateOf(over, { isBinary: values.every((value) => value === 0 || value === 1) })
}

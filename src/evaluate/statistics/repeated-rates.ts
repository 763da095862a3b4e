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
    const isSingle = k > 1 || cases.every(({ n }) => n < 2)
    const meanOf = (estimate: typeof passAtK) =>
      meanOverCases(
        cases.flatMap((each) => estimate(each, k) ?? []),
        { isSingle },
      )
    return { k, passAtK: meanOf(passAtK), passHatK: meanOf(passHatK) }
  })
}

/**
 * Each case is one value from 0 to 1: Wilson where all are 0 or 1, as those of k out of k trials are, else t. Not `isSingle`:
 * they are means of repeated trials, whose interval is that of the pass rate, whatever they come to.
 */
function meanOverCases(values: readonly number[], { isSingle }: { readonly isSingle: boolean }): Rate | null {
  const over = clusteredMean(values.map((total) => ({ total, n: 1 })))
  return over && rateOf(over, { isBinary: isSingle && values.every((value) => value === 0 || value === 1) })
}

import { binomialPmf } from '../statistics/counting.ts'
import { fisherP } from '../statistics/fisher.ts'
import { level } from './judge.ts'
import { clearingTrials, confirmingTrials, isSuspect } from './screen.ts'

const power = 0.8

/**
 * The highest rate to which a case that always passed may fall and still be found 8 times in 10, in whole hundredths; null
 * where even one that never passes again would not be. `before` is its trials so far, `trials` those of a night, `tests` the
 * number of tests that the run is judged by.
 */
export function detectableRate(before: number, trials: number, tests: number): number | null {
  const always = { passed: before, n: before }
  const isFound = (fresh: number) => fisherP({ passed: fresh, n: confirmingTrials }, always) * tests <= level
  const stays = (passed: number, n: number) => isSuspect({ passed, n }, always)
  for (let hundredths = 99; hundredths >= 0; hundredths -= 1) {
    const rate = hundredths / 100
    const found =
      chance(trials, rate, stays) *
      chance(clearingTrials, rate, stays) *
      chance(confirmingTrials, rate, isFound)
    if (found >= power) return rate
  }
  return null
}

function chance(n: number, rate: number, accepts: (passed: number, n: number) => boolean): number {
  let total = 0
  for (let passed = 0; passed <= n; passed += 1) if (accepts(passed, n)) total += binomialPmf(passed, n, rate)
  return total
}

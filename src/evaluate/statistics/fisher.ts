import { hypergeometricPmf } from './counting.ts'
import type { Passes } from './repeated-trials.ts'

/**
 * The one-sided mid-p of Fisher's exact test that `now` passes as often as `before` did: small where it passes less often
 * (Lancaster 1961). 1 where one of them has no trial.
 */
export function fisherMidP(now: Passes, before: Passes): number {
  if (now.n === 0 || before.n === 0) return 1
  return below(now, before) + pmf(now.passed, now, before) / 2
}

/** The one-sided p of the same test, exact: never smaller than it should be. 1 where one of them has no trial. */
export function fisherP(now: Passes, before: Passes): number {
  if (now.n === 0 || before.n === 0) return 1
  return Math.min(1, below(now, before) + pmf(now.passed, now, before))
}

/** The two-sided mid-p: twice the smaller side. */
export function fisherTwoSidedMidP(one: Passes, other: Passes): number {
  const p = fisherMidP(one, other)
  return Math.min(1, 2 * Math.min(p, fisherMidP(other, one)))
}

function below(now: Passes, before: Passes): number {
  let total = 0
  for (let passed = 0; passed < now.passed; passed += 1) total += pmf(passed, now, before)
  return total
}

function pmf(passed: number, now: Passes, before: Passes): number {
  return hypergeometricPmf(passed, now.n, now.passed + before.passed, now.n + before.n)
}

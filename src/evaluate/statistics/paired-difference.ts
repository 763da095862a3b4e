import { clusteredMean } from './clustered-mean.ts'
import { binomialPmf } from './counting.ts'
import { sum } from './mean.ts'
import { tQuantile, tTail } from './student-t.ts'

/** How much more B has than A, over the same cases, with the 95 % interval. */
export interface PairedDifference {
  readonly difference: number
  /** Null for a single case. */
  readonly low: number | null
  readonly high: number | null
  /** Two-sided. */
  readonly p: number
  readonly test: 'McNemar' | 'sign-flip' | 't'
  /** Cases. */
  readonly n: number
  /** The smallest true difference that would be seen 8 times in 10, at 5 %; null for a single case. */
  readonly detectable: number | null
}

/** One case: the mean of its trials in A and in B, and how many. */
export interface Pair {
  readonly a: number
  readonly b: number
  readonly trialsA: number
  readonly trialsB: number
}

/** Beyond so many cases that differ, the signs are not flipped one by one: t is as good by then. */
const flipped = 20

/**
 * The mean of b − a over cases. The interval is t with G − 1 degrees of freedom; the test is McNemar's exact one where every
 * case has one trial on each side, else the exact sign-flip permutation, else t. Where all cases differ by the same, which is
 * no certainty, the error is that of half a case more on either side (Agresti and Min 2005). Null of nothing.
 */
export function pairedDifference(pairs: readonly Pair[]): PairedDifference | null {
  const differences = pairs.map(({ a, b }) => b - a)
  const clustered = clusteredMean(differences.map((total) => ({ total, n: 1 })))
  if (clustered === null) return null
  const { mean: difference, n } = clustered
  const standardError = clustered.standardError < 1e-12 ? 1 / (n + 2) : clustered.standardError
  const spread = n > 1 ? tQuantile(n - 1) * standardError : null
  return {
    difference,
    low: spread === null ? null : Math.max(-1, difference - spread),
    high: spread === null ? null : Math.min(1, difference + spread),
    ...testOf(pairs, differences, { difference, standardError }),
    n,
    detectable: n > 1 ? (tQuantile(n - 1) + tQuantile(n - 1, 0.8)) * standardError : null,
  }
}

function testOf(
  pairs: readonly Pair[],
  differences: readonly number[],
  { difference, standardError }: { readonly difference: number; readonly standardError: number },
): Pick<PairedDifference, 'p' | 'test'> {
  const changed = differences.filter((each) => each !== 0)
  if (pairs.every(({ trialsA, trialsB }) => trialsA === 1 && trialsB === 1)) {
    const better = changed.filter((each) => each > 0).length
    return { p: mcnemar(better, changed.length - better), test: 'McNemar' }
  }
  if (changed.length <= flipped) return { p: signFlip(changed), test: 'sign-flip' }
  const p = 2 * tTail(Math.abs(difference) / standardError, differences.length - 1)
  return { p: Math.min(1, p), test: 't' }
}

/** McNemar's exact test, two-sided, of the pairs that differ: `better` one way, `worse` the other. */
export function mcnemar(better: number, worse: number): number {
  const n = better + worse
  let tail = 0
  for (let k = 0; k <= Math.min(better, worse); k += 1) tail += binomialPmf(k, n, 0.5)
  return Math.min(1, 2 * tail)
}

/** The smallest p that either exact test can give over `n` cases: that of all of them changing the same way. */
export function leastP(n: number): number {
  return mcnemar(n, 0)
}

/**
 * The exact permutation test of mean 0, two-sided: the share of all 2ⁿ sign patterns whose sum is as far from 0. In the order
 * of a Gray code each pattern differs from the last in one sign.
 */
export function signFlip(differences: readonly number[]): number {
  const observed = Math.abs(sum(differences)) - 1e-9
  const signs = differences.map(() => 1)
  let total = sum(differences)
  let asFar = Math.abs(total) >= observed ? 1 : 0
  const patterns = 2 ** differences.length
  for (let step = 1; step < patterns; step += 1) {
    const index = 31 - Math.clz32(step & -step)
    const sign = signs[index] ?? 1
    total -= 2 * sign * (differences[index] ?? 0)
    signs[index] = -sign
    if (Math.abs(total) >= observed) asFar += 1
  }
  return asFar / patterns
}

import { shareOfSubsets } from './counting.ts'

/** Of a case: `passed` of `n` trials. */
export interface Passes {
  readonly passed: number
  readonly n: number
}

/**
 * The chance that at least one of `k` trials passes, without bias: 1 − C(n−c, k)/C(n, k) (Chen et al. 2021, Evaluating Large
 * Language Models Trained on Code). Null where there are fewer than `k` trials.
 */
export function passAtK({ passed, n }: Passes, k: number): number | null {
  return n < k ? null : 1 - shareOfSubsets(n - passed, n, k)
}

/**
 * The chance that all of `k` trials pass, without bias: C(c, k)/C(n, k) (Yao et al. 2024, τ-bench); the plug-in (c/n)^k is too
 * high. Null where there are fewer than `k` trials.
 */
export function passHatK({ passed, n }: Passes, k: number): number | null {
  return n < k ? null : shareOfSubsets(passed, n, k)
}

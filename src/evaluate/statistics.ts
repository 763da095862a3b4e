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
 * are alike, so the error is clustered: SE = √Σ_c(Σ_{i∈c}(x_i − x̄))² / n, with t of G − 1 degrees of freedom for G
 * cases (Liang and Zeger 1986; Miller 2024, Adding Error Bars to Evals). Where that is 0 because all cases came out
 * the same, certainty would be a lie: Wilson, each case counted once.
 */
export function passRate(cases: readonly (readonly boolean[])[]): Rate | null {
  const clusters = cases.filter((trials) => trials.length > 0)
  const n = sum(clusters.map((trials) => trials.length))
  if (n === 0) return null
  const rate = sum(clusters.map(passes)) / n
  const error = Math.sqrt(sum(clusters.map((trials) => (passes(trials) - trials.length * rate) ** 2))) / n
  if (n === clusters.length || error < 1e-12)
    return { rate, ...wilsonInterval(rate * clusters.length, clusters.length), n }
  const half = tQuantile(clusters.length - 1) * error
  return { rate, low: clip(rate - half), high: clip(rate + half), n }
}

/**
 * The 97.5 % quantile of Student's t for a whole number of degrees of freedom, at least 1: bisection on the closed form
 * of its distribution, to the last bits of a double.
 */
export function tQuantile(df: number): number {
  let low = z
  let high = 13
  while (true) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (probabilityWithin(middle, df) < 0.95) low = middle
    else high = middle
  }
}

/** P(|T| < t) with `df` degrees of freedom; Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4. */
function probabilityWithin(t: number, df: number): number {
  const angle = Math.atan(t / Math.sqrt(df))
  const cosine = Math.cos(angle)
  const isOdd = df % 2 === 1
  let term = isOdd ? cosine : 1
  let series = df === 1 ? 0 : term
  for (let power = isOdd ? 3 : 2; power <= df - 2; power += 2) {
    term *= (cosine ** 2 * (power - 1)) / power
    series += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series
}

/** Null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function passes(trials: readonly boolean[]): number {
  return trials.filter(Boolean).length
}

function clip(proportion: number): number {
  return Math.min(1, Math.max(0, proportion))
}

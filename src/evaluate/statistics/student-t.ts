/**
 * A quantile of Student's t for a whole number of degrees of freedom, at least 1: bisection on the closed form of its
 * distribution, to the last bits of a double. `level` is between .5 and 1.
 */
export function tQuantile(df: number, level = 0.975): number {
  let low = 0
  let high = 2
  while (upperTail(high, df) > 1 - level) high *= 2
  while (true) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (upperTail(middle, df) > 1 - level) low = middle
    else high = middle
  }
}

/** P(T > t) with a whole number of degrees of freedom, at least 1; its error is absolute, at most 1e-12 up to 100,000 of them. */
export function tTail(t: number, df: number): number {
  return t >= 0 ? upperTail(t, df) : 1 - upperTail(-t, df)
}

function upperTail(t: number, df: number): number {
  return t === Number.POSITIVE_INFINITY ? 0 : Math.max(0, (1 - probabilityWithin(t, df)) / 2)
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

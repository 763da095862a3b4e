/** ln 0!, ln 1!, …: as far as anybody has asked. */
const logFactorials = [0]

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next += 1)
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next))
  return logFactorials[n] ?? 0
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** P(X = k) of `n` trials that succeed with probability `p`. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0
  if (p === 0 || p === 1) return k === n * p ? 1 : 0
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p))
}

/** P(X = k): `k` marked ones among `drawn` of `all`, `marked` of which are. */
export function hypergeometricPmf(k: number, drawn: number, marked: number, all: number): number {
  if (k < Math.max(0, drawn + marked - all) || k > Math.min(drawn, marked)) return 0
  return Math.exp(logChoose(marked, k) + logChoose(all - marked, drawn - k) - logChoose(all, drawn))
}

/** C(k, n) / C(of, n): the share of the subsets of `n` that lie within `k` of the `of`. */
export function shareOfSubsets(k: number, of: number, n: number): number {
  let share = 1
  for (let index = 0; index < n; index += 1) share *= Math.max(0, k - index) / (of - index)
  return share
}

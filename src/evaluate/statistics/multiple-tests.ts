/** Adjusted p values of Holm 1979, in the order given: those up to α are a family in which any is wrong at most α of the time. */
export function holm(ps: readonly number[]): readonly number[] {
  const ascending = new Float64Array(ps).sort()
  const adjusted = new Map<number, number>()
  let worst = 0
  for (const [rank, p] of ascending.entries()) {
    worst = Math.max(worst, Math.min(1, p * (ps.length - rank)))
    adjusted.set(p, worst)
  }
  return ps.map((p) => adjusted.get(p) ?? 1)
}

/** Adjusted p values of Benjamini and Hochberg 1995, in the order given: of those up to q, at most a share of q are wrong. */
export function benjaminiHochberg(ps: readonly number[]): readonly number[] {
  const descending = new Float64Array(ps).sort().reverse()
  const adjusted = new Map<number, number>()
  let best = 1
  for (const [rank, p] of descending.entries()) {
    best = Math.min(best, (p * ps.length) / (ps.length - rank))
    adjusted.set(p, best)
  }
  return ps.map((p) => adjusted.get(p) ?? 1)
}

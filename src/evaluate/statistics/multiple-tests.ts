/** Adjusted p values of Holm 1979, in the order given: those up to α are a family in which any is wrong at most α of the time. */
export function holm(ps: readonly number[]): readonly number[] {
  let worst = 0
  return adjusted(ps, ascending(ps), (p, rank) => {
    worst = Math.max(worst, Math.min(1, p * (ps.length - rank)))
    return worst
  })
}

/** Adjusted p values of Benjamini and Hochberg 1995, in the order given: of those up to q, at most a share of q are wrong. */
export function benjaminiHochberg(ps: readonly number[]): readonly number[] {
  let best = 1
  return adjusted(ps, [...ascending(ps)].reverse(), (p, rank) => {
    best = Math.min(best, (p * ps.length) / (ps.length - rank))
    return best
  })
}

function ascending(ps: readonly number[]): readonly number[] {
  return ps.map((_, index) => index).sort((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0))
}

function adjusted(
  ps: readonly number[],
  order: readonly number[],
  adjust: (p: number, rank: number) => number,
): readonly number[] {
  const result = new Array<number>(ps.length)
  for (const [rank, index] of order.entries()) result[index] = adjust(ps[index] ?? 1, rank)
  return result
}

/** Places of the best scores, best first; what scored nothing is left out, and ties keep their order. */
export function best(scores: Float64Array, limit: number): readonly number[] {
  return [...scores.keys()]
    .filter((at) => (scores[at] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, limit)
}

/**
 * The best of each first, in turn; then what comes nearest to the best of its own. So a wish that one tool clearly meets
 * leaves room for one that several might.
 */
export function bestOfEach(scored: readonly Float64Array[], limit: number): readonly number[] {
  const orders = scored.map((scores) => {
    const order = best(scores, limit)
    const top = scores[order[0] ?? 0] ?? 0
    return order.map((at) => ({ at, share: (scores[at] ?? 0) / top }))
  })
  const firsts = orders.flatMap((order) => order.slice(0, 1))
  const others = orders.flatMap((order) => order.slice(1)).sort((a, b) => b.share - a.share || a.at - b.at)
  return [...new Set([...firsts, ...others].map(({ at }) => at))].slice(0, limit)
}

const rankConstant = 60

/** Reciprocal rank fusion: Cormack, Clarke and Büttcher, 2009, with their constant. */
export function reciprocalRanks(orders: readonly (readonly number[])[], limit: number): readonly number[] {
  const scores = new Map<number, number>()
  for (const order of orders)
    for (const [rank, at] of order.entries())
      scores.set(at, (scores.get(at) ?? 0) + 1 / (rankConstant + rank + 1))
  return [...scores]
    .sort(([a, left], [b, right]) => right - left || a - b)
    .slice(0, limit)
    .map(([at]) => at)
}

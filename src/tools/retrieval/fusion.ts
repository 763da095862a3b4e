/** Places of the best scores, best first; what scored nothing is left out, and ties keep their order. */
export function best(scores: Float64Array, limit: number): readonly number[] {
  return [...scores.keys()]
    .filter((at) => (scores[at] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, limit)
}

/** The first of each order, then the second of each; where one was taken already, the next of the same order. */
export function inTurn(orders: readonly (readonly number[])[], limit: number): readonly number[] {
  const taken = new Set<number>()
  const waiting = orders.map((order) => [...order])
  while (taken.size < limit && waiting.some((order) => order.length > 0)) {
    for (const order of waiting) {
      let next = order.shift()
      while (next !== undefined && taken.has(next)) next = order.shift()
      if (next !== undefined && taken.size < limit) taken.add(next)
    }
  }
  return [...taken]
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

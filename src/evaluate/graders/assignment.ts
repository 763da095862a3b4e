type Weights = readonly (readonly number[])[]

/** For each row the column that it is given, or null. */
export type Assignment = readonly (number | null)[]

/**
 * The assignment of rows to columns, each used at most once, with the largest total weight; a pair of weight 0 is never
 * made. Successive best augmenting paths found by Bellman–Ford (Ahuja, Magnanti, Orlin, Network Flows, chapter 9):
 * slower than Kuhn–Munkres and a third of its length, for the handful of calls of a trial.
 */
export function largestAssignment(weights: Weights): Assignment {
  const wished = weights.map(bestColumn)
  if (areDistinct(wished) && weights.every(hasOneBest)) return wished
  const rowOf = new Map<number, number>()
  for (;;) {
    const steps = bestAugmentation(weights, rowOf)
    if (!steps) break
    for (const { row, column } of steps) rowOf.set(column, row)
  }
  const columnOf = new Map(Array.from(rowOf, ([column, row]) => [row, column]))
  return weights.map((_, row) => columnOf.get(row) ?? null)
}

/** Null where none has any weight. */
function bestColumn(row: readonly number[]): number | null {
  const most = Math.max(0, ...row)
  return most > 0 ? row.indexOf(most) : null
}

/** Of several that are as good, the paths say which. */
function hasOneBest(row: readonly number[]): boolean {
  const most = Math.max(0, ...row)
  return most === 0 || row.indexOf(most) === row.lastIndexOf(most)
}

/** Then each row may have what is best for it. */
function areDistinct(columns: Assignment): boolean {
  return columns.every((column, row) => column === null || columns.indexOf(column) === row)
}

/** Gives `row` this column; the steps before it moved who had been there. */
interface Step {
  readonly row: number
  readonly column: number
  readonly gain: number
  readonly before: Step | null
}

/** The alternating path from a free row to a free column that adds the most weight, as the pairs it makes; null if none adds any. */
function bestAugmentation(weights: Weights, rowOf: ReadonlyMap<number, number>): readonly Step[] | null {
  const matched = new Set(rowOf.values())
  const best = new Map<number, Step>()
  const reach = (row: number, gainSoFar: number, before: Step | null) => {
    let changed = false
    weights[row]?.forEach((weight, column) => {
      const gain = gainSoFar + weight
      if (weight <= 0 || gain <= (best.get(column)?.gain ?? Number.NEGATIVE_INFINITY)) return
      best.set(column, { row, column, gain, before })
      changed = true
    })
    return changed
  }

  weights.forEach((_, row) => {
    if (!matched.has(row)) reach(row, 0, null)
  })
  for (let changed = true; changed; ) {
    changed = false
    for (const [column, row] of rowOf) {
      const step = best.get(column)
      if (step && reach(row, step.gain - (weights[row]?.[column] ?? 0), step)) changed = true
    }
  }

  let end: Step | null = null
  for (const step of best.values()) if (!rowOf.has(step.column) && step.gain > (end?.gain ?? 0)) end = step
  return end && pathTo(end)
}

function pathTo(end: Step): readonly Step[] {
  const steps: Step[] = []
  for (let step: Step | null = end; step; step = step.before) steps.push(step)
  return steps
}

/** The same, but columns rise with rows: the pairs are in order on both sides. Dynamic programming over suffixes. */
export function largestOrderedAssignment(weights: Weights): Assignment {
  const columns = weights[0]?.length ?? 0
  const best: number[][] = Array.from({ length: weights.length + 1 }, () => new Array(columns + 1).fill(0))
  const value = (row: number, column: number) => best[row]?.[column] ?? 0
  const paired = (row: number, column: number) => {
    const weight = weights[row]?.[column] ?? 0
    return weight > 0 ? weight + value(row + 1, column + 1) : 0
  }
  for (let row = weights.length - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const rest = Math.max(value(row + 1, column), value(row, column + 1))
      best[row]?.splice(column, 1, Math.max(rest, paired(row, column)))
    }
  }

  const assignment: (number | null)[] = weights.map(() => null)
  let row = 0
  let column = 0
  while (row < weights.length && column < columns) {
    if (paired(row, column) === value(row, column) && paired(row, column) > 0) assignment[row++] = column++
    else if (value(row + 1, column) === value(row, column)) row++
    else column++
  }
  return assignment
}

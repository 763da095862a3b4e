import type { Cell } from '../evaluate/cell.ts'
import { groupBy } from '../evaluate/group-by.ts'
import { sum } from '../evaluate/statistics/mean.ts'
import type { Summary } from '../evaluate/summary.ts'
import { repeatedOf, repetitionsOf } from './cell-columns.ts'
import { modelLabel } from './model-label.ts'
import { amount, count } from './quantities.ts'

/**
 * What pass^k and pass@k leave out, where a run was cut short or could not judge all: `pass^2, pass@2: `, `k is 2 of 3
 * repetitions`, `over 1 of 2 cases`. Null where nothing is left out.
 */
export function repeatedFacts({
  summary,
  suites,
  repetitions,
}: {
  readonly summary: Pick<Summary, 'cells'>
  readonly suites: readonly { readonly cases: number }[]
  readonly repetitions: number
}): {
  readonly label: string
  readonly facts: readonly string[]
} | null {
  const k = repetitionsOf(summary)
  if (repetitions < 2 || summary.cells.length === 0) return null
  const label = (of: number) => `pass^${of}, pass@${of}: `
  if (k < 2) return { label: label(repetitions), facts: ['unknown, for no case was played more than once'] }
  const lowered = k < repetitions ? [`k is ${k} of ${repetitions} repetitions`] : []
  const facts = [...lowered, ...fewerCases(summary, k, sum(suites.map(({ cases }) => cases)))]
  return facts.length > 0 ? { label: label(k), facts } : null
}

/** By how many cases each cell has; cells are named where they differ. */
function fewerCases(summary: Pick<Summary, 'cells'>, k: number, cases: number): readonly string[] {
  const judged = (cell: Cell) => repeatedOf(cell, k).passHatK?.n ?? 0
  const groups = [...groupBy(summary.cells, (cell) => `${judged(cell)}`).values()]
  return groups.flatMap((cells) => {
    const n = Math.max(...cells.map(judged))
    const names = cells.map(({ model, exposure }) => `${modelLabel(model)} × ${exposure}`)
    const where = groups.length > 1 ? ` (${names.join(', ')})` : ''
    return n < cases ? [`over ${amount(n)} of ${count(cases, 'case')}${where}`] : []
  })
}

import type { ExpectedCall } from '../../domain/suite.ts'
import type { Assignment } from './assignment.ts'

/** For each call the places of those that must have been made before it. A name that is nobody's holds nothing up. */
export function predecessors(calls: readonly ExpectedCall[]): readonly (readonly number[])[] {
  return calls.map(({ after = [] }) =>
    after.map((id) => calls.findIndex((call) => call.id === id)).filter((place) => place >= 0),
  )
}

/** Steps of the search, at most: a case of a suite has a handful of calls. */
const patience = 20_000

/**
 * An assignment of the same weight in which every call comes after its predecessors; the one given, where there is none.
 * A backtracking search, bounded: beyond its patience an order that could be kept may be called broken.
 */
export function inPartialOrder(
  given: Assignment,
  weights: readonly (readonly number[])[],
  before: readonly (readonly number[])[],
): Assignment {
  const target = weightOf(given, weights)
  const best = weights.map((row) => Math.max(0, ...row))
  const chosen: (number | null)[] = []
  let steps = 0

  function search(row: number, total: number): boolean {
    if (row === weights.length) return total === target && keepsOrder(chosen, before)
    steps += 1
    const rest = best.slice(row).reduce((sum, each) => sum + each, 0)
    if (steps > patience || total + rest < target) return false
    const columns = (weights[row] ?? []).flatMap((weight, column) =>
      weight > 0 && !chosen.includes(column) ? [column] : [],
    )
    for (const column of [...columns, null]) {
      chosen[row] = column
      if (search(row + 1, total + (column === null ? 0 : (weights[row]?.[column] ?? 0)))) return true
      chosen.length = row
    }
    return false
  }

  return keepsOrder(given, before) || !search(0, 0) ? given : chosen
}

function keepsOrder(assignment: Assignment, before: readonly (readonly number[])[]): boolean {
  return assignment.every((column, row) => {
    if (column === null) return true
    return (before[row] ?? []).every((earlier) => (assignment[earlier] ?? -1) < column)
  })
}

function weightOf(assignment: Assignment, weights: readonly (readonly number[])[]): number {
  return assignment.reduce<number>(
    (sum, column, row) => sum + (column === null ? 0 : (weights[row]?.[column] ?? 0)),
    0,
  )
}

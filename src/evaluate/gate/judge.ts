import type { CellJudgement, Suspect } from '../../domain/gate.ts'
import { fisherP } from '../statistics/fisher.ts'
import { holm } from '../statistics/multiple-tests.ts'
import { driftOf } from './drift.ts'
import { type CellEvidence, fewestFresh, screen } from './screen.ts'

/** At most so many nights on which nothing broke are called regressed. */
export const promisedFalseAlarms = 0.05

/**
 * Tests are held to less than what is promised: what one night does to all of its trials is in the error of none of them, and
 * where bad nights are left out of what comes later, nights look more alike than they are.
 */
export const level = 0.025

/**
 * Suspects are judged by their fresh trials alone, since earlier ones chose them, by Holm within their cell. That, and the
 * test of the night as a whole, are two hypotheses for each cell, and Holm over all of them holds the run to its level.
 */
export function judge(cells: readonly CellEvidence[]): readonly CellJudgement[] {
  const drifts = cells.map(({ tonight, history }) =>
    driftOf(tonight, history, 1 - level / (2 * cells.length)),
  )
  const suspected = cells.map(screen)
  const confirmed = suspected.map(holmOfFresh)
  const ps = [...confirmed.map((own) => Math.min(1, ...own)), ...drifts.map((drift) => drift?.p ?? 1)]
  const adjusted = holm(ps)
  return suspected.map((own, index) => {
    const more = (adjusted[index] ?? 1) / (ps[index] || 1)
    const suspects = own.map((suspect, rank) => {
      const p = Math.min(1, more * (confirmed[index]?.[rank] ?? 1))
      return { ...suspect, p, isConfirmed: p <= level }
    })
    const drift = drifts[index] ?? null
    const driftP = drift && (adjusted[cells.length + index] ?? 1)
    const hasDrifted = driftP !== null && driftP <= level
    return {
      suspects,
      drift,
      driftP,
      hasDrifted,
      isRegressed: hasDrifted || suspects.some(({ isConfirmed }) => isConfirmed),
    }
  })
}

/** Who was cleared was so by other trials, and is no test of these; nor is who was not played again in full. */
function holmOfFresh(suspects: readonly Suspect[]): readonly number[] {
  const left = suspects.filter(({ isCleared, fresh }) => !isCleared && fresh.n >= fewestFresh)
  const adjusted = holm(left.map(({ fresh, before }) => fisherP(fresh, before)))
  return suspects.map((suspect) => adjusted[left.indexOf(suspect)] ?? 1)
}

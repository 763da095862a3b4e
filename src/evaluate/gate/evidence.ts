import type { GatedCell } from '../../domain/gate.ts'
import type { GateNightRow } from '../../store/queries.ts'
import type { GradedTrial } from '../graded-trial.ts'
import { groupBy } from '../group-by.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { caseOf, comparableNights, type Night, withoutBroken } from './night.ts'
import { type CellEvidence, clearingTrials } from './screen.ts'

/** Earlier runs by model × exposure, newest first. */
export type History = ReadonlyMap<string, readonly Night[]>

/** What the gate has said of runs that had regressed. */
export type Regressions = ReadonlyMap<string, readonly GatedCell[]>

export function cellOf({ model, exposure }: { readonly model: string; readonly exposure: string }): string {
  return JSON.stringify([model, exposure])
}

/**
 * Rows come newest run first. What has regressed is nothing to compare with, else what stays broken would be as ever after
 * some nights, and what was mended would look as if it had always come and gone: a case that was confirmed is in no such
 * night, and a cell that fell as a whole is in none of it.
 */
export function historyOf(rows: readonly GateNightRow[], regressions: Regressions = new Map()): History {
  const nightsOf = (cell: string, group: readonly GateNightRow[]) =>
    Array.from(
      groupBy(group, ({ run }) => run),
      ([run, own]) => {
        const judged = regressions.get(run)?.find((each) => cellOf(each) === cell)
        return judged ? withoutBroken(nightOf(run, own), judged) : nightOf(run, own)
      },
    )
  return new Map(Array.from(groupBy(rows, cellOf), ([cell, group]) => [cell, nightsOf(cell, group)]))
}

function nightOf(run: string, rows: readonly GateNightRow[]): Night {
  const cases = rows.map(
    (row) =>
      [
        caseOf(row.suite, row.case, row.case_hash),
        { passed: row.passed, n: row.passed + row.failed },
      ] as const,
  )
  return { run, cases: new Map(cases) }
}

/** The trials of a run by cell; those beyond the plan's repetitions are what suspects were played again for. */
export function evidenceOf(
  trials: readonly GradedTrial[],
  repetitions: number,
  history: History,
): ReadonlyMap<string, CellEvidence> {
  const cells = groupBy(trials, ({ trial }) => cellOf(trial))
  return new Map(
    Array.from(cells, ([cell, group]) => {
      const tonight = { run: '', cases: passesIn(group, 1, repetitions) }
      const again = passesIn(group, repetitions + 1, repetitions + clearingTrials)
      const fresh = passesIn(group, repetitions + clearingTrials + 1, Number.POSITIVE_INFINITY)
      return [cell, { tonight, ...comparableNights(tonight, history.get(cell) ?? []), again, fresh }]
    }),
  )
}

/** By case, the trials of these repetitions that passed or failed. */
function passesIn(trials: readonly GradedTrial[], from: number, to: number): ReadonlyMap<string, Passes> {
  const judged = trials.filter(
    ({ trial: { repetition, outcome } }) =>
      repetition >= from && repetition <= to && (outcome === 'passed' || outcome === 'failed'),
  )
  const byCase = groupBy(judged, ({ trial }) => caseOf(trial.suite, trial.case, trial.caseHash))
  return new Map(
    Array.from(byCase, ([key, group]) => {
      const passed = group.filter(({ trial }) => trial.outcome === 'passed').length
      return [key, { passed, n: group.length }]
    }),
  )
}

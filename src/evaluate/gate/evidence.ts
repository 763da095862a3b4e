import type { GateNightRow } from '../../store/queries.ts'
import type { GradedTrial } from '../graded-trial.ts'
import { groupBy } from '../group-by.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { caseOf, comparableNights, type Night } from './night.ts'
import { type CellEvidence, clearingTrials } from './screen.ts'

/** Earlier runs by model × exposure, newest first. */
export type History = ReadonlyMap<string, readonly Night[]>

export function cellOf({ model, exposure }: { readonly model: string; readonly exposure: string }): string {
  return JSON.stringify([model, exposure])
}

/** Rows come newest run first. */
export function historyOf(rows: readonly GateNightRow[]): History {
  const nightsOf = (cell: readonly GateNightRow[]) =>
    Array.from(
      groupBy(cell, ({ run }) => run),
      ([run, group]) => ({
        run,
        cases: new Map(
          group.map((row) => [
            caseOf(row.suite, row.case, row.case_hash),
            { passed: row.passed, n: row.passed + row.failed },
          ]),
        ),
      }),
    )
  return new Map(Array.from(groupBy(rows, cellOf), ([cell, group]) => [cell, nightsOf(group)]))
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
      return [cell, { tonight, history: comparableNights(tonight, history.get(cell) ?? []), again, fresh }]
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

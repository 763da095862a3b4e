import type { GradedTrial } from '../graded-trial.ts'
import { groupBy } from '../group-by.ts'
import { type Plan, type PlannedTrial, planRepetition } from '../plan.ts'
import { cellOf, evidenceOf, type History } from './evidence.ts'
import { caseOf } from './night.ts'
import { clearingTrials, confirmingTrials, screen } from './screen.ts'

/**
 * What the gate wants played beyond the plan, given what was played so far: suspects, a few times; then those that were not
 * cleared by that, in full; then nothing. A repetition was played however it ended, but not if it was cut off, as by a kill:
 * then later ones may be there without it.
 */
export function suspectsToPlay(
  plan: Plan,
  trials: readonly GradedTrial[],
  history: History,
): readonly PlannedTrial[] {
  const played = groupBy(trials, ({ trial }) =>
    keyOf(cellOf(trial), caseOf(trial.suite, trial.case, trial.caseHash)),
  )
  const wanted = new Map<string, readonly number[]>()
  for (const [cell, evidence] of evidenceOf(trials, plan.trials, history))
    for (const { case: suspect, isCleared } of screen(evidence)) {
      const key = keyOf(cell, suspect)
      const own = new Set((played.get(key) ?? []).map(({ trial }) => trial.repetition))
      wanted.set(key, isCleared ? [] : repetitionsLeft(own, plan.trials))
    }
  return plan.suites.flatMap((suite) =>
    suite.cases.flatMap((testCase) =>
      plan.models.flatMap((model) =>
        plan.exposures.flatMap((exposure) => {
          const cell = cellOf({ model: model.name, exposure })
          const key = keyOf(cell, caseOf(suite.name, testCase.id, testCase.hash))
          const cellTrial = { suite, testCase, model, exposure }
          return (wanted.get(key) ?? []).map((repetition) => planRepetition(plan, cellTrial, repetition))
        }),
      ),
    ),
  )
}

const keyOf = (cell: string, testCase: string) => JSON.stringify([cell, testCase])

/** Those that clear before those that confirm. */
function repetitionsLeft(played: ReadonlySet<number>, repetitions: number): readonly number[] {
  const left = (from: number, trials: number) =>
    Array.from({ length: trials }, (_, index) => from + index).filter((each) => !played.has(each))
  const clearing = left(repetitions + 1, clearingTrials)
  return clearing.length > 0 ? clearing : left(repetitions + clearingTrials + 1, confirmingTrials)
}

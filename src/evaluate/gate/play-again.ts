import type { GradedTrial } from '../graded-trial.ts'
import { type Plan, type PlannedTrial, planRepetition } from '../plan.ts'
import { cellOf, evidenceOf, type History } from './evidence.ts'
import { caseOf } from './night.ts'
import { clearingTrials, confirmingTrials, screen } from './screen.ts'

/**
 * What the gate wants played beyond the plan, given what was played so far: suspects, a few times; then those that were not
 * cleared by that, in full; then nothing. A case is played by the number of trials that began, however they ended.
 */
export function suspectsToPlay(
  plan: Plan,
  trials: readonly GradedTrial[],
  history: History,
): readonly PlannedTrial[] {
  const played = new Map<string, number>()
  for (const { trial } of trials) {
    const key = JSON.stringify([cellOf(trial), caseOf(trial.suite, trial.case, trial.caseHash)])
    played.set(key, Math.max(played.get(key) ?? 0, trial.repetition))
  }
  const wanted = new Map<string, readonly number[]>()
  for (const [cell, evidence] of evidenceOf(trials, plan.trials, history))
    for (const { case: key, isCleared } of screen(evidence)) {
      const last = played.get(JSON.stringify([cell, key])) ?? 0
      wanted.set(JSON.stringify([cell, key]), isCleared ? [] : repetitionsAfter(last, plan.trials))
    }
  return plan.suites.flatMap((suite) =>
    suite.cases.flatMap((testCase) =>
      plan.models.flatMap((model) =>
        plan.exposures.flatMap((exposure) => {
          const cell = cellOf({ model: model.name, exposure })
          const key = JSON.stringify([cell, caseOf(suite.name, testCase.id, testCase.hash)])
          const cellTrial = { suite, testCase, model, exposure }
          return (wanted.get(key) ?? []).map((repetition) => planRepetition(plan, cellTrial, repetition))
        }),
      ),
    ),
  )
}

function repetitionsAfter(last: number, repetitions: number): readonly number[] {
  const cleared = repetitions + clearingTrials
  const until = last < cleared ? cleared : cleared + confirmingTrials
  return Array.from({ length: Math.max(0, until - last) }, (_, index) => last + 1 + index)
}

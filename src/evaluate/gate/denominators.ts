import type { GradedTrial } from '../graded-trial.ts'
import type { Plan } from '../plan.ts'
import { caseOf } from './night.ts'

/** Trials of one cell, repetitions of the plan alone; drafts, which nobody judges, are in none. */
export interface Denominators {
  readonly planned: number
  readonly judged: number
  readonly notJudged: number
  readonly infrastructure: number
  /** Never played, or interrupted. */
  readonly missing: number
}

export function denominatorsOf(plan: Plan, trials: readonly GradedTrial[]): Denominators {
  const cases = plan.suites.flatMap(({ name, cases }) =>
    cases.flatMap(({ id, hash, draft }) => (draft ? [] : [caseOf(name, id, hash)])),
  )
  const wanted = new Set(cases)
  const outcomes = trials.flatMap(({ trial }) => {
    const isWanted = wanted.has(caseOf(trial.suite, trial.case, trial.caseHash))
    return isWanted && trial.repetition <= plan.trials ? [trial.outcome] : []
  })
  const of = (...names: readonly string[]) => outcomes.filter((outcome) => names.includes(outcome)).length
  return {
    planned: cases.length * plan.trials,
    judged: of('passed', 'failed'),
    notJudged: of('not judged'),
    infrastructure: of('infrastructure'),
    missing: cases.length * plan.trials - outcomes.length,
  }
}

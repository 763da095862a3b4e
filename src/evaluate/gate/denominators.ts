import type { GateDenominators } from '../../domain/gate.ts'
import type { GradedTrial } from '../graded-trial.ts'
import type { Plan } from '../plan.ts'
import { caseOf } from './night.ts'

export function denominatorsOf(plan: Plan, trials: readonly GradedTrial[]): GateDenominators {
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

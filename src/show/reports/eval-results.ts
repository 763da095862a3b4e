import type { Location } from '../../errors.ts'
import type { GradedTrial } from '../../evaluate/graded-trial.ts'
import { groupBy } from '../../evaluate/group-by.ts'
import type { ViolationRow } from '../../store/queries.ts'
import type { EvalReport } from '../eval-report.ts'

/** All that a report in a file may tell of a run. */
export interface EvalResults {
  readonly report: EvalReport
  /** Of the plan. */
  readonly trials: readonly GradedTrial[]
  readonly violations: readonly ViolationRow[]
  /** Where a case was written, its file relative to the working directory; null where the suite is not at hand. */
  readonly locate: (suite: string, id: string) => Location | null
}

/** One case in one cell. */
export interface CaseResult {
  readonly suite: string
  readonly case: string
  readonly model: string
  readonly exposure: string
  readonly trials: readonly GradedTrial[]
  readonly passed: number
  readonly judged: number
  /** The reason of the first trial that failed. */
  readonly failure: string | null
  readonly infrastructure: string | null
  readonly durationMs: number
}

export function caseResults(trials: readonly GradedTrial[]): readonly CaseResult[] {
  const keyOf = ({ trial }: GradedTrial) =>
    JSON.stringify([trial.suite, trial.model, trial.exposure, trial.case])
  return Array.from(groupBy(trials, keyOf).values(), (group) => {
    const of = (outcome: string) => group.filter(({ trial }) => trial.outcome === outcome)
    const { suite = '', model = '', exposure = '', case: id = '' } = group[0]?.trial ?? {}
    const [failed] = of('failed')
    const passed = of('passed').length
    return {
      ...{ suite, model, exposure, case: id, trials: group, passed },
      judged: passed + of('failed').length,
      failure: failed ? (failed.trial.message ?? 'failed') : null,
      infrastructure: of('infrastructure')[0]?.trial.message ?? null,
      durationMs: group.reduce((total, { trial }) => total + trial.durationMs, 0),
    }
  })
}

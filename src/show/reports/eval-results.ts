import type { Location } from '../../errors.ts'
import type { GradedTrial } from '../../evaluate/graded-trial.ts'
import { groupBy } from '../../evaluate/group-by.ts'
import type { UnplayedTrial } from '../../evaluate/played-trials.ts'
import { infrastructureEndingOf } from '../../evaluate/summary.ts'
import type { ViolationRow } from '../../store/queries.ts'
import type { EvalReport } from '../eval-report.ts'

/** All that a report in a file may tell of a run. */
export interface EvalResults {
  readonly report: EvalReport
  /** Of the plan. */
  readonly trials: readonly GradedTrial[]
  /** Of the plan, and without an outcome: the budget stopped them, or they are missing. */
  readonly unplayed: readonly UnplayedTrial[]
  readonly violations: readonly ViolationRow[]
  /** Where a case was written, its file relative to the working directory; null where the suite is not at hand. */
  readonly locate: (suite: string, id: string) => Location | null
}

/** A suite in one cell. */
export interface SuiteResult extends SuiteCell {
  readonly trials: readonly GradedTrial[]
  readonly unplayed: readonly UnplayedTrial[]
  readonly cases: readonly CaseResult[]
}

interface SuiteCell {
  readonly suite: string
  readonly model: string
  readonly exposure: string
}

/** One case in one cell. */
export interface CaseResult {
  readonly case: string
  readonly passed: number
  readonly failed: number
  readonly notJudged: number
  readonly infrastructureErrors: number
  readonly unplayed: number
  /** The reason of the first trial that failed. */
  readonly failure: string | null
  /** What the first infrastructure error was. */
  readonly infrastructure: string | null
  /** How that ended its trial; null where there was none, or its message alone says how. */
  readonly infrastructureEnding: string | null
  readonly durationMs: number
}

export function suiteResults({ trials, unplayed }: EvalResults): readonly SuiteResult[] {
  const played = groupBy(trials, ({ trial }) => keyOf(trial))
  const left = groupBy(unplayed, keyOf)
  const keys = new Set([...played.keys(), ...left.keys()])
  return Array.from(keys, (key) => suiteResult(played.get(key) ?? [], left.get(key) ?? []))
}

function keyOf({ suite, model, exposure }: SuiteCell): string {
  return JSON.stringify([suite, model, exposure])
}

function suiteResult(trials: readonly GradedTrial[], unplayed: readonly UnplayedTrial[]): SuiteResult {
  const { suite = '', model = '', exposure = '' } = trials[0]?.trial ?? unplayed[0] ?? {}
  const byCase = groupBy(trials, ({ trial }) => trial.case)
  const left = groupBy(unplayed, (trial) => trial.case)
  const names = new Set([...byCase.keys(), ...left.keys()])
  const cases = Array.from(names, (id) => ({
    ...caseResult(id, byCase.get(id) ?? []),
    unplayed: left.get(id)?.length ?? 0,
  }))
  return { suite, model, exposure, trials, unplayed, cases }
}

function caseResult(id: string, trials: readonly GradedTrial[]): Omit<CaseResult, 'unplayed'> {
  const of = (outcome: GradedTrial['trial']['outcome']) =>
    trials.filter(({ trial }) => trial.outcome === outcome)
  const [failed, errors] = [of('failed'), of('infrastructure')]
  return {
    case: id,
    passed: of('passed').length,
    failed: failed.length,
    notJudged: of('not judged').length,
    infrastructureErrors: errors.length,
    failure: failed[0] ? (failed[0].trial.message ?? 'failed') : null,
    infrastructure: errors[0] ? (errors[0].trial.message ?? 'infrastructure error') : null,
    infrastructureEnding: errors[0] ? infrastructureEndingOf(errors[0].trial) : null,
    durationMs: trials.reduce((total, { trial }) => total + trial.durationMs, 0),
  }
}

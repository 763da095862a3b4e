import { type History, historyOf } from '../evaluate/gate/evidence.ts'
import { type GateReport, judgeRun } from '../evaluate/gate/gate.ts'
import { suspectsToPlay } from '../evaluate/gate/play-again.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import type { Plan, PlannedTrial } from '../evaluate/plan.ts'
import type { GateNightRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { withDatabase } from './database.ts'
import { oneRun } from './runs.ts'

export interface GateOptions {
  /** A run, or the beginning of its id, or `latest`. */
  readonly baseline?: string
  readonly gate?: true
  readonly strictGate?: true
}

/** Of a run that has a baseline. */
export interface Gate {
  readonly playMore: (trials: readonly GradedTrial[]) => readonly PlannedTrial[]
  readonly judge: (trials: readonly GradedTrial[]) => GateReport
}

export function isGated({ baseline, gate, strictGate }: GateOptions): boolean {
  return baseline !== undefined || gate === true || strictGate === true
}

/** Reads what the plan is to be compared with, before anything is played: a baseline that is not there costs nothing. */
export async function openGate(
  plan: Plan,
  options: GateOptions,
  resumed: string | null = null,
): Promise<Gate | null> {
  if (!isGated(options)) return null
  const { baseline = 'latest' } = options
  const history = await withDatabase(async (database): Promise<History> => {
    // A run that is taken up again is compared with those before it, whatever was played since.
    const until = baseline === 'latest' ? (resumed ?? '') : (await oneRun(database, baseline)).run
    const params = {
      until,
      suites: plan.suites.map(({ name }) => name),
      models: plan.models.map(({ name }) => name),
      exposures: plan.exposures,
    }
    return historyOf(await rowsOf(database.query<GateNightRow>('gate_nights', params)))
  })
  return {
    playMore: (trials) => suspectsToPlay(plan, trials, history),
    judge: (trials) => judgeRun(plan, trials, history),
  }
}

/** Whether the verdict alone makes the command fail. */
export function isRefused({ verdict }: GateReport, { gate, strictGate }: GateOptions): boolean {
  if (verdict === 'regressed') return gate === true || strictGate === true
  return verdict === 'insufficient data' && strictGate === true
}

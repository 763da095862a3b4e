import type { GateReport } from '../domain/gate.ts'
import { type History, historyOf } from '../evaluate/gate/evidence.ts'
import { judgeRun } from '../evaluate/gate/gate.ts'
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
  /** `latest`, or a run. */
  readonly baseline: string
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
  const { baseline: asked = 'latest' } = options
  const { baseline, history } = await withDatabase(async (database): Promise<Compared> => {
    // A run that is taken up again is compared with those before it, whatever was played since.
    const baseline = asked === 'latest' ? asked : (await oneRun(database, asked)).run
    const until = baseline === 'latest' ? (resumed ?? '') : baseline
    const params = {
      until,
      besides: resumed ?? '',
      suites: plan.suites.map(({ name }) => name),
      models: plan.models.map(({ name }) => name),
      exposures: plan.exposures,
    }
    const rows = await rowsOf(database.query<GateNightRow>('gate_nights', params))
    return { baseline, history: historyOf(rows) }
  })
  return {
    baseline,
    playMore: (trials) => suspectsToPlay(plan, trials, history),
    judge: (trials) => judgeRun(plan, trials, history),
  }
}

interface Compared extends Pick<Gate, 'baseline'> {
  readonly history: History
}

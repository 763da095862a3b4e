import type { GateReport } from '../domain/gate.ts'
import type { Run } from '../evaluate/run.ts'
import type { GateOptions } from './eval-gate.ts'
import { failedExitCode, infrastructureExitCode, interruptedExitCode } from './run-command.ts'

export interface EvalEnding {
  readonly run: Pick<Run, 'trials' | 'more'>
  /** Null without a gate, and of a run that was cut short. */
  readonly verdict: Pick<GateReport, 'verdict'> | null
  /** Somebody stopped it. */
  readonly isInterrupted: boolean
  /** It was ended by its time limit. */
  readonly isLate: boolean
  /** All of it is in journal and database, and in the reports that were asked for. */
  readonly isKept: boolean
}

/** The first that applies. Budget stops, and what could not be judged, are no errors: the verdict says what they cost. */
export function evalExitCode(ending: EvalEnding, options: GateOptions): number {
  const { run, verdict, isInterrupted, isLate, isKept } = ending
  if (isInterrupted) return interruptedExitCode
  if (verdict && isRefused(verdict, options)) return failedExitCode
  const isBroken = [...run.trials, ...run.more].some(({ trial }) => trial.outcome === 'infrastructure')
  return isBroken || isLate || !isKept ? infrastructureExitCode : 0
}

function isRefused({ verdict }: Pick<GateReport, 'verdict'>, { gate, strictGate }: GateOptions): boolean {
  if (verdict === 'regressed') return gate === true || strictGate === true
  return verdict === 'insufficient data' && strictGate === true
}

import { readFailure } from '../evaluate/failure.ts'
import type { ChainTrialRow } from '../store/queries.ts'

/** `files/port × full`, `failed: wrong answer`, `run 01a2…`; not escaped yet. */
export function trialWords(trial: ChainTrialRow): readonly string[] {
  return [`${caseWords(trial)} × ${trial.exposure}`, trialOutcome(trial), `run ${trial.run}`]
}

export function caseWords({ suite, case: id }: ChainTrialRow): string {
  return `${suite}/${id}`
}

function trialOutcome({ outcome, message }: ChainTrialRow): string {
  const failure = outcome === 'failed' ? readFailure(message) : null
  return failure === null ? outcome : `${outcome}: ${failure.category}`
}

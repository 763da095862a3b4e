import type { EntryData } from '../domain/entry.ts'
import { type Failure, readFailure } from './failure.ts'

/** A trial as its entries say it, live or from the database. */
export interface GradedTrial {
  readonly trial: EntryData['trial']
  readonly scores: readonly EntryData['score'][]
  /** Set where the trial failed. */
  readonly failure: Failure | null
}

export function gradedTrial(trial: GradedTrial['trial'], scores: GradedTrial['scores']): GradedTrial {
  return { trial, scores, failure: trial.outcome === 'failed' ? readFailure(trial.message) : null }
}

/** A case id is unique within its suite only. */
export function caseKey({ trial }: GradedTrial): string {
  return JSON.stringify([trial.suite, trial.case])
}

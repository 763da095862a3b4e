import type { ScoreRow, TrialRow } from '../store/queries.ts'
import { type GradedTrial, gradedTrial } from './graded-trial.ts'
import { groupBy } from './group-by.ts'

/** The trials of a run as the database has them: what the run itself gave when it ended. */
export function storedTrials(
  trials: readonly TrialRow[],
  scores: readonly ScoreRow[],
): readonly GradedTrial[] {
  const byTrial = groupBy(scores, ({ trial }) => trial)
  return trials.map((row) => gradedTrial(trialOf(row), byTrial.get(row.trial) ?? []))
}

function trialOf(row: TrialRow): GradedTrial['trial'] {
  const { run, trial, suite, tags, model, exposure, repetition, outcome, message, violations, stopped } = row
  return {
    ...{ run, trial, suite, tags, model, exposure, repetition, outcome, message, violations, stopped },
    case: row.case,
    caseHash: row.case_hash,
    modelKind: row.model_kind,
    modelTurns: row.model_turns,
    toolCalls: row.tool_calls,
    definitionTokens: row.definition_tokens,
    totalTokens: row.total_tokens,
    totalTokensEstimated: row.total_tokens_estimated,
    costUsd: row.cost_usd,
    retrievalHit: row.retrieval_hit,
    durationMs: row.duration_ms,
  }
}

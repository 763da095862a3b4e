import type { EntryData } from '../domain/entry.ts'
import type { Transcript } from '../domain/grader.ts'
import { tokensOf } from './graders/tokens.ts'
import type { PlannedTrial } from './plan.ts'
import { retrievalHit } from './retrieval-hit.ts'
import { settingHash } from './setting-hash.ts'

export type TrialEntry = EntryData['trial']

/** What was measured of a trial, whatever is thought of it. Without policies nothing is known of violations. */
export function measureTrial(
  { testCase }: PlannedTrial,
  transcript: Transcript,
  { hasPolicy }: { readonly hasPolicy: boolean },
) {
  const { modelTurns, definitions, total, isEstimate } = tokensOf(transcript)
  const denied = transcript.turns.filter((turn) => turn.type === 'policy' && turn.decision.effect === 'deny')
  return {
    modelTurns,
    toolCalls: transcript.turns.filter((turn) => turn.type === 'call').length,
    definitionTokens: definitions,
    totalTokens: total,
    totalTokensEstimated: isEstimate,
    violations: hasPolicy ? denied.length : null,
    retrievalHit: testCase.draft ? null : retrievalHit(testCase.expect, transcript),
  } satisfies Partial<TrialEntry>
}

/** Which trial it is. */
export function identifyTrial(planned: PlannedTrial) {
  const { suite, testCase, model, exposure, repetition } = planned
  return {
    suite: suite.name,
    case: testCase.id,
    caseHash: testCase.hash,
    settingHash: settingHash(testCase, suite.toolset, exposure),
    tags: testCase.tags,
    model: model.name,
    modelKind: model.kind,
    exposure,
    repetition,
  } satisfies Partial<TrialEntry>
}

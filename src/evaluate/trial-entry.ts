import type { EntryData } from '../domain/entry.ts'
import type { Transcript } from '../domain/grader.ts'
import type { PlannedTrial } from './plan.ts'
import { retrievalHit } from './retrieval-hit.ts'
import { sum } from './statistics.ts'

export type TrialEntry = EntryData['trial']

/** What was measured of a trial, whatever is thought of it. */
export function measureTrial({ testCase }: PlannedTrial, transcript: Transcript) {
  const requests = transcript.turns.filter((turn) => turn.type === 'model')
  const definitions = total(requests.map(({ definitionTokens }) => definitionTokens))
  return {
    modelTurns: requests.length,
    toolCalls: transcript.turns.filter((turn) => turn.type === 'call').length,
    definitionTokens: definitions === null ? null : definitions / requests.length,
    totalTokens: total(requests.map(({ totalTokens }) => totalTokens)),
    violations: transcript.turns.filter((turn) => turn.type === 'policy' && turn.decision.effect === 'deny')
      .length,
    retrievalHit: retrievalHit(testCase.expect, transcript),
  } satisfies Partial<TrialEntry>
}

/** Null of nothing, and where any of it is unknown. */
function total(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null)
  return counts.length === 0 || known.length < counts.length ? null : sum(known)
}

/** Which trial it is. */
export function identifyTrial(planned: PlannedTrial) {
  const { suite, testCase, model, exposure, repetition } = planned
  return {
    suite: suite.name,
    case: testCase.id,
    caseHash: testCase.hash,
    tags: testCase.tags,
    model: model.name,
    modelKind: model.kind,
    exposure,
    repetition,
  } satisfies Partial<TrialEntry>
}

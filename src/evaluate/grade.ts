import type { GraderContext, GraderFactory, Score, Transcript } from '../domain/grader.ts'
import type { Case } from '../domain/suite.ts'
import { judges, measurements } from './graders/graders.ts'
import { withoutDoubtful } from './missed-calls.ts'

export interface Grading {
  readonly scores: readonly Score[]
  /** `failed` beats `not judged` beats `passed`. */
  readonly outcome: 'passed' | 'failed' | 'not judged'
}

/** Judges one trial; pure but for the signal. A grader that throws is a mistake of ours, and this rejects with it. */
export async function gradeTranscript(
  testCase: Case,
  transcript: Transcript,
  signal: AbortSignal,
  context: GraderContext = { judge: null },
): Promise<Grading> {
  const scoresOf = (factories: readonly GraderFactory[]) =>
    Promise.all(factories.flatMap((create) => create(testCase, context)?.grade(transcript, signal) ?? []))
  const judgements = withoutDoubtful(await scoresOf(judges), testCase, transcript)
  return { scores: [...judgements, ...(await scoresOf(measurements))], outcome: outcomeOf(judgements) }
}

function outcomeOf(judgements: readonly Score[]): Grading['outcome'] {
  if (judgements.some(({ passed }) => passed === false)) return 'failed'
  return judgements.some(({ passed }) => passed === null) ? 'not judged' : 'passed'
}

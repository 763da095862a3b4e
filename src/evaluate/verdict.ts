import type { GraderContext, Score, Transcript } from '../domain/grader.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Case } from '../domain/suite.ts'
import { cannotPass, explainCutOff, explainTooMany } from './cut-off.ts'
import { draftMessage, undecided } from './draft.ts'
import { explainFailure } from './explain-failure.ts'
import { failureMessage } from './failure.ts'
import { gradeTranscript } from './grade.ts'
import { teardownScore } from './graders/teardown.ts'
import { explainEndless } from './loop.ts'
import { missMessage } from './missed-calls.ts'
import { recordedCase } from './recorded-case.ts'
import type { TrialEntry } from './trial-entry.ts'

export interface Verdict {
  readonly outcome: TrialEntry['outcome']
  readonly message: string | null
  readonly scores: readonly Score[]
}

export interface JudgedWith extends GraderContext {
  /** What went wrong around model and tools; null where nothing did. */
  readonly infrastructure: string | null
  readonly redactor: Redactor
  /** Ends the asking of a judge. */
  readonly signal?: AbortSignal
}

const never = new AbortController().signal

const judgeMessage = 'the judge: '

/** A judge that could not be asked. */
export function judgeFailure(reason: string): Verdict {
  return { outcome: 'infrastructure', message: `${judgeMessage}${reason}`, scores: [] }
}

export function isJudgeFailure({ outcome, message }: Pick<TrialEntry, 'outcome' | 'message'>): boolean {
  return outcome === 'infrastructure' && message?.startsWith(judgeMessage) === true
}

/** What is said of a trial: of one that has just ended, and of its recording ever after. */
export async function judgeTrial(
  testCase: Case,
  transcript: Transcript,
  { infrastructure, redactor, signal = never, ...context }: JudgedWith,
): Promise<Verdict> {
  if (infrastructure !== null) {
    const scores = testCase.teardown ? [teardownScore(testCase, transcript)] : []
    return { outcome: 'infrastructure', message: infrastructure, scores }
  }
  const recorded = recordedCase(testCase, redactor)
  const { scores, outcome: graded } = await gradeTranscript(recorded, transcript, signal, context)
  // A case that only forbids, say, would have passed.
  const isDenied = graded !== 'failed' && cannotPass(transcript)
  const outcome = isDenied ? 'failed' : graded
  const failure = isDenied
    ? (explainTooMany(transcript) ?? explainEndless(transcript) ?? explainCutOff(transcript))
    : explainFailure(recorded, transcript, scores)
  const message = failure ? failureMessage(failure) : missMessage(scores)
  if (testCase.draft)
    return { outcome: 'not judged', message: draftMessage(outcome, message), scores: undecided(scores) }
  return { outcome, message, scores }
}

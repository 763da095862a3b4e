import type { Ending, GraderFactory, Score, Transcript } from '../../domain/grader.ts'
import { attemptsOf } from './attempts.ts'
import { listNames } from './list-names.ts'
import { describeAttempt } from './selection.ts'

/** Whether the model was not let finish: nobody knows what it would have called. */
export function isCutShort(stopped: Ending): boolean {
  return stopped === 'truncated' || stopped === 'content filter' || stopped === 'context overflow'
}

/**
 * The right thing is to call nothing and to answer. A malformed call is no abstention (BFCL counts it as one), nor is
 * silence, nor an answer that was cut short; looking for tools with an exposure's find tool is fine.
 */
export const abstention: GraderFactory = ({ expect: { calls } }) => {
  if (calls?.length !== 0) return null
  return {
    name: 'abstention',
    async grade(transcript) {
      const attempts = attemptsOf(transcript)
      const details = {
        made: attempts.length,
        malformed: attempts.filter(({ fate }) => fate === 'malformed').length,
      }
      return { grader: 'abstention', ...judgeAbstention(transcript), details }
    },
  }
}

export function judgeAbstention(transcript: Transcript): Pick<Score, 'value' | 'passed' | 'reason'> {
  const wrong = whyNone(transcript)
  return { value: wrong ? 0 : 1, passed: !wrong, reason: wrong ?? 'answered without calling anything' }
}

function whyNone(transcript: Transcript): string | null {
  const { answer, stopped } = transcript
  const attempts = attemptsOf(transcript)
  if (attempts.length > 0) return `called ${listNames(attempts.map(describeAttempt))}, expected no call`
  if (isCutShort(stopped)) return `called nothing, but was cut short (${stopped})`
  return answer?.trim() ? null : 'called nothing, but gave no answer either'
}

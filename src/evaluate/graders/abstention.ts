import type { Ending, GraderFactory } from '../../domain/grader.ts'
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
      const isSilent = !transcript.answer?.trim()
      const isShort = isCutShort(transcript.stopped)
      const passed = attempts.length === 0 && !isSilent && !isShort
      const details = {
        made: attempts.length,
        malformed: attempts.filter(({ fate }) => fate === 'malformed').length,
      }
      return { grader: 'abstention', value: passed ? 1 : 0, passed, reason: reasonFor(), details }

      function reasonFor(): string {
        if (attempts.length > 0) return `called ${listNames(attempts.map(describeAttempt))}, expected no call`
        if (isShort) return `called nothing, but was cut short (${transcript.stopped})`
        return isSilent ? 'called nothing, but gave no answer either' : 'answered without calling anything'
      }
    },
  }
}

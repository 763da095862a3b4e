import type { GraderFactory } from '../../domain/grader.ts'
import { attemptsOf } from './attempts.ts'
import { listNames } from './list-names.ts'
import { describeAttempt } from './selection.ts'

/**
 * The right thing is to call nothing and to answer. A malformed call is no abstention (BFCL counts it as one), nor is
 * silence; looking for tools with an exposure's find tool is fine.
 */
export const abstention: GraderFactory = ({ expect: { calls } }) => {
  if (calls?.length !== 0) return null
  return {
    name: 'abstention',
    async grade(transcript) {
      const attempts = attemptsOf(transcript)
      const isSilent = !transcript.answer?.trim()
      const passed = attempts.length === 0 && !isSilent
      const details = {
        made: attempts.length,
        malformed: attempts.filter(({ fate }) => fate === 'malformed').length,
      }
      return { grader: 'abstention', value: passed ? 1 : 0, passed, reason: reasonFor(), details }

      function reasonFor(): string {
        if (attempts.length > 0) return `called ${listNames(attempts.map(describeAttempt))}, expected no call`
        return isSilent ? 'called nothing, but gave no answer either' : 'answered without calling anything'
      }
    },
  }
}

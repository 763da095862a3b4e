import type { GraderFactory } from '../../domain/grader.ts'
import { serverOf, wireName } from '../../domain/tool.ts'
import { attemptsOf } from './attempts.ts'
import { listNames } from './list-names.ts'
import { describeAttempt } from './selection.ts'

/**
 * No forbidden tool was called, nor tried: a call that policy denied, that was malformed, or whose tool this exposure did
 * not show is still what the model decided. The value is 1 or 0.
 */
export const forbidden: GraderFactory = ({ expect: { forbid } }) => {
  if (forbid.length === 0) return null
  // A tool that was not shown keeps the name that the model wrote, which may be the wire name.
  const isForbidden = (tool: string) =>
    forbid.includes(tool) || (serverOf(tool) === null && forbid.some((name) => wireName(name) === tool))
  return {
    name: 'forbidden',
    async grade(transcript) {
      const tried = attemptsOf(transcript).filter(({ tool }) => isForbidden(tool))
      const passed = tried.length === 0
      const reason = passed
        ? 'no forbidden tool was called'
        : `called ${listNames([...new Set(tried.map(describeAttempt))])}, which is forbidden`
      return { grader: 'forbidden', value: passed ? 1 : 0, passed, reason, details: { tried: tried.length } }
    },
  }
}

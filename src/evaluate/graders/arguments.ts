import type { GraderFactory } from '../../domain/grader.ts'
import { isAllowedExtra } from './allowed-extra.ts'
import { type CallPair, matchingOf } from './call-matching.ts'

/**
 * Were the arguments right, given that the tool was? The value is the share of paired calls whose named arguments all
 * match, of those that can be told; null when nothing was paired, which the selection answers for. Where none is needed, a
 * call with other arguments that may be made besides is no wrong one.
 */
export const argumentAccuracy: GraderFactory = ({ expect }) => {
  const { calls, match } = expect
  if (!calls || calls.length === 0) return null
  const isBesides = ({ attempt, arguments: { right } }: CallPair) =>
    match === 'superset' && right === false && isAllowedExtra(expect, attempt)
  return {
    name: 'arguments',
    async grade(transcript) {
      const pairs = matchingOf(expect, transcript).pairs.filter((pair) => !isBesides(pair))
      if (pairs.length === 0) return nothingPaired(match === 'superset')
      return { grader: 'arguments', ...judge(pairs) }
    },
  }
}

/** Mode `superset` needs no call, and so no arguments. */
function nothingPaired(isFine: boolean) {
  const reason = 'no expected tool was called, so there were no arguments to judge'
  return { grader: 'arguments', value: null, passed: isFine ? true : null, reason }
}

function judge(pairs: readonly CallPair[]) {
  const right = pairs.filter((pair) => pair.arguments.right).length
  const wrong = pairs.filter((pair) => pair.arguments.right === false)
  const hidden = pairs.filter((pair) => pair.arguments.right === null)
  const details = { right, wrong: wrong.length, hidden: hidden.length }
  if (wrong.length > 0)
    return { value: right / (right + wrong.length), passed: false, reason: describe(wrong), details }
  if (hidden.length > 0) return { value: null, passed: null, reason: describe(hidden), details }
  return { value: 1, passed: true, reason: 'all named arguments match', details }
}

function describe(pairs: readonly CallPair[]): string {
  return pairs.map(({ attempt, arguments: { reason } }) => `${attempt.tool}: ${reason}`).join('; ')
}

import type { GraderFactory } from '../../domain/grader.ts'
import type { Expectation, ExpectedCall } from '../../domain/suite.ts'
import { isAllowedExtra } from './allowed-extra.ts'
import type { Attempt } from './attempts.ts'
import { type CallMatching, matchingOf } from './call-matching.ts'
import { listNames } from './list-names.ts'
import { predecessors } from './partial-order.ts'

/**
 * Did the model choose the right tools? With m pairs of the maximum matching, e expected and a attempted calls:
 * precision m/a (null without attempts), recall m/e, value F1 = 2m/(e + a). The number is strict: every attempt counts,
 * extra reads, malformed and impossible calls included. What passes follows the case's match mode.
 * A case that expects no call is judged by `abstention`.
 */
export const selection: GraderFactory = ({ expect }) => {
  const { calls } = expect
  if (!calls || calls.length === 0) return null
  return {
    name: 'selection',
    async grade(transcript) {
      const matching = matchingOf(expect, transcript)
      const { attempts } = matching
      const paired = matching.pairs.length
      const isExact = paired === calls.length && paired === attempts.length
      return {
        grader: 'selection',
        value: (2 * paired) / (calls.length + attempts.length),
        passed: meetsMode(expect, matching),
        reason: describeSelection(calls, attempts),
        details: {
          precision: attempts.length > 0 ? paired / attempts.length : null,
          recall: paired / calls.length,
          f1: (2 * paired) / (calls.length + attempts.length),
          exact: isExact ? 1 : 0,
          expected: calls.length,
          made: attempts.length,
          malformed: attempts.filter(({ fate }) => fate === 'malformed').length,
        },
      }
    },
  }
}

function meetsMode(expect: Expectation, matching: CallMatching): boolean {
  const isComplete = expect.match === 'superset' || matching.missing.length === 0
  return (
    isComplete &&
    isInOrder(expect, matching) &&
    matching.extra.every((attempt) => isAllowedExtra(expect, attempt))
  )
}

/** Whether each call was made after those that it names, where the mode asks for that. */
export function isInOrder({ match, calls }: Expectation, { pairs, attempts }: CallMatching): boolean {
  if (match !== 'partial-order') return true
  const place = new Map(pairs.map(({ expected, attempt }) => [expected, attempts.indexOf(attempt)]))
  const earlier = predecessors(calls ?? [])
  return (calls ?? []).every((call, row) =>
    (earlier[row] ?? []).every(
      (before) => (place.get(calls?.[before] ?? call) ?? -1) < (place.get(call) ?? attempts.length),
    ),
  )
}

function describeSelection(expected: readonly ExpectedCall[], attempts: readonly Attempt[]): string {
  const wanted = listNames(expected.map(({ tool }) => tool))
  return `expected ${wanted}; called ${listNames(attempts.map(describeAttempt)) || 'nothing'}`
}

/** The tool, and what kept the call from being made. */
export function describeAttempt({ tool, fate }: Attempt): string {
  return fate === 'called' ? tool : `${tool} (${fate})`
}

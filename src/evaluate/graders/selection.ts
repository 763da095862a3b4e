import type { GraderFactory } from '../../domain/grader.ts'
import type { ExpectedCall, MatchMode } from '../../domain/suite.ts'
import { type Attempt, attemptsOf } from './attempts.ts'
import { type CallMatching, matchCalls } from './call-matching.ts'

/**
 * Did the model choose the right tools? With m pairs of the maximum matching, e expected and a attempted calls:
 * precision m/a (null without attempts), recall m/e, value F1 = 2m/(e + a). The number is strict: every attempt counts,
 * extra reads, malformed and impossible calls included. What passes follows the case's match mode.
 * A case that expects no call is judged by `abstention`.
 */
export const selection: GraderFactory = ({ expect: { calls, match } }) => {
  if (!calls || calls.length === 0) return null
  return {
    name: 'selection',
    async grade(transcript) {
      const attempts = attemptsOf(transcript)
      const matching = matchCalls(calls, attempts, match)
      const paired = matching.pairs.length
      const isExact = paired === calls.length && paired === attempts.length
      return {
        grader: 'selection',
        value: (2 * paired) / (calls.length + attempts.length),
        passed: meetsMode(match, matching),
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

/** Whether the match mode forgives this attempt, which answers no expected call. */
export function isAllowedExtra(mode: MatchMode, { readOnly }: Pick<Attempt, 'readOnly'>): boolean {
  if (mode === 'exact') return false
  return mode === 'subset' || readOnly
}

function meetsMode(mode: MatchMode, { missing, extra }: CallMatching): boolean {
  const isComplete = mode === 'superset' || missing.length === 0
  return isComplete && extra.every((attempt) => isAllowedExtra(mode, attempt))
}

function describeSelection(expected: readonly ExpectedCall[], attempts: readonly Attempt[]): string {
  const wanted = expected.map(({ tool }) => tool).join(', ')
  return `expected ${wanted}; called ${attempts.map(describeAttempt).join(', ') || 'nothing'}`
}

/** The tool, and what kept the call from being made. */
export function describeAttempt({ tool, fate }: Attempt): string {
  return fate === 'called' ? tool : `${tool} (${fate})`
}

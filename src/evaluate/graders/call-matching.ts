import type { Transcript } from '../../domain/grader.ts'
import type { Expectation, ExpectedCall, MatchMode } from '../../domain/suite.ts'
import { isAllowedExtra } from './allowed-extra.ts'
import { type ArgumentVerdict, judgeArguments } from './argument-verdict.ts'
import { type Assignment, largestAssignment, largestOrderedAssignment } from './assignment.ts'
import { type Attempt, attemptsOf, exactArguments } from './attempts.ts'
import { inPartialOrder, predecessors } from './partial-order.ts'

/** An expected call and the one that answers it. */
export interface CallPair {
  readonly expected: ExpectedCall
  readonly attempt: Attempt
  readonly arguments: ArgumentVerdict
}

export interface CallMatching {
  readonly pairs: readonly CallPair[]
  readonly missing: readonly ExpectedCall[]
  /** Attempts that answer no expected call, reads and wrong selections alike. */
  readonly extra: readonly Attempt[]
  /** All, in the order of the transcript. */
  readonly attempts: readonly Attempt[]
}

/** Of all calls that were expected and attempted. */
export function matchingOf(expect: Expectation, transcript: Transcript): CallMatching {
  const known = matchingIn.get(transcript)
  if (known?.expect === expect) return known.matching
  const matching = matchCalls(expect.calls ?? [], attemptsOf(transcript), expect)
  matchingIn.set(transcript, { expect, matching })
  return matching
}

/** Several graders of a case ask; neither it nor a transcript ever changes. */
const matchingIn = new WeakMap<
  Transcript,
  { readonly expect: Expectation; readonly matching: CallMatching }
>()

/**
 * Pairs expected calls with attempts: as many as can be, and of all ways to do so the one with the most right arguments
 * (then the fewest wrong ones, where some cannot be told; then the one that leaves out what may be called besides). In mode `exact` pairs must be in order; in `partial-order`
 * one of the best ways that keeps it is taken, if there is one. BFCL matches greedily,
 * in the order of its ground truth, and so fails answers that are right. An attempt that was malformed or never sent
 * answers nothing.
 */
export function matchCalls(
  expected: readonly ExpectedCall[],
  attempts: readonly Attempt[],
  mode: Pick<Expectation, 'match' | 'extraReads'>,
): CallMatching {
  const verdicts = expected.map((call) => attempts.map((attempt) => judge(call, attempt)))
  const isNeeded = attempts.map((attempt) => !isAllowedExtra(mode, attempt))
  const assignment = assign(weigh(verdicts, isNeeded, mode), mode.match, expected)
  const taken = new Set(assignment)
  return {
    pairs: pairsOf(expected, attempts, verdicts, assignment),
    missing: expected.filter((_, row) => assignment[row] === null),
    extra: attempts.filter((_, column) => !taken.has(column)),
    attempts,
  }
}

function assign(
  weights: readonly (readonly number[])[],
  mode: MatchMode,
  expected: readonly ExpectedCall[],
): Assignment {
  if (mode === 'exact') return largestOrderedAssignment(weights)
  const assignment = largestAssignment(weights)
  return mode === 'partial-order' ? inPartialOrder(assignment, weights, predecessors(expected)) : assignment
}

/** Null where the attempt is no answer to this expected call. */
function judge(expected: ExpectedCall, attempt: Attempt): ArgumentVerdict | null {
  const { tool, fate } = attempt
  if (fate !== 'called' && fate !== 'denied') return null
  const others = (expected.alternativeCalls ?? []).filter((call) => call.tool === tool)
  const isMeant = expected.tool === tool || expected.alternatives.includes(tool)
  const wanted = isMeant ? [expected, ...others] : others
  const verdicts = wanted.map(({ args }) => judgeArguments(args, exactArguments(attempt)))
  return (
    verdicts.find(({ right }) => right) ?? verdicts.find(({ right }) => right === null) ?? verdicts[0] ?? null
  )
}

/**
 * Weights whose sum orders assignments by number of pairs, then right arguments, then arguments that cannot be told, then
 * attempts that the mode does not allow besides. Where no call is needed, these come first: each must be one of the expected.
 */
function weigh(
  verdicts: readonly (readonly (ArgumentVerdict | null)[])[],
  isNeeded: readonly boolean[],
  { match }: Pick<Expectation, 'match'>,
): number[][] {
  const base = Math.min(verdicts.length, isNeeded.length) + 1
  const weight = (verdict: ArgumentVerdict | null, column: number) => {
    if (!verdict) return 0
    const ofArguments = verdict.right ? base ** 2 : verdict.right === null ? base : 0
    const isFirst = match === 'superset' && isNeeded[column] && verdict.right !== false
    return (isFirst ? base ** 4 : 0) + base ** 3 + ofArguments + (isNeeded[column] ? 1 : 0)
  }
  return verdicts.map((row) => row.map(weight))
}

function pairsOf(
  expected: readonly ExpectedCall[],
  attempts: readonly Attempt[],
  verdicts: readonly (readonly (ArgumentVerdict | null)[])[],
  assignment: Assignment,
): readonly CallPair[] {
  return expected.flatMap((call, row) => {
    const column = assignment[row] ?? -1
    const attempt = attempts[column]
    const verdict = verdicts[row]?.[column]
    return attempt && verdict ? [{ expected: call, attempt, arguments: verdict }] : []
  })
}

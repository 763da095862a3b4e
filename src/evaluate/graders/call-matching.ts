import type { ExpectedCall, MatchMode } from '../../domain/suite.ts'
import { type ArgumentVerdict, judgeArguments } from './argument-verdict.ts'
import { type Assignment, largestAssignment, largestOrderedAssignment } from './assignment.ts'
import { type Attempt, exactArguments } from './attempts.ts'
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

/**
 * Pairs expected calls with attempts: as many as can be, and of all ways to do so the one with the most right arguments
 * (then the fewest wrong ones, where some cannot be told). In mode `exact` pairs must be in order; in `partial-order`
 * one of the best ways that keeps it is taken, if there is one. BFCL matches greedily,
 * in the order of its ground truth, and so fails answers that are right. An attempt that was malformed or never sent
 * answers nothing.
 */
export function matchCalls(
  expected: readonly ExpectedCall[],
  attempts: readonly Attempt[],
  mode: MatchMode,
): CallMatching {
  const verdicts = expected.map((call) => attempts.map((attempt) => judge(call, attempt)))
  const assignment = assign(weigh(verdicts), mode, expected)
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
  const wanted = [
    ...[expected.tool, ...expected.alternatives].map((name) => ({ tool: name, args: expected.args })),
    ...(expected.alternativeCalls ?? []),
  ].filter((call) => call.tool === tool)
  const verdicts = wanted.map(({ args }) => judgeArguments(args, exactArguments(attempt)))
  return (
    verdicts.find(({ right }) => right) ?? verdicts.find(({ right }) => right === null) ?? verdicts[0] ?? null
  )
}

/** Weights whose sum orders assignments by number of pairs, then right arguments, then arguments that cannot be told. */
function weigh(verdicts: readonly (readonly (ArgumentVerdict | null)[])[]): number[][] {
  const base = Math.min(verdicts.length, verdicts[0]?.length ?? 0) + 1
  const weight = (verdict: ArgumentVerdict | null) => {
    if (!verdict) return 0
    return base ** 2 + (verdict.right ? base : verdict.right === null ? 1 : 0)
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

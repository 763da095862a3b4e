import type { CallTurn, Score, Transcript } from '../domain/grader.ts'
import { acceptedTools, type Case } from '../domain/suite.ts'
import { isAllowedExtra } from './graders/allowed-extra.ts'
import { judgeArguments } from './graders/argument-verdict.ts'
import { quote } from './graders/quote.ts'
import { callsIn } from './graders/replay.ts'

const missMark = 'missed the cassette: '

/** What a miss cannot excuse: to try what is forbidden, to call anything where nothing should be, and a first answer. */
const certain = new Set(['forbidden', 'abstention', 'bfcl'])

/**
 * A trial in which a call missed the cassette went on in a world that was never recorded: that it failed may be the
 * cassette's doing, and then nobody can judge it. It is the model's own where the call that missed had the wrong arguments
 * for what was to be called, or is one that the case's match mode does not allow. What passed all the same has passed.
 */
export function withoutDoubtful(
  scores: readonly Score[],
  testCase: Case,
  transcript: Transcript,
): readonly Score[] {
  const [doubtful] = callsIn(transcript).filter(
    (call) => call.replay === 'missed' && !isOwnMistake(call, testCase),
  )
  if (!doubtful) return scores
  const reason = `${missMark}${doubtful.tool} ${quote(doubtful.arguments ?? undefined)} was not recorded`
  return scores.map((score) =>
    score.passed === false && !certain.has(score.grader)
      ? { grader: score.grader, value: null, passed: null, reason }
      : score,
  )
}

/** Why a trial could not be judged, where a miss is why. */
export function missMessage(scores: readonly Score[]): string | null {
  return scores.find(({ reason }) => reason.startsWith(missMark))?.reason ?? null
}

function isOwnMistake({ tool, arguments: given, readOnly }: CallTurn, { expect }: Case): boolean {
  const isAllowed = isAllowedExtra(expect, { readOnly })
  const meant = (expect.calls ?? []).filter((call) => acceptedTools(call).includes(tool))
  if (meant.length === 0) return expect.calls !== null && !isAllowed
  if (expect.match === 'superset' && isAllowed) return false
  return meant
    .flatMap((call) => [call, ...(call.alternativeCalls ?? [])])
    .every(({ args }) => judgeArguments(args, given).right === false)
}

import type { Score, Transcript } from '../domain/grader.ts'
import { acceptedTools, type Case, type Expectation, type ExpectedCall } from '../domain/suite.ts'
import { serverOf, textOf } from '../domain/tool.ts'
import { explainCutOff, explainTooMany } from './cut-off.ts'
import type { Failure, FailureCategory } from './failure.ts'
import { isAllowedExtra } from './graders/allowed-extra.ts'
import { type Attempt, attemptsOf } from './graders/attempts.ts'
import { type CallMatching, matchCalls, matchingOf } from './graders/call-matching.ts'
import { listNames } from './graders/list-names.ts'
import { quote } from './graders/quote.ts'
import { describeAttempt, isInOrder } from './graders/selection.ts'
import { explainLoop } from './loop.ts'

/** Why a trial failed, by its earliest cause: what was not shown cannot be chosen. Null when no grader failed it. */
export function explainFailure(
  testCase: Case,
  transcript: Transcript,
  scores: readonly Score[],
): Failure | null {
  const failed = new Map(
    scores.filter(({ passed }) => passed === false).map((score) => [score.grader, score]),
  )
  if (failed.size === 0) return null
  const reason = (grader: string) => failed.get(grader)?.reason ?? ''
  if (failed.has('forbidden')) return { category: 'forbidden', reason: reason('forbidden') }
  const endless = explainLoop(transcript) ?? explainTooMany(transcript)
  if (endless) return endless
  if (failed.has('abstention')) return explainAbstention(transcript, reason('abstention'))
  const matching = matchingOf(testCase.expect, transcript)
  const { attempts } = matching
  if (failed.has('selection')) return explainSelection(testCase, transcript, attempts, matching)
  if (failed.has('arguments')) return explainArguments(testCase, attempts, reason('arguments'))
  if (failed.has('bfcl')) return explainBfcl(testCase.expect, transcript, reason('bfcl'))
  if (failed.has('answer')) return explainAnswer(transcript, matching, reason('answer'))
  if (failed.has('state')) return { category: 'wrong state', reason: reason('state') }
  if (failed.has('judge')) return explainAnswer(transcript, matching, reason('judge'))
  if (failed.has('budget')) return { category: 'over budget', reason: reason('budget') }
  return null
}

const bfclCategories: readonly (readonly [RegExp, FailureCategory])[] = [
  [/^(?:malformed|relevance_error)/, 'malformed'],
  [/^irrelevance_error/, 'called something'],
  [/wrong_count|wrong_func_name/, 'not selected'],
]

function explainBfcl({ bfcl }: Expectation, transcript: Transcript, reason: string): Failure {
  if (bfcl?.mode === 'default' && bfcl.category.includes('irrelevance'))
    return explainAbstention(transcript, reason)
  const attempts = attemptsOf(transcript)
  const [, category = 'wrong arguments'] = bfclCategories.find(([pattern]) => pattern.test(reason)) ?? []
  if (attempts.length === 0) return explainCutOff(transcript) ?? { category: 'gave up', reason }
  const mayLackCalls = category === 'not selected' || category === 'malformed'
  const cutOff = mayLackCalls && areLast(attempts, transcript) ? explainCutOff(transcript) : null
  return cutOff ?? { category, reason }
}

/** Whether all of them were decided on in the last answer, which may have been cut short. */
function areLast(attempts: readonly Attempt[], { turns }: Transcript): boolean {
  const last = turns.findLast((turn) => turn.type === 'model')
  return attempts.every(({ decision }) => decision !== null && last?.decisions.includes(decision))
}

function explainAbstention(transcript: Transcript, reason: string): Failure {
  const attempts = attemptsOf(transcript)
  if (attempts.length === 0) return explainCutOff(transcript) ?? { category: 'gave up', reason }
  if (attempts.every(({ fate }) => fate === 'malformed')) return { category: 'malformed', reason }
  if (attempts.every(isUnknownIn(transcript))) return { category: 'unknown tool', reason }
  return { category: 'called something', reason }
}

function explainSelection(
  { expect }: Case,
  transcript: Transcript,
  attempts: readonly Attempt[],
  matching: CallMatching,
): Failure {
  const isComplete = expect.match === 'superset' || matching.missing.length === 0
  if (isComplete && !isInOrder(expect, matching)) return wrongOrder(attempts, expect.calls ?? [])
  if (isComplete) {
    const extra = matching.extra.filter((attempt) => !isAllowedExtra(expect, attempt))
    const category = extra.every(isUnknownIn(transcript)) ? 'unknown tool' : 'called something'
    return { category, reason: `also called ${list(extra)}` }
  }
  const expected = expect.calls ?? []
  const reordered = matchCalls(expected, attempts, { ...expect, match: 'any-order' })
  const isPermuted =
    reordered.missing.length === 0 && reordered.extra.every((extra) => isAllowedExtra(expect, extra))
  if (isPermuted) return wrongOrder(attempts, expected)
  const hidden = matching.missing.flatMap((call) => explainHidden(call, transcript) ?? [])
  return hidden[0] ?? explainMissing(transcript, matching)
}

/** In mode `exact` calls are paired in their order, so that right ones in another order have wrong arguments. */
function explainArguments({ expect }: Case, attempts: readonly Attempt[], reason: string): Failure {
  const { calls, match } = expect
  const anyOrder = match === 'exact' ? 'any-order' : match
  const { pairs } = matchCalls(calls ?? [], attempts, { ...expect, match: anyOrder })
  const isPermuted = match === 'exact' && pairs.every((pair) => pair.arguments.right !== false)
  if (!isPermuted) return { category: 'wrong arguments', reason }
  return { category: 'wrong order', reason: `made the expected calls in another order: ${reason}` }
}

function wrongOrder(attempts: readonly Attempt[], expected: readonly ExpectedCall[]): Failure {
  const wanted = listNames(expected.map(({ tool }) => tool))
  return { category: 'wrong order', reason: `called ${list(attempts)}, expected ${wanted}` }
}

/** Whether a call was of a tool that the model was not shown, under a name that is nobody's. */
function isUnknownIn({ turns }: Transcript): (attempt: Attempt) => boolean {
  const shown = new Set(turns.flatMap((turn) => (turn.type === 'model' ? turn.tools : [])))
  return ({ tool, fate, call, decision }) =>
    !shown.has(tool) && (fate === 'never sent' || (call?.parentId === null && decision?.tool === tool))
}

/** An expected tool that the model never got to see. */
function explainHidden(expected: ExpectedCall, { turns }: Transcript): Failure | null {
  const asked = turns.filter((turn) => turn.type === 'model')
  const shown = new Set(asked.flatMap(({ tools, reach = [] }) => [...tools, ...reach]))
  const found = turns.flatMap((turn) => (turn.type === 'retrieval' ? turn.tools : []))
  const isVisible = acceptedTools(expected).some((tool) => shown.has(tool) || found.includes(tool))
  if (isVisible) return null
  if (found.length > 0 || turns.some(({ type }) => type === 'retrieval')) {
    const reason = `${expected.tool} was not among the ${new Set(found).size} tools found`
    return { category: 'not retrieved', reason }
  }
  // Tools of an exposure that call any other hide nothing, nor does a provider that loads them: the model did not look.
  const hidesNothing = asked.some(
    ({ tools, reach, deferred = [] }) =>
      deferred.includes(expected.tool) || (!reach && tools.some((tool) => serverOf(tool) === null)),
  )
  return hidesNothing ? null : { category: 'not exposed', reason: `${expected.tool} was not exposed` }
}

function explainMissing(transcript: Transcript, { missing, extra, pairs }: CallMatching): Failure {
  const { stopped } = transcript
  const cutOff = explainCutOff(transcript)
  if (cutOff) return cutOff
  const expected = listNames(missing.map(({ tool }) => tool))
  const isMalformed = extra.some(({ fate }) => fate === 'malformed')
  if (isMalformed) return { category: 'malformed', reason: `chose ${list(extra)}, expected ${expected}` }
  if (stopped !== 'answered' && (pairs.length > 0 || extra.length === 0))
    return { category: 'gave up', reason: `stopped (${stopped}) before calling ${expected}` }
  const unknown = extra.filter(isUnknownIn(transcript))
  if (unknown.length > 0)
    return { category: 'unknown tool', reason: `chose ${list(unknown)}, expected ${expected}` }
  if (extra.length > 0)
    return { category: 'not selected', reason: `chose ${list(extra)}, expected ${expected}` }
  if (pairs.length > 0) return { category: 'not selected', reason: `did not call ${expected}` }
  return { category: 'not selected', reason: `called nothing, expected ${expected}` }
}

function explainAnswer(transcript: Transcript, { pairs }: CallMatching, reason: string): Failure {
  const broken = pairs.find(({ attempt }) => attempt.call?.result.isError)?.attempt
  if (broken?.call)
    return { category: 'tool failed', reason: `${broken.tool} failed: ${quote(textOf(broken.call.result))}` }
  const cutOff = explainCutOff(transcript)
  if (cutOff) return cutOff
  if (transcript.stopped !== 'answered')
    return { category: 'gave up', reason: `stopped (${transcript.stopped}): ${reason}` }
  return { category: 'wrong answer', reason }
}

function list(attempts: readonly Attempt[]): string {
  return listNames([...new Set(attempts.map(describeAttempt))])
}

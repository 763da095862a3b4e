import { traceContext } from '../../chain/trace-context.ts'
import type { Entry } from '../../domain/entry.ts'
import type { EndedTrial } from './ended-call.ts'
import { attribute, event, operation } from './semantic-conventions.ts'
import { known, microseconds, type SpanData, type SpanEvent } from './span-data.ts'

/**
 * A trial, the root of all that happened in it: a model that works with tools towards an answer is what the conventions
 * call an agent. Its scores are events. Null without the trace that the runner gives every trial.
 */
export function trialSpan({ session, trial, scores, endedAt }: EndedTrial): SpanData | null {
  const trace = traceContext(session.data.evidence)
  if (trace === null) return null
  const agent = session.data.identity.agent?.value ?? null
  const isBroken = trial?.data.outcome === 'infrastructure'
  return {
    name: agent === null ? operation.invokeAgent : `${operation.invokeAgent} ${agent}`,
    kind: 'internal',
    traceId: trace.traceId,
    spanId: trace.parentId,
    parentId: null,
    startedAt: microseconds(session.at),
    endedAt: microseconds(endedAt),
    attributes: known({
      [attribute.operation]: operation.invokeAgent,
      [attribute.agent]: agent,
      [attribute.conversation]: session.session,
      [attribute.run]: session.data.parent,
      [attribute.suite]: trial?.data.suite,
      [attribute.case]: trial?.data.case,
      [attribute.exposure]: trial?.data.exposure,
      [attribute.errorType]: isBroken ? trial.data.outcome : null,
    }),
    events: scores.map(scoreEvent),
    failure: isBroken ? { message: trial.data.message } : null,
  }
}

function scoreEvent({ at, data: { grader, value, passed } }: Entry<'score'>): SpanEvent {
  const label = passed === null ? null : passed ? 'passed' : 'failed'
  const attributes = known({
    [attribute.evaluation]: grader,
    [attribute.evaluationScore]: value,
    [attribute.evaluationLabel]: label,
  })
  return { name: event.evaluation, at: microseconds(at), attributes }
}

import type { Entry } from '../../domain/entry.ts'
import { failureOf } from './call-failure.ts'
import type { EndedCall } from './ended-call.ts'
import { attribute, event, operation } from './semantic-conventions.ts'
import {
  type Attributes,
  known,
  later,
  microseconds,
  type Place,
  placeOf,
  type SpanData,
  type SpanEvent,
} from './span-data.ts'

/**
 * A model request. What the model decided is an event of it and no span: a decision takes no time, the conventions know no
 * span for it, and the call that carries it out has one. The event names the decision's id in the record.
 */
export function modelSpan(call: EndedCall<'model_request'>, live: Place | null): SpanData {
  const { request, closing, session, moments, endedAt, content } = call
  const { span, evidence, provider, model } = request.data
  const place = placeOf(span, evidence, session, live)
  const { failure, attributes } = failureOf(closing?.data.outcome ?? null, content !== null)
  const name = model.startsWith(`${provider}:`) ? model.slice(provider.length + 1) : model
  return {
    name: `${operation.chat} ${name}`,
    kind: 'client',
    traceId: place.traceId,
    parentId: place.parentId,
    spanId: span,
    startedAt: microseconds(request.at),
    endedAt: closing ? later(request.at, closing.data.durationMs) : microseconds(endedAt),
    attributes: {
      ...known({
        [attribute.operation]: operation.chat,
        [attribute.provider]: provider,
        [attribute.requestModel]: name,
        [attribute.conversation]: conversationOf(request, session),
      }),
      ...(closing && answerAttributes(closing.data)),
      ...attributes,
    },
    events: moments.flatMap((moment) => decisionEvent(moment) ?? []),
    failure,
  }
}

function answerAttributes({
  responseModel,
  responseId,
  finishReason,
  usage,
}: Entry<'model_response'>['data']): Attributes {
  return known({
    [attribute.responseModel]: responseModel,
    [attribute.responseId]: responseId,
    [attribute.finishReasons]: finishReason && [finishReason],
    [attribute.inputTokens]: usage.inputTokens,
    [attribute.outputTokens]: usage.outputTokens,
    [attribute.cacheReadTokens]: usage.cacheReadTokens,
    [attribute.cacheCreationTokens]: usage.cacheCreationTokens,
    [attribute.reasoningTokens]: usage.reasoningTokens,
  })
}

/** The client's id of it where it sends one; a trial is a conversation. */
function conversationOf(
  { data, session: id }: Entry<'model_request'>,
  session: Entry<'session_opened'> | null,
) {
  const [sent] = Object.values(data.evidence.conversation ?? {})
  return sent ?? (session?.data.type === 'trial' ? id : null)
}

function decisionEvent({ kind, at, data }: Entry<'decision' | 'policy_decision'>): SpanEvent | null {
  if (kind !== 'decision') return null
  const { span, tool, malformed, evidence } = data
  const attributes = known({
    [attribute.span]: span,
    [attribute.tool]: tool,
    [attribute.toolCallId]: evidence.callId,
    [attribute.errorType]: malformed ? 'malformed' : null,
  })
  return { name: event.decision, at: microseconds(at), attributes }
}

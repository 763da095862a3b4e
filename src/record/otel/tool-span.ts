import type { Entry } from '../../domain/entry.ts'
import { readJson } from '../../domain/json.ts'
import { failureOf } from './call-failure.ts'
import type { EndedCall } from './ended-call.ts'
import { attribute, event, operation, transport } from './semantic-conventions.ts'
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
 * A call of an MCP server's tool: as its server sees it where a proxy recorded it, and as its client sees it in a trial,
 * in which calltrail is the client. A tool that has no server belongs to an exposure, and is no call over MCP.
 */
export function toolSpan(call: EndedCall<'tool_request'>, live: Place | null): SpanData {
  const { request, closing, session } = call
  const { span, parentSpan, evidence, server, method } = request.data
  const place = placeOf(span, evidence, session, live)
  const { failure, attributes } = failureOf(closing?.data.outcome ?? null, call.content !== null)
  const name = plainName(request.data)
  return {
    name: `${server === null ? operation.executeTool : method} ${name}`,
    kind: server === null ? 'internal' : session?.data.type === 'trial' ? 'client' : 'server',
    traceId: place.traceId,
    spanId: span,
    parentId: parentSpan ?? place.parentId,
    startedAt: microseconds(request.at),
    endedAt: closing ? later(request.at, closing.data.durationMs) : microseconds(call.endedAt),
    attributes: {
      ...known({
        [attribute.operation]: operation.executeTool,
        [attribute.tool]: name,
        [attribute.toolType]: server === null ? 'function' : null,
        [attribute.toolCallId]: evidence.callId,
        [attribute.toolArguments]: call.content?.arguments,
        [attribute.toolResult]: call.content?.result,
      }),
      ...(server !== null && mcpAttributes(call)),
      ...attributes,
    },
    events: call.moments.flatMap((moment) => policyEvent(moment) ?? []),
    failure,
  }
}

function mcpAttributes({ request, session, transport: way }: EndedCall<'tool_request'>): Attributes {
  const { server, method, requestId } = request.data
  const isTrial = session?.data.type === 'trial'
  return known({
    [attribute.mcpMethod]: method,
    [attribute.mcpProtocolVersion]: session?.data.protocolVersion,
    [attribute.mcpSession]: isTrial ? null : request.session,
    [attribute.conversation]: isTrial ? request.session : null,
    [attribute.requestId]: requestId === null ? null : String(readJson(requestId) ?? requestId),
    [attribute.networkTransport]: way && transport[way],
    [attribute.server]: server,
  })
}

/** As its server calls it. */
function plainName({ server, tool }: Entry<'tool_request'>['data']): string {
  return server !== null && tool.startsWith(`${server}/`) ? tool.slice(server.length + 1) : tool
}

/** A policy is asked within a call and takes no time worth a span. */
function policyEvent({ kind, at, data }: Entry<'decision' | 'policy_decision'>): SpanEvent | null {
  if (kind !== 'policy_decision') return null
  return {
    name: event.policyDecision,
    at: microseconds(at),
    attributes: {
      [attribute.policyEngine]: data.engine,
      [attribute.policyMode]: data.mode,
      [attribute.policyEffect]: data.effect,
      [attribute.policies]: data.policies,
    },
  }
}

import { type HrTime, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { version } from '../../version.ts'
import type { Attributes, SpanData } from './span-data.ts'

const kinds = { client: SpanKind.CLIENT, server: SpanKind.SERVER, internal: SpanKind.INTERNAL } as const
const nothingDropped = { droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 }

/** A span as the library takes it from its own tracers: ours are made after the fact, and no tracer could give them their ids. */
export function otlpSpan(span: SpanData, resource: Resource): ReadableSpan {
  const { name, kind, traceId, spanId, parentId, startedAt, endedAt, attributes, events, failure } = span
  const own = contextOf(traceId, spanId)
  return {
    name,
    kind: kinds[kind],
    spanContext: () => own,
    ...(parentId !== null && {
      parentSpanContext: { ...contextOf(traceId, parentId), isRemote: kind === 'server' },
    }),
    startTime: hrTime(startedAt),
    endTime: hrTime(endedAt),
    duration: hrTime(endedAt - startedAt),
    ended: true,
    status: failure
      ? { code: SpanStatusCode.ERROR, ...(failure.message !== null && { message: failure.message }) }
      : { code: SpanStatusCode.UNSET },
    attributes: mutable(attributes),
    events: events.map((event) => ({
      name: event.name,
      time: hrTime(event.at),
      attributes: mutable(event.attributes),
    })),
    links: [],
    resource,
    instrumentationScope: { name: 'calltrail', version },
    ...nothingDropped,
  }
}

function contextOf(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

/** Seconds and nanoseconds. */
function hrTime(microseconds: number): HrTime {
  const second = Math.floor(microseconds / 1_000_000)
  return [second, (microseconds - second * 1_000_000) * 1000]
}

export function mutable(attributes: Attributes): ReadableSpan['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  )
}

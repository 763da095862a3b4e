import { TraceFlags } from '@opentelemetry/api'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { version } from '../../version.ts'
import { otlpSpan } from './otlp-span.ts'
import { resource as names } from './semantic-conventions.ts'
import type { Attributes, SpanData } from './span-data.ts'

export interface LinkedSpan {
  readonly span: SpanData
  /** Spans that it belongs to in some way, and is not below. */
  readonly links: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly attributes: Attributes
  }[]
}

/** Spans as a request to a collector in OTLP's JSON: the text that `http/json` sends. */
export function otlpJson(spans: readonly LinkedSpan[]): string {
  const own = resourceFromAttributes({ [names.serviceName]: 'calltrail', [names.serviceVersion]: version })
  const readable = spans.map(({ span, links }) => ({
    ...otlpSpan(span, own),
    links: links.map(({ traceId, spanId, attributes }) => ({
      context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          typeof value === 'object' ? [...value] : value,
        ]),
      ),
    })),
  }))
  return new TextDecoder().decode(JsonTraceSerializer.serializeRequest(readable))
}

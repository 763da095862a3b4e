import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace'
import { otlpResource } from './otlp-resource.ts'
import { otlpSpan } from './otlp-span.ts'
import type { Delivery, DeliveryReport, Protocol } from './span-export.ts'

const exporters = {
  'http/protobuf': async () => (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter,
  'http/json': async () => (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter,
} as const satisfies Record<Protocol, unknown>

/** Small enough that writing one out holds nothing up for long. */
const batchSpans = 256
const queueSpans = 2048
/** How long a span waits for company. */
const delayMs = 1_000

/**
 * Sends spans in batches to where the environment says; endpoint, headers, timeout, certificates, compression and resource
 * attributes are read from it by the library. What the queue cannot hold is dropped.
 */
export async function openDelivery(protocol: Protocol, report: DeliveryReport): Promise<Delivery> {
  const Exporter = await exporters[protocol]()
  const exporter = reporting(new Exporter(), report)
  const processor = new BatchSpanProcessor({
    exporter,
    maxExportBatchSize: batchSpans,
    maxQueueSize: queueSpans,
    scheduledDelayMillis: delayMs,
  })
  const resource = otlpResource()
  return {
    add: (span) => processor.onEnd(otlpSpan(span, resource)),
    // It rejects where a batch failed, which the report has told; a batch that was under way is waited for too.
    flush: async () => {
      await processor.forceFlush().catch(() => undefined)
      await exporter.forceFlush?.()
    },
  }
}

function reporting(exporter: SpanExporter, { delivered, failed }: DeliveryReport): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error) failed(result.error)
        else delivered(spans.length)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

import { describeError } from '../../errors.ts'
import { within } from '../../tools/within.ts'
import type { SpanData } from './span-data.ts'
import type { SpanSink } from './traced-journal.ts'

/** As `OTEL_EXPORTER_OTLP_PROTOCOL` has them. */
export const protocols = ['http/protobuf', 'http/json'] as const
export type Protocol = (typeof protocols)[number]

export function isProtocol(name: string): name is Protocol {
  return protocols.some((protocol) => protocol === name)
}

/** Brings spans to a collector, some time. */
export interface Delivery {
  add(span: SpanData): void
  /** Resolves once everything was delivered or has failed. */
  flush(): Promise<void>
}

export interface DeliveryReport {
  delivered(spans: number): void
  failed(error: unknown): void
}

export interface SpanLoss {
  /** Of all, those that were not delivered. */
  readonly lost: number
  readonly spans: number
  readonly reason: string
}

export interface SpanExport extends SpanSink {
  /** Waits for what is under way, but no longer than this; null where nothing was lost. Nothing is added after it. */
  close(deadlineMs: number): Promise<SpanLoss | null>
}

export interface SpanExportOptions {
  /** Loads what delivers: nothing of it is needed before the first span. */
  readonly open: (report: DeliveryReport) => Promise<Delivery>
  /** The first failure, if it comes before the close. */
  readonly onFailure: (reason: string) => void
}

/** Spans that wait for the library to load, at most. */
const earlySpans = 2048

/** Counts the spans that are handed over and those that arrive; whatever happens to the others, nobody waits for them. */
export function spanExport({ open, onFailure }: SpanExportOptions): SpanExport {
  const count = { handed: 0, delivered: 0 }
  let early: SpanData[] = []
  let delivery: Delivery | null = null
  let reason: string | null = null
  let isClosing = false

  function failed(error: unknown): void {
    const isFirst = reason === null
    reason = describeError(error) || 'the collector refused them'
    if (isFirst && !isClosing) onFailure(reason)
  }

  const ready = open({
    delivered: (spans) => {
      count.delivered += spans
    },
    failed,
  }).then((opened) => {
    delivery = opened
    for (const span of early) opened.add(span)
    early = []
    return opened
  })
  ready.catch(failed)

  return {
    add(spans) {
      count.handed += spans.length
      for (const span of spans)
        if (delivery) delivery.add(span)
        else if (early.length < earlySpans) early.push(span)
    },
    lose(spans, why) {
      count.handed += spans
      reason ??= why
    },
    async close(deadlineMs) {
      isClosing = true
      if (count.handed > count.delivered) await within(deadlineMs, flushed(ready))
      const lost = count.handed - count.delivered
      const why = reason ?? `no answer within ${deadlineMs / 1000} s`
      return lost === 0 ? null : { lost, spans: count.handed, reason: why }
    },
  }
}

async function flushed(ready: Promise<Delivery>): Promise<void> {
  return (await ready).flush()
}

import { describeError } from '../../errors.ts'
import { within } from '../../tools/within.ts'
import type { HistogramSink } from './mcp-meter.ts'

/** Brings measurements to a collector, some time. */
export interface HistogramDelivery extends HistogramSink {
  /** Resolves once what was measured so far was delivered; may reject where it was not. */
  flush(): Promise<void>
}

export interface HistogramExport extends HistogramSink {
  /** Waits for the last delivery, but no longer than this; tells why it failed, null where it did not. */
  close(deadlineMs: number): Promise<string | null>
}

export interface HistogramExportOptions {
  /** Loads what delivers: nothing of it is needed before the first measurement. */
  readonly open: (onFailure: (error: unknown) => void) => Promise<HistogramDelivery>
  /** The first failure, if it comes before the close. */
  readonly onFailure: (reason: string) => void
}

/** Measurements that wait for the library to load, at most. */
const earlyMeasurements = 4096

/** Whatever happens to what was measured, nobody waits for it. */
export function histogramExport({ open, onFailure }: HistogramExportOptions): HistogramExport {
  let early: Parameters<HistogramSink['record']>[] = []
  let delivery: HistogramDelivery | null = null
  let reason: string | null = null
  let isUsed = false
  let isClosing = false

  function failed(error: unknown): void {
    const isFirst = reason === null
    reason = describeError(error) || 'the collector refused them'
    if (isFirst && !isClosing) onFailure(reason)
  }

  const ready = open(failed).then((opened) => {
    delivery = opened
    for (const each of early) opened.record(...each)
    early = []
    return opened
  })
  ready.catch(failed)

  return {
    record(...measured) {
      isUsed = true
      if (delivery) delivery.record(...measured)
      else if (early.length < earlyMeasurements) early.push(measured)
    },
    async close(deadlineMs) {
      isClosing = true
      if (!isUsed) return null
      reason = null
      const last = ready.then((opened) => opened.flush()).catch(failed)
      const isInTime = await within(deadlineMs, last)
      return isInTime ? reason : `no answer within ${deadlineMs / 1000} s`
    },
  }
}

import type { JournalWriter } from '../domain/journal.ts'
import { count } from '../show/quantities.ts'
import { exporterProtocol, isTrue } from './exporter-protocol.ts'
import { say } from './run-command.ts'

export interface ExportedJournal {
  readonly journal: JournalWriter
  /** After the journal's own close: gives spans that are under way a moment, and tells what was lost. */
  closeSpans(): Promise<void>
}

/** Less than clients wait for a server to end before they kill it. */
const deadlineMs = 1_000

/**
 * A journal whose calls leave as OpenTelemetry spans too, where the environment names a collector; else the journal
 * itself. The variables are those of OpenTelemetry's SDKs. What is wrong with them is told, and stops nothing.
 */
export async function withSpans(
  journal: JournalWriter,
  { injectTraceContext = false }: { readonly injectTraceContext?: boolean } = {},
): Promise<ExportedJournal> {
  const protocol = exporterProtocol('traces')
  if (protocol === null) return { journal, closeSpans: async () => undefined }
  const { spanExport } = await import('../record/otel/span-export.ts')
  const { tracedJournal } = await import('../record/otel/traced-journal.ts')
  // The library loads in the background, once what the command is for has begun.
  const sink = spanExport({
    open: async (report) => (await import('../record/otel/otlp-delivery.ts')).openDelivery(protocol, report),
    onFailure: (reason) => say(`spans do not reach the collector, and the journal has all calls: ${reason}`),
  })
  const content = isTrue(process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT)
  return {
    journal: tracedJournal(journal, { sink, content, injectTraceContext }),
    async closeSpans() {
      const loss = await sink.close(deadlineMs)
      if (loss)
        say(`${loss.lost} of ${count(loss.spans, 'span')} did not reach the collector: ${loss.reason}`)
    },
  }
}

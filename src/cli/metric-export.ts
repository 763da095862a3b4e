import type { HistogramSink } from '../record/otel/mcp-meter.ts'
import { exporterProtocol } from './exporter-protocol.ts'
import { say } from './run-command.ts'

export interface ExportedMetrics {
  readonly sinks: readonly HistogramSink[]
  /** Gives what was measured last a moment to arrive, and tells what went wrong. */
  closeMetrics(): Promise<void>
}

/** Less than clients wait for a server to end before they kill it. */
const deadlineMs = 1_000
/** OpenTelemetry's own default. */
const intervalMs = 60_000

/** Where measurements go beside the gateway's own page: to a collector, if the environment names one. Stops nothing. */
export async function openMetrics(): Promise<ExportedMetrics> {
  const { env } = process
  const protocol = exporterProtocol('metrics')
  if (protocol === null) return { sinks: [], closeMetrics: async () => undefined }
  const { histogramExport } = await import('../record/otel/histogram-export.ts')
  const asked = Number(env.OTEL_METRIC_EXPORT_INTERVAL)
  const options = {
    protocol,
    intervalMs: asked > 0 ? asked : intervalMs,
    isDelta: /^(?:delta|lowmemory)$/i.test(env.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE ?? ''),
  }
  const sink = histogramExport({
    open: async (onFailure) =>
      (await import('../record/otel/otlp-histograms.ts')).openHistograms(options, onFailure),
    onFailure: (reason) => say(`metrics are not delivered: ${reason}`),
  })
  return {
    sinks: [sink],
    async closeMetrics() {
      const reason = await sink.close(deadlineMs)
      if (reason !== null) say(`the last metrics were not delivered: ${reason}`)
    },
  }
}

import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import {
  JsonMetricsSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer'
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { version } from '../../version.ts'
import type { HistogramDelivery } from './histogram-export.ts'
import { otlpResource } from './otlp-resource.ts'
import { mutable } from './otlp-span.ts'
import { bucketsSeconds, type HistogramName, histogramDescriptions } from './semantic-conventions.ts'
import type { Protocol } from './span-export.ts'

const encodings = {
  'http/protobuf': ['application/x-protobuf', ProtobufMetricsSerializer],
  'http/json': ['application/json', JsonMetricsSerializer],
} as const satisfies Record<Protocol, unknown>

export interface HistogramOptions {
  readonly protocol: Protocol
  readonly intervalMs: number
  /** Whether each delivery tells what came since the last one, and not since the beginning. */
  readonly isDelta: boolean
}

const longestTimeoutMs = 30_000

/** Sends histograms, now and then, to where the environment says; the library reads it as for spans. */
export function openHistograms(
  { protocol, intervalMs, isDelta }: HistogramOptions,
  onFailure: (error: unknown) => void,
): HistogramDelivery {
  const temporality = isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
  const reader = new PeriodicExportingMetricReader({
    exporter: reporting(exporterOf(protocol), temporality, onFailure),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, longestTimeoutMs),
  })
  const provider = new MeterProvider({ resource: otlpResource(), readers: [reader] })
  const meter = provider.getMeter('calltrail', version)
  const create = (name: HistogramName) =>
    meter.createHistogram(name, {
      unit: 's',
      description: histogramDescriptions[name],
      advice: { explicitBucketBoundaries: [...bucketsSeconds] },
    })
  const histograms = new Map<HistogramName, ReturnType<typeof create>>()
  return {
    record(name, seconds, attributes) {
      const histogram = histograms.get(name) ?? create(name)
      histograms.set(name, histogram)
      histogram.record(seconds, mutable(attributes))
    },
    flush: () => provider.forceFlush(),
  }
}

function exporterOf(protocol: Protocol): OTLPExporterBase<ResourceMetrics> {
  const [type, serializer] = encodings[protocol]
  const options = convertLegacyHttpOptions({}, 'METRICS', 'v1/metrics', { 'Content-Type': type })
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(
      options,
      serializer,
      'otlp_http_metric_exporter',
      MetricsExporterMetricsHelper,
      undefined,
    ),
  )
}

function reporting(
  exporter: OTLPExporterBase<ResourceMetrics>,
  temporality: AggregationTemporality,
  onFailure: (error: unknown) => void,
): PushMetricExporter {
  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        if (result.error) onFailure(result.error)
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    selectAggregationTemporality: () => temporality,
  }
}

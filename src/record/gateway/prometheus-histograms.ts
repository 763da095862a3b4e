import { Histogram, type Registry } from 'prom-client'
import type { HistogramSink } from '../otel/mcp-meter.ts'
import {
  attribute,
  bucketsSeconds,
  type HistogramName,
  histogram,
  histogramDescriptions,
} from '../otel/semantic-conventions.ts'
import type { Attributes } from '../otel/span-data.ts'

const measured = [
  ...[
    attribute.mcpMethod,
    attribute.operation,
    attribute.tool,
    attribute.prompt,
    attribute.mcpProtocolVersion,
  ],
  ...[attribute.errorType, attribute.statusCode, attribute.networkTransport, attribute.networkProtocol],
  ...[attribute.serverAddress, attribute.serverPort, attribute.server],
]

type Labels = Readonly<Record<string, string>>

/** The conventions' histograms under the names that OpenTelemetry gives them in Prometheus: underscores, and the unit. */
export function prometheusHistograms(registers: Registry[]): HistogramSink {
  const create = (name: HistogramName) =>
    new Histogram({
      name: `${underscored(name)}_seconds`,
      help: histogramDescriptions[name],
      labelNames: measured.map(underscored),
      buckets: [...bucketsSeconds],
      registers,
    })
  /** The same few come again and again. */
  const known = new WeakMap<Attributes, Labels>()
  const byName = new Map(Object.values(histogram).map((name) => [name, create(name)]))
  return {
    record(name, seconds, attributes) {
      const labels = known.get(attributes) ?? labelsOf(attributes)
      known.set(attributes, labels)
      byName.get(name)?.observe(labels, seconds)
    },
  }
}

function labelsOf(attributes: Attributes): Labels {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [underscored(name), String(value)]),
  )
}

function underscored(name: string): string {
  return name.replaceAll('.', '_')
}

import type { HistogramSink } from '../otel/mcp-meter.ts'
import {
  bucketsSeconds,
  type HistogramName,
  histogram,
  histogramDescriptions,
} from '../otel/semantic-conventions.ts'
import type { Attributes } from '../otel/span-data.ts'
import { Histogram, type Series } from './histogram.ts'

/** The conventions' histograms under the names that OpenTelemetry gives them in Prometheus: underscores, and the unit. */
export function prometheusHistograms(): HistogramSink & { text(): string } {
  const create = (name: HistogramName) =>
    new Histogram({
      name: `${underscored(name)}_seconds`,
      help: histogramDescriptions[name],
      buckets: bucketsSeconds,
    })
  const byName = new Map(Object.values(histogram).map((name) => [name, create(name)]))
  /** The same few attributes of one histogram come again and again. */
  const known = new WeakMap<Attributes, Series>()

  function seriesOf(name: HistogramName, attributes: Attributes): Series | undefined {
    const series = byName.get(name)?.labelled(labelsOf(attributes))
    if (series) known.set(attributes, series)
    return series
  }

  return {
    record(name, seconds, attributes) {
      const series = known.get(attributes) ?? seriesOf(name, attributes)
      series?.observe(seconds)
    },
    text: () => [...byName.values()].map((each) => each.text()).join('\n'),
  }
}

function labelsOf(attributes: Attributes): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [underscored(name), String(value)]),
  )
}

function underscored(name: string): string {
  return name.replaceAll('.', '_')
}

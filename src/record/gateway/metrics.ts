import type { IncomingMessage, ServerResponse } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { JournalWriter } from '../../domain/journal.ts'
import { describeError } from '../../errors.ts'
import type { HistogramSink } from '../otel/mcp-meter.ts'
import { answer, errorOf } from './answer.ts'
import { totalHeldBytes } from './held-bytes.ts'
import { Histogram, type Series } from './histogram.ts'
import { prometheusHistograms } from './prometheus-histograms.ts'
import type { Routes } from './routes.ts'

export interface Metrics {
  /** Counts a request from now to its end. `paths`: those of all routes, as people are told of them. */
  observe(incoming: IncomingMessage, outgoing: ServerResponse, paths: readonly string[]): void
  readonly routes: Routes
  /** What passes to and from MCP servers. */
  readonly histograms: HistogramSink
}

/** From a tenth of a millisecond, which is what the gateway adds, to minutes, which is what a model takes. */
const seconds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300]

/** `/metrics`, in Prometheus' text format: requests by family of addresses and status, what was lost, and the process. */
export function createMetrics({ journal }: { readonly journal: JournalWriter }): Metrics {
  const registers = [new Registry()]
  const [registry = new Registry()] = registers
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'calltrail_request_duration_seconds',
    help: 'Time from a request to the end of its answer.',
    buckets: seconds,
  })
  const inFlight = new Map<string, number>()
  new Gauge({
    name: 'calltrail_requests_in_flight',
    help: 'Requests without the end of their answer.',
    ...{ labelNames: ['route'] as const, registers },
    collect() {
      for (const [route, count] of inFlight) this.set({ route }, count)
    },
  })
  new Gauge({
    name: 'calltrail_journal_lost',
    help: 'Entries and bodies that could not be recorded so far.',
    ...{ labelNames: ['what'] as const, registers },
    collect() {
      this.set({ what: 'entries' }, journal.losses.entries)
      this.set({ what: 'bodies' }, journal.losses.bodies)
    },
  })
  new Gauge({
    name: 'calltrail_held_body_bytes',
    help: 'Held of large bodies while they pass, for the record.',
    registers,
    collect() {
      this.set(totalHeldBytes())
    },
  })
  const cancelled = new Counter({
    name: 'calltrail_requests_cancelled_total',
    help: 'Requests whose client left before the end of the answer.',
    ...{ labelNames: ['route'] as const, registers },
  })

  const byStatus = new Map<string, Series>()
  function durationOf(route: string, status: number): Series {
    const key = `${status} ${route}`
    const series = byStatus.get(key) ?? duration.labelled({ route, status: `${status}` })
    byStatus.set(key, series)
    return series
  }
  const histograms = prometheusHistograms()

  return {
    observe(incoming, outgoing, paths) {
      const route = routeOf(incoming.url ?? '', paths)
      const begun = performance.now()
      inFlight.set(route, (inFlight.get(route) ?? 0) + 1)
      outgoing.once('close', () => {
        inFlight.set(route, (inFlight.get(route) ?? 0) - 1)
        durationOf(route, outgoing.statusCode).observe((performance.now() - begun) / 1000)
        // Who only listened has left as it should.
        if (!outgoing.writableFinished && incoming.method === 'POST') cancelled.inc({ route })
      })
    },
    histograms,
    routes: {
      paths: ['/metrics'],
      find(_, url) {
        if (!/^\/metrics(?:\?.*)?$/s.test(url)) return null
        return (outgoing) =>
          void registry.metrics().then(
            (text) => {
              outgoing.writeHead(200, { 'content-type': registry.contentType })
              outgoing.end([text, duration.text(), histograms.text()].join('\n'))
            },
            (error: unknown) => answer(outgoing, 500, errorOf('metrics', describeError(error))),
          )
      },
      async close() {},
    },
  }
}

/** As one of the paths that there are: what a client makes up is no label. */
function routeOf(url: string, paths: readonly string[]): string {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  const isOf = (known: string) => (known.endsWith('…') ? path.startsWith(known.slice(0, -1)) : path === known)
  return paths.find(isOf)?.replace('/…', '') ?? 'other'
}

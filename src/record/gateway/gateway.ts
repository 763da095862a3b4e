import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { JournalWriter } from '../../domain/journal.ts'
import { type HistogramSink, mcpMeters } from '../otel/mcp-meter.ts'
import { type AdmissionOptions, createAdmission } from './admission.ts'
import { answer } from './answer.ts'
import type { Caller } from './caller.ts'
import { challengeHeaders } from './challenge.ts'
import type { CredentialSource } from './credentials/credential-source.ts'
import { doorOf } from './door.ts'
import { endAtExpiry, isListening } from './end-at-expiry.ts'
import { createMetrics } from './metrics.ts'
import { modelRoutes, type Provider } from './model-routes.ts'
import { outages } from './outages.ts'
import { protectedResources } from './protected-resource.ts'
import { type Reachability, refusalOf } from './refusal.ts'
import { resourceMetadata } from './resource-metadata.ts'
import type { Routes } from './routes.ts'
import { serverRoutes } from './server-routes.ts'
import { statusRoutes } from './status-routes.ts'
import { type StdioRoutesOptions, stdioRoutes } from './stdio-routes.ts'

export interface GatewayOptions
  extends AdmissionOptions,
    Reachability,
    Omit<StdioRoutesOptions, 'meters' | 'injectTraceContext'> {
  readonly journal: JournalWriter
  readonly upstreams: Readonly<Record<Provider, string>>
  /** The addresses of MCP servers over HTTP, by name. */
  readonly servers: Readonly<Record<string, string>>
  /** `/mcp`, where a toolset is served. */
  readonly toolset?: Routes | null
  /** What is shown to servers on a caller's behalf, by name; those servers are reached by no one without a token. */
  readonly credentials: Readonly<Record<string, CredentialSource>>
  /** Other servers that nobody reaches without a token: they are given something of the operator's. `''` is `/mcp` itself. */
  readonly guarded?: readonly string[]
  /** The address that clients know the gateway by; null where it is the one that they connect to. */
  readonly url: string | null
  /** Where measurements of MCP go, beside `/metrics`. */
  readonly sinks?: readonly HistogramSink[]
  /** Whether calls name their spans in `_meta.traceparent`, where nothing does yet. */
  readonly injectTraceContext?: boolean
}

export interface Gateway {
  readonly server: Server
  /** Lets go of those who only listen: nothing of theirs is under way. */
  hangUp(): void
  /** Ends every session; the journal stays open. */
  close(): Promise<void>
}

/** Longer than clients keep theirs for another request: who closes first is not who sends. */
const idleConnectionMs = 75_000

/** Lets a request in, finds who answers it, and lets it be recorded on its way. */
export function createGateway(options: GatewayOptions): Gateway {
  const resources = protectedResources(options)
  const metadata = resourceMetadata(options.servers)
  const metrics = createMetrics(options)
  const { sinks = [], journal, injectTraceContext = false } = options
  // A server's last words may hold a secret, and what is told is kept in somebody's log.
  const tell = (message: string) => options.tell(journal.redactor.text(message))
  const seen = outages(tell)
  const meters = mcpMeters([metrics.histograms, ...sinks], journal.redactor)
  const all = [
    statusRoutes(options),
    metrics.routes,
    resources.routes,
    modelRoutes({ ...options, outages: seen }),
    metadata.routes,
    serverRoutes({ ...options, metadata, meters, injectTraceContext, outages: seen }),
    stdioRoutes({ ...options, tell, meters, injectTraceContext }),
    ...(options.toolset ? [options.toolset] : []),
  ]
  const paths = all.flatMap((routes) => routes.paths)
  const admission = createAdmission(options, seen)
  const guarded = new Set([...Object.keys(options.credentials), ...(options.guarded ?? [])])

  function serve(incoming: IncomingMessage, outgoing: ServerResponse, caller: Caller): void {
    for (const routes of all) {
      const handle = routes.find(incoming, incoming.url ?? '', caller)
      if (handle) {
        handle(outgoing)
        return
      }
    }
    const { errorOf } = doorOf(incoming.url ?? '', guarded)
    const [path = ''] = (incoming.url ?? '').split('?')
    answer(
      outgoing,
      404,
      errorOf('not_found', `nothing is at ${path.slice(0, 200)}; there are ${paths.join(', ')}`),
    )
  }

  const listening = new Set<ServerResponse>()
  let isHungUp = false
  const server = createServer((incoming, outgoing) => {
    metrics.observe(incoming, outgoing, paths)
    // Clients come back for what they listened to, on connections that they have.
    if (isHungUp && incoming.method === 'GET') {
      incoming.socket.destroy()
      return
    }
    if (incoming.method === 'GET') {
      listening.add(outgoing)
      outgoing.once('close', () => listening.delete(outgoing))
    }
    const door = doorOf(incoming.url ?? '', guarded)
    const refused = refusalOf(incoming, options)
    if (refused) {
      answer(outgoing, 403, door.errorOf(refused.type, refused.message))
      return
    }
    const caller = admission.unasked(incoming, door)
    if (caller) {
      serve(incoming, outgoing, caller)
      return
    }
    admission.admit(incoming, door).then((admitted) => {
      if (outgoing.destroyed || incoming.socket.destroyed) return
      if ('principal' in admitted) {
        if (isListening(incoming)) endAtExpiry(outgoing, admitted.expiresAtMs)
        serve(incoming, outgoing, admitted)
        return
      }
      const { status, message } = admitted
      const body = door.errorOf(status === 401 ? 'unauthenticated' : 'unavailable', message)
      answer(outgoing, status, body, challengeHeaders(admitted, resources.addressFor(incoming)))
    })
  })
  // A request takes as long as it takes; and a connection is a client's session where nothing else names one.
  server.requestTimeout = 0
  server.keepAliveTimeout = idleConnectionMs
  return {
    server,
    hangUp() {
      isHungUp = true
      for (const outgoing of listening) outgoing.destroy()
    },
    async close() {
      await Promise.all(all.map((routes) => routes.close()))
    },
  }
}

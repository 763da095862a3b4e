import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JournalWriter } from '../../domain/journal.ts'
import { describeError } from '../../errors.ts'
import { McpSession } from '../mcp-session.ts'
import type { McpMeters } from '../otel/mcp-meter.ts'
import { ownError, rpcErrorOf, unknownSession } from '../rpc-error.ts'
import { answer } from './answer.ts'
import type { Caller } from './caller.ts'
import { CredentialError, type CredentialSource, type Headers } from './credentials/credential-source.ts'
import { endAtExpiry } from './end-at-expiry.ts'
import type { ResponseHead } from './exchange-tap.ts'
import { forwardHttp } from './forward-http.ts'
import { traceEvidence } from './header-evidence.ts'
import { McpExchange } from './mcp-exchange.ts'
import { type Outages, reaching } from './outages.ts'
import type { ResourceMetadata } from './resource-metadata.ts'
import type { Routes } from './routes.ts'
import { type SessionsByClient, sessionsByClient } from './sessions-by-client.ts'

export interface ServerRoutesOptions {
  readonly journal: JournalWriter
  /** The addresses of MCP servers over HTTP, by name: `/mcp/NAME`. */
  readonly servers: Readonly<Record<string, string>>
  readonly metadata: ResourceMetadata
  /** Those of them that are shown something on the caller's behalf. */
  readonly credentials: Readonly<Record<string, CredentialSource>>
  readonly meters: McpMeters
  /** Whether calls name their spans in `_meta.traceparent`. */
  readonly injectTraceContext: boolean
  readonly outages: Outages
}

/** `/mcp/NAME`: on to the MCP server of that name, byte for byte. */
export function serverRoutes({
  journal,
  servers,
  credentials,
  metadata,
  meters,
  injectTraceContext,
  outages,
}: ServerRoutesOptions): Routes {
  const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const
  const sessions = new Map(
    Object.keys(servers).map((name) => [
      name,
      sessionsByClient<McpSession>((session) => session.close(ended)),
    ]),
  )
  const addresses = new Map(Object.entries(servers).map(([name, address]) => [name, new URL(address)]))
  const meterOf = new Map(
    [...addresses].map(([server, address]) => [
      server,
      meters({ server, toClient: 'http', toServer: 'http', address }),
    ]),
  )

  function forward(exchange: Exchange, outgoing: ServerResponse, given: Headers): void {
    const { name, incoming, caller, known, sessionId, target, path } = exchange
    const { identity, principal, consumed } = caller
    const meter = meterOf.get(name)
    const open = () =>
      new McpSession({
        ...{ journal, type: 'http', server: name, identity, evidence: {}, meter, injectTraceContext },
      })
    const client = { incoming, principal }
    const tap = new McpExchange({
      session: known.of(client, sessionId, open),
      identity,
      journal,
      onSessionId: (id) => known.rename(client, id),
      encoding: incoming.headers['content-encoding'],
      evidence: traceEvidence(incoming),
      injectTraceContext,
      ...(caller.expiresAtMs !== null && { onListen: () => endAtExpiry(outgoing, caller.expiresAtMs) }),
    })
    if (incoming.method === 'DELETE' && sessionId !== null)
      incoming.once('close', () => known.end(principal, sessionId))
    const replace = { drop: consumed, set: given }
    const isOurs = consumed.includes('authorization') || credentials[name] !== undefined
    const instead = isOurs ? refusedCredentials(exchange, credentials[name]) : undefined
    forwardHttp(incoming, outgoing, {
      target,
      path,
      tap,
      replace,
      pool: principal,
      ...reaching(`server ${name} at ${target.host}`, outages, (response, error) =>
        tap.unreachable(response, target.host, error),
      ),
      // Where the gateway asks for tokens itself, those of the server are none of the client's business.
      ...(instead ? { instead } : { ofAnswer: metadata.ofChallenge(name, incoming) }),
    })
  }

  return {
    paths: Object.keys(servers).map((name) => `/mcp/${name}`),
    find(incoming, url, caller) {
      const [, name = '', query = ''] = /^\/mcp\/([^/?]+)(\?.*)?$/s.exec(url) ?? []
      const known = sessions.get(name)
      const address = addresses.get(name)
      if (!known || address === undefined) return null
      const path = pathOf(address, query)
      const id = incoming.headers['mcp-session-id']
      const sessionId = typeof id === 'string' ? id : null
      const exchange = { name, incoming, caller, known, sessionId, target: address, path }
      return (outgoing) => {
        // Whose session it is, the server may not be able to tell: it sees this gateway only.
        const isOwn = sessionId === null || !caller.isAuthenticated || known.has(caller.principal, sessionId)
        const source = credentials[name]
        if (!isOwn) answer(outgoing, 404, rpcErrorOf(unknownSession))
        else if (!source) forward(exchange, outgoing, {})
        else withCredentials(source, exchange, outgoing, (given) => forward(exchange, outgoing, given))
      }
    },
    async close() {
      for (const each of sessions.values()) each.close()
    },
  }
}

interface Exchange {
  readonly name: string
  readonly incoming: IncomingMessage
  readonly caller: Caller
  readonly known: SessionsByClient<McpSession>
  readonly sessionId: string | null
  readonly target: URL
  /** With the client's query. */
  readonly path: string
}

function withCredentials(
  source: CredentialSource,
  { incoming, caller }: Exchange,
  outgoing: ServerResponse,
  act: (given: Headers) => void,
): void {
  source.headersFor(caller).then(
    (given) => {
      if (!outgoing.destroyed && !incoming.socket.destroyed) act(given)
    },
    (error: unknown) => {
      const status = error instanceof CredentialError ? error.status : 503
      answer(outgoing, status, rpcErrorOf(ownError(describeError(error))))
    },
  )
}

/** What the operator wrote stays: it may be what the server knows this gateway by. */
function pathOf({ pathname, search }: URL, query: string): string {
  return pathname + (search === '' ? query : search + query.replace('?', '&'))
}

/** A client that reads 401 would look for another token to show to us, when it is ours that the server did not take. */
function refusedCredentials({ name, caller }: Exchange, source: CredentialSource | undefined) {
  return (response: ResponseHead) => {
    if (response.statusCode !== 401) return null
    source?.rejected(caller)
    const message = source
      ? `${name} does not take the credentials that this gateway has for the caller`
      : `${name} asks for credentials, and this gateway has none: give it headers in mcpServers`
    return (outgoing: ServerResponse) => answer(outgoing, 502, rpcErrorOf(ownError(message)))
  }
}

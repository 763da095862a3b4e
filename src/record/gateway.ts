import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Evidence } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import { type ExchangeTap, forwardHttp } from './forward-http.ts'
import { mcpExchange } from './mcp-exchange.ts'
import { McpSession } from './mcp-session.ts'
import { modelExchange } from './model-exchange.ts'
import { anthropicMessages } from './model-wire/anthropic-messages.ts'
import { openaiChat } from './model-wire/openai-chat.ts'
import { openaiResponses } from './model-wire/openai-responses.ts'
import { recordSession, type SessionRecorder } from './session-recorder.ts'
import { sessionsByClient } from './sessions-by-client.ts'

export type Provider = 'openai' | 'anthropic'

export interface GatewayOptions {
  readonly journal: JournalWriter
  readonly identity: Identity
  /** Where each provider's requests go on to: what follows `/openai` in the path is added to it. */
  readonly upstreams: Readonly<Record<Provider, string>>
  /** The addresses of MCP servers over HTTP, by name: `/mcp/NAME`. */
  readonly servers: Readonly<Record<string, string>>
}

export interface Gateway {
  readonly server: Server
  /** Ends every session; the journal stays open. */
  close(): void
}

/** Where a request goes on to, and who sees it pass. */
interface Route {
  readonly target: URL
  readonly tap: ExchangeTap
}

type Router = (incoming: IncomingMessage, rest: string) => Route | null

const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const

/**
 * Passes requests on, byte for byte, and records them: `/openai/…` and `/anthropic/…` to the provider, `/mcp/NAME` to the MCP
 * server of that name. Only requests for a loopback name are answered, and none that a web page of another place has sent
 * (DNS rebinding).
 */
export function createGateway(options: GatewayOptions): Gateway {
  const [models, servers] = [modelRoutes(options), mcpRoutes(options)]
  const routers: Readonly<Record<string, Router>> = { ...models.routers, mcp: servers.router }
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming)
    const [, name = '', rest = ''] = /^\/([a-z]+)(\/.*)$/.exec(incoming.url ?? '') ?? []
    const route = refusal ? null : (routers[name]?.(incoming, rest) ?? null)
    if (refusal) answer(outgoing, 403, refusal)
    else if (incoming.url === '/healthz')
      answer(outgoing, 200, { status: 'ok', losses: options.journal.losses })
    else if (route) forwardHttp(incoming, outgoing, { ...route, unreachable: unreachable(route.target) })
    else answer(outgoing, 404, errorOf('not_found', `there are ${pathsOf(options).join(', ')}`))
  })
  return {
    server,
    close() {
      models.close()
      servers.close()
    },
  }
}

function pathsOf({ servers }: GatewayOptions): readonly string[] {
  return ['/openai/…', '/anthropic/…', ...Object.keys(servers).map((name) => `/mcp/${name}`)]
}

const wires = { openai: [openaiChat, openaiResponses], anthropic: [anthropicMessages] }

/** Headers in which clients tell which conversation a request belongs to: Claude Code, opencode, Codex. */
const conversationHeaders = ['x-claude-code-session-id', 'x-session-id', 'session_id', 'conversation_id']

function modelRoutes({ journal, identity, upstreams }: GatewayOptions) {
  const sessions = sessionsByClient<SessionRecorder>(
    (incoming) => {
      const { conversation } = evidenceOf(incoming)
      return recordSession(journal, {
        type: 'model',
        server: null,
        identity: withAgent(identity, incoming),
        parent: null,
        evidence: conversation ? { conversation } : {},
      })
    },
    (session) => session.close(ended),
  )
  const route =
    (provider: Provider): Router =>
    (incoming, rest) => {
      const evidence = evidenceOf(incoming)
      const conversation = evidence.conversation ? JSON.stringify(evidence.conversation) : null
      const tap = modelExchange({
        session: () => sessions.of(incoming, conversation),
        wires: wires[provider],
        path: rest.replace(/\?.*$/s, ''),
        evidence,
        encoding: incoming.headers['content-encoding'],
      })
      return { target: new URL(upstreams[provider].replace(/\/$/, '') + rest), tap }
    }
  return { routers: { openai: route('openai'), anthropic: route('anthropic') }, close: sessions.close }
}

function mcpRoutes({ journal, identity, servers }: GatewayOptions) {
  const sessions = new Map(
    Object.keys(servers).map((server) => [
      server,
      sessionsByClient<McpSession>(
        () => new McpSession({ journal, type: 'http', server, identity, evidence: {} }),
        (session) => session.close(ended),
      ),
    ]),
  )
  const router: Router = (incoming, rest) => {
    const [, name = '', query = ''] = /^\/([^/?]+)(\?.*)?$/.exec(rest) ?? []
    const known = sessions.get(name)
    const address = servers[name]
    if (!known || address === undefined) return null
    const id = incoming.headers['mcp-session-id']
    const tap = mcpExchange({
      session: known.of(incoming, typeof id === 'string' ? id : null),
      flush: () => journal.flush(),
      onSessionId: (given) => known.rename(incoming, given),
      encoding: incoming.headers['content-encoding'],
    })
    if (incoming.method === 'DELETE' && typeof id === 'string') incoming.once('close', () => known.end(id))
    const target = new URL(address)
    if (query !== '') target.search = query
    return { target, tap }
  }
  return {
    router,
    close() {
      for (const each of sessions.values()) each.close()
    },
  }
}

/** A program names itself in `User-Agent`; that is a claim. */
function withAgent(identity: Identity, { headers }: IncomingMessage): Identity {
  const agent = headers['user-agent']
  if (identity.client !== null || !agent) return identity
  return { ...identity, client: { value: agent, source: 'self-reported' } }
}

function evidenceOf({ headers }: IncomingMessage): Evidence {
  const conversation = conversationHeaders.flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  const { traceparent } = headers
  return {
    ...(typeof traceparent === 'string' && { traceparent: { value: traceparent, from: 'header' as const } }),
    ...(conversation.length > 0 && { conversation: Object.fromEntries(conversation) }),
  }
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/

function refusalOf({ headers }: IncomingMessage) {
  const { host = '', origin } = headers
  if (!loopback.test(host)) return errorOf('host_refused', `this gateway is not ${host}`)
  if (origin === undefined || (URL.canParse(origin) && loopback.test(new URL(origin).host))) return null
  return errorOf('origin_refused', 'requests of web pages from elsewhere are not passed')
}

function unreachable({ host }: URL) {
  return (outgoing: ServerResponse, error: Error) =>
    answer(outgoing, 502, errorOf('upstream_unreachable', `${host}: ${error.message}`))
}

/** In the shape that the SDKs of both providers read. */
function errorOf(type: string, message: string) {
  return { type: 'error', error: { type: `calltrail_${type}`, message: `calltrail: ${message}` } }
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(`${JSON.stringify(body)}\n`)
}

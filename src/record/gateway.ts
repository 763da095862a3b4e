import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Evidence } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import { forwardHttp } from './forward-http.ts'
import { modelExchange } from './model-exchange.ts'
import { anthropicMessages } from './model-wire/anthropic-messages.ts'
import { openaiChat } from './model-wire/openai-chat.ts'
import { openaiResponses } from './model-wire/openai-responses.ts'
import { recordSession, type SessionRecorder } from './session-recorder.ts'

export type Provider = 'openai' | 'anthropic'

export interface GatewayOptions {
  readonly journal: JournalWriter
  readonly identity: Identity
  /** Where each provider's requests go on to: what follows `/openai` in the path is added to it. */
  readonly upstreams: Readonly<Record<Provider, string>>
}

export interface Gateway {
  readonly server: Server
  /** Ends every session; the journal stays open. */
  close(): void
}

const wires = { openai: [openaiChat, openaiResponses], anthropic: [anthropicMessages] }

/** Headers in which clients tell which conversation a request belongs to: Claude Code, opencode, Codex. */
const conversationHeaders = ['x-claude-code-session-id', 'x-session-id', 'session_id', 'conversation_id']

/**
 * Passes model requests through, byte for byte, and records them: `/openai/…` and `/anthropic/…` go on to the provider. Only
 * requests for a loopback name are answered, and none that a web page of another place has sent (DNS rebinding).
 */
export function createGateway(options: GatewayOptions): Gateway {
  const sessions = openSessions(options)
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming)
    const [, name = '', rest = ''] = /^\/([a-z]+)(\/.*)$/.exec(incoming.url ?? '') ?? []
    if (refusal) answer(outgoing, 403, refusal)
    else if (incoming.url === '/healthz')
      answer(outgoing, 200, { status: 'ok', losses: options.journal.losses })
    else if (name === 'openai' || name === 'anthropic') pass(incoming, outgoing, name, rest)
    else answer(outgoing, 404, errorOf('not_found', 'calltrail passes /openai/… and /anthropic/…'))
  })

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, provider: Provider, rest: string): void {
    const upstream = options.upstreams[provider].replace(/\/$/, '')
    const tap = modelExchange({
      session: () => sessions.of(incoming),
      wires: wires[provider],
      path: rest.replace(/\?.*$/s, ''),
      evidence: evidenceOf(incoming),
      encoding: incoming.headers['content-encoding'],
    })
    forwardHttp(incoming, outgoing, {
      target: new URL(upstream + rest),
      tap,
      unreachable: (response, error) =>
        answer(response, 502, errorOf('upstream_unreachable', `${new URL(upstream).host}: ${error.message}`)),
    })
  }

  return { server, close: sessions.close }
}

/** One session for each conversation that a client names, else for each connection. */
function openSessions({ journal, identity }: GatewayOptions) {
  const byConversation = new Map<string, SessionRecorder>()
  const bySocket = new Map<Socket, SessionRecorder>()
  const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const

  function open(incoming: IncomingMessage): SessionRecorder {
    const agent = incoming.headers['user-agent']
    const client = identity.client ?? (agent ? ({ value: agent, source: 'self-reported' } as const) : null)
    const evidence = evidenceOf(incoming)
    return recordSession(journal, {
      type: 'model',
      server: null,
      identity: { ...identity, client },
      parent: null,
      evidence: evidence.conversation ? { conversation: evidence.conversation } : {},
    })
  }

  function ofSocket(incoming: IncomingMessage): SessionRecorder {
    const { socket } = incoming
    const known = bySocket.get(socket)
    if (known) return known
    const session = open(incoming)
    bySocket.set(socket, session)
    socket.once('close', () => {
      if (bySocket.delete(socket)) session.close(ended)
    })
    return session
  }

  return {
    of(incoming: IncomingMessage): SessionRecorder {
      const conversation = JSON.stringify(evidenceOf(incoming).conversation ?? null)
      if (conversation === 'null') return ofSocket(incoming)
      const session = byConversation.get(conversation) ?? open(incoming)
      byConversation.set(conversation, session)
      return session
    },
    close(): void {
      for (const session of [...byConversation.values(), ...bySocket.values()]) session.close(ended)
      byConversation.clear()
      bySocket.clear()
    },
  }
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

/** In the shape that the SDKs of both providers read. */
function errorOf(type: string, message: string) {
  return { type: 'error', error: { type: `calltrail_${type}`, message: `calltrail: ${message}` } }
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(`${JSON.stringify(body)}\n`)
}

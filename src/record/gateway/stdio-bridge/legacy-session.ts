import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import type { StdioServer } from '../../../tools/server-process.ts'
import type { Around, McpSession } from '../../mcp-session.ts'
import { rpcCodes, rpcError } from '../../rpc-error.ts'
import { idText, type ReadMessage, type RpcMessage } from '../../rpc-message.ts'
import type { Refusal } from '../refuse.ts'
import { transportRefusal } from './check-post.ts'
import { observeMessage } from './observe-message.ts'
import type { Occupant } from './occupants.ts'
import { oneLine } from './one-line.ts'
import { type ChildEnding, type Line, ServerChild } from './server-child.ts'
import type { SessionStream } from './session-stream.ts'
import { SessionStreams } from './session-streams.ts'

export interface LegacySessionOptions {
  readonly server: StdioServer
  readonly principal: string
  readonly recorder: McpSession
  readonly flush: () => void
  readonly tell: (message: string) => void
  /** From now on nobody may find it. */
  readonly onLeaving: () => void
  /** Nothing is left of it. */
  readonly onEnd: () => void
}

type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>

interface Unanswered {
  readonly method: string
  readonly stream: SessionStream
  /** Its id as it was written. */
  readonly id: string
  readonly token: string | null
}

/** From this version on, clients know an event without data, from which they resume. */
const firstPrimedVersion = '2025-11-25'
/** Questions of a server that its client leaves open; of older ones nobody knows any more where they were told. */
const mostAsked = 1_000
/** Requests that its server leaves open; the oldest is answered in its place. */
const mostUnanswered = 10_000
const knownVersions = new Set(['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])

/** One MCP session of the eras before 2026-07-28, and the server's process that is its own: nothing in between is renamed. */
export class LegacySession implements Occupant {
  readonly id = randomUUID()
  readonly principal: string
  lastUsedMs = performance.now()
  readonly #options: LegacySessionOptions
  readonly #child: ServerChild
  readonly #streams: SessionStreams
  readonly #unanswered = new Map<string, Unanswered>()
  readonly #byToken = new Map<string, SessionStream>()
  /** Requests of the server's, by id, and where they were told. */
  readonly #asked = new Map<string, SessionStream>()
  /** As asked for, then as agreed. */
  #version = ''

  constructor(options: LegacySessionOptions) {
    this.#options = options
    this.principal = options.principal
    this.#child = new ServerChild(options.server, {
      onLines: (lines) => this.#told(lines),
      onEnd: (ending) => this.#ended(ending),
      tell: options.tell,
    })
    // A client that reads slowly slows its own server down, as through a pipe.
    this.#streams = new SessionStreams({ 'mcp-session-id': this.id }, (isBehind) =>
      isBehind ? this.#child.pause() : this.#child.resume(),
    )
  }

  get isBusy(): boolean {
    return this.#unanswered.size > 0
  }

  /** What is wrong with `MCP-Protocol-Version`, which clients send from 2025-06-18 on. */
  checkVersion(header: string | undefined): Refusal | null {
    if (header === undefined || header === this.#version || knownVersions.has(header)) return null
    return transportRefusal(400, `MCP-Protocol-Version ${header} was not agreed on; it was ${this.#version}`)
  }

  /** Takes what a client has posted, of one message or of a batch, and answers it in time. */
  post(
    body: Buffer,
    messages: readonly ReadMessage[],
    outgoing: ServerResponse,
    around: Around,
  ): Refusal | null {
    this.lastUsedMs = performance.now()
    const requests = messages.flatMap(({ message, textOf }) =>
      message.type === 'request' ? [{ message, id: textOf('id') ?? message.id, textOf }] : [],
    )
    const taken = requests.find(({ message }) => this.#unanswered.has(message.id))
    if (taken) return { status: 400, code: rpcCodes.invalidRequest, message: inUse(taken.id) }
    if (!this.#child.isReading) return transportRefusal(503, 'the server does not read what it is sent')
    observeMessage(this.#options.recorder, 'to server', body, around)
    this.#options.flush()
    const isInitialize = requests[0]?.message.method === 'initialize'
    if (isInitialize) this.#version = textMember(requests[0]?.message.params.protocolVersion)
    if (requests.length > 0) {
      const canResume = this.#version >= firstPrimedVersion && !isInitialize
      const stream = this.#streams.begin(outgoing, canResume)
      for (const { message, id, textOf } of requests)
        this.#expect(message, { id, token: tokenIn(message.params._meta, textOf), stream })
    }
    this.#child.send(this.#options.recorder.asSent(body))
    for (const read of messages) this.#noteSent(read)
    if (requests.length === 0) outgoing.writeHead(202, { 'mcp-session-id': this.id }).end()
    return null
  }

  listen(outgoing: ServerResponse, lastEventId: string | null): Refusal | null {
    this.lastUsedMs = performance.now()
    return this.#streams.listen(outgoing, lastEventId)
  }

  /** Ends the server, and with it the session. */
  close(): Promise<void> {
    this.#options.onLeaving()
    return this.#child.close()
  }

  #expect({ id: key, method }: Message<'request'>, asked: Omit<Unanswered, 'method'>): void {
    const { stream, token } = asked
    stream.unanswered.add(key)
    this.#unanswered.set(key, { method, ...asked })
    if (token !== null) this.#byToken.set(token, stream)
    const [oldest] = this.#unanswered.size > mostUnanswered ? this.#unanswered.keys() : []
    if (oldest !== undefined)
      this.#answer([oldest], `${mostUnanswered} later requests wait for an answer, too`)
  }

  #noteSent({ message, textOf }: ReadMessage): void {
    if (message.type === 'result' || message.type === 'error') this.#asked.delete(message.id ?? '')
    if (message.type !== 'notification' || message.method !== 'notifications/cancelled') return
    // Nobody answers what was cancelled.
    const id = idText(message.params.requestId ?? null, () => textOf('params', 'requestId'))
    const stream = this.#forget(id)?.stream
    if (stream?.unanswered.size === 0) this.#streams.end(stream)
  }

  #told(lines: readonly Line[]): void {
    for (const { bytes } of lines) observeMessage(this.#options.recorder, 'to client', bytes)
    this.#options.flush()
    for (const line of lines) this.#pass(line)
  }

  /** A batch that answers one POST stays whole. A line that is no message is somebody's log, and goes nowhere. */
  #pass({ bytes, messages, isBatch }: Line): void {
    const answered = new Set(messages.map(({ message }) => this.#unanswered.get(message.id ?? '')?.stream))
    const [only] = answered
    if (isBatch && answered.size === 1 && only) {
      for (const read of messages) this.#streamOf(read)
      this.#streams.send(only, oneLine(bytes))
      return
    }
    for (const read of messages) {
      const stream = this.#streamOf(read)
      if (stream) this.#streams.send(stream, oneLine(isBatch ? Buffer.from(read.textOf() ?? '') : bytes))
    }
  }

  /** Null for what is meant for nobody any more. */
  #streamOf({ message, textOf }: ReadMessage): SessionStream | null {
    if (message.type === 'malformed') return null
    if (message.type === 'result' || (message.type === 'error' && message.id !== null))
      return this.#settle(message)
    if (message.type === 'notification')
      return this.#streamNamedBy(message, textOf) ?? this.#streams.ofNoRequest()
    const stream = this.#streams.ofNoRequest()
    if (message.type === 'request') this.#noteAsked(message.id, stream)
    return stream
  }

  #noteAsked(id: string, stream: SessionStream): void {
    this.#asked.set(id, stream)
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > mostAsked && oldest !== undefined) this.#asked.delete(oldest)
  }

  #streamNamedBy(
    { method, params }: Message<'notification'>,
    textOf: ReadMessage['textOf'],
  ): SessionStream | undefined {
    const named = (member: string) => idText(params[member] ?? null, () => textOf('params', member))
    if (method === 'notifications/progress') return this.#byToken.get(named('progressToken'))
    if (method === 'notifications/cancelled') return this.#asked.get(named('requestId'))
    return undefined
  }

  #settle(answer: Message<'result' | 'error'>): SessionStream | null {
    const unanswered = this.#forget(answer.id ?? '')
    const { result } = answer.type === 'result' ? answer : { result: null }
    if (unanswered?.method === 'initialize' && isJsonObject(result))
      this.#version = textMember(result.protocolVersion)
    return unanswered?.stream ?? null
  }

  /** No answer to it is waited for any longer. */
  #forget(id: string): Unanswered | null {
    const unanswered = this.#unanswered.get(id) ?? null
    this.#unanswered.delete(id)
    unanswered?.stream.unanswered.delete(id)
    if (unanswered?.token != null) this.#byToken.delete(unanswered.token)
    return unanswered
  }

  /** In the place of the server, that there is no answer. */
  #answer(keys: readonly string[], message: string): void {
    const { recorder, flush } = this.#options
    const told = keys.flatMap((key) => {
      const unanswered = this.#unanswered.get(key)
      if (!unanswered) return []
      const error = rpcError(unanswered.id, { code: rpcCodes.transport, message })
      return { key, stream: unanswered.stream, error }
    })
    for (const { error } of told) observeMessage(recorder, 'to client', error)
    flush()
    for (const { key, stream, error } of told) {
      this.#forget(key)
      this.#streams.send(stream, error)
    }
  }

  #ended({ exitCode, signal, message }: ChildEnding): void {
    const { recorder, onLeaving, onEnd } = this.#options
    onLeaving()
    this.#answer([...this.#unanswered.keys()], message ?? 'the session was ended')
    this.#streams.endAll()
    recorder.close({ reason: message === null ? 'ended' : 'failed', exitCode, signal, message })
    onEnd()
  }
}

function inUse(id: string): string {
  return `a request with the id ${id} still waits for its answer`
}

function tokenIn(meta: Json | undefined, textOf: ReadMessage['textOf']): string | null {
  const token = isJsonObject(meta) ? meta.progressToken : undefined
  return token === undefined ? null : idText(token, () => textOf('params', '_meta', 'progressToken'))
}

function textMember(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

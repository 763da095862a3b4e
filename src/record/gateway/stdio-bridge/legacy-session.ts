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
import { PendingRequests } from './pending-requests.ts'
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

type Answer = Extract<RpcMessage, { readonly type: 'result' | 'error' }>

/** From this version on, clients know an event without data, from which they resume. */
const firstPrimedVersion = '2025-11-25'
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
  readonly #pending = new PendingRequests()
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
    return this.#pending.size > 0
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
      message.type === 'request' ? [{ message, textOf }] : [],
    )
    const taken = requests.find(({ message }) => this.#pending.find(message.id))
    if (taken) return { status: 400, code: rpcCodes.invalidRequest, message: inUse(taken) }
    if (!this.#child.isReading) return transportRefusal(503, 'the server does not read what it is sent')
    observeMessage(this.#options.recorder, 'to server', body, around)
    this.#options.flush()
    const isInitialize = requests[0]?.message.method === 'initialize'
    if (isInitialize) this.#version = textMember(requests[0]?.message.params.protocolVersion)
    if (requests.length > 0) {
      const canResume = this.#version >= firstPrimedVersion && !isInitialize
      const stream = this.#streams.begin(outgoing, canResume)
      for (const { message, textOf } of requests) {
        this.#pending.sent(message, textOf, stream)
        this.#answerOldest()
      }
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

  #answerOldest(): void {
    const { size, oldest } = this.#pending
    if (size > mostUnanswered && oldest !== undefined)
      this.#answer([oldest], `${mostUnanswered} later requests wait for an answer, too`)
  }

  #noteSent({ message, textOf }: ReadMessage): void {
    if (message.type === 'result' || message.type === 'error') this.#pending.told(message.id)
    if (message.type !== 'notification' || message.method !== 'notifications/cancelled') return
    // Nobody answers what was cancelled.
    const id = idText(message.params.requestId ?? null, () => textOf('params', 'requestId'))
    const stream = this.#pending.forget(id)?.stream
    if (stream?.unanswered.size === 0) this.#streams.end(stream)
  }

  #told(lines: readonly Line[]): void {
    for (const { bytes } of lines) observeMessage(this.#options.recorder, 'to client', bytes)
    this.#options.flush()
    for (const line of lines) this.#pass(line)
  }

  /** A batch that answers one POST stays whole. A line that is no message is somebody's log, and goes nowhere. */
  #pass({ bytes, messages, isBatch }: Line): void {
    const answered = new Set(messages.map(({ message }) => this.#pending.find(message.id)?.stream))
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
      return this.#pending.streamNamedBy(message, textOf) ?? this.#streams.ofNoRequest()
    const stream = this.#streams.ofNoRequest()
    if (message.type === 'request') this.#pending.asked(message.id, stream)
    return stream
  }

  #settle(answer: Answer): SessionStream | null {
    const pending = this.#pending.forget(answer.id ?? '')
    const { result } = answer.type === 'result' ? answer : { result: null }
    if (pending?.method === 'initialize' && isJsonObject(result))
      this.#version = textMember(result.protocolVersion)
    return pending?.stream ?? null
  }

  /** In the place of the server, that there is no answer. */
  #answer(keys: readonly string[], message: string): void {
    const { recorder, flush } = this.#options
    const told = keys.flatMap((key) => {
      const pending = this.#pending.find(key)
      if (!pending) return []
      const error = rpcError(pending.id, { code: rpcCodes.transport, message })
      return { key, stream: pending.stream, error }
    })
    for (const { error } of told) observeMessage(recorder, 'to client', error)
    flush()
    for (const { key, stream, error } of told) {
      this.#pending.forget(key)
      this.#streams.send(stream, error)
    }
  }

  #ended({ exitCode, signal, message }: ChildEnding): void {
    const { recorder, onLeaving, onEnd } = this.#options
    onLeaving()
    this.#answer(this.#pending.ids, message ?? 'the session was ended')
    this.#streams.endAll()
    recorder.close({ reason: message === null ? 'ended' : 'failed', exitCode, signal, message })
    onEnd()
  }
}

function inUse({ message, textOf }: ReadMessage): string {
  return `a request with the id ${textOf('id') ?? message.id} still waits for its answer`
}

function textMember(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

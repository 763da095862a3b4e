import type { ServerResponse } from 'node:http'
import type { EntryData, Evidence, Outcome } from '../../domain/entry.ts'
import type { Identity } from '../../domain/identity.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { McpSession } from '../mcp-session.ts'
import { httpOutcome, malformedOutcome } from '../outcome.ts'
import { ownError, rpcError } from '../rpc-error.ts'
import { type ReadMessage, readMessages } from '../rpc-message.ts'
import { BodyCopy } from './body-copy.ts'
import { type Decoding, decoding, isPlain } from './content-coding.ts'
import { listen } from './end-at-expiry.ts'
import { eventStream } from './event-stream.ts'
import { type ExchangeTap, isEventStream, isJson, type ResponseHead } from './exchange-tap.ts'
import { refuse } from './refuse.ts'

export interface McpExchangeOptions {
  /** Of the request; null on those that begin a session, or where there are none. */
  readonly session: McpSession
  readonly journal: JournalWriter
  /** On whose behalf the request is made. */
  readonly identity: Identity
  /** The server has named the session that this exchange began. */
  readonly onSessionId: (id: string) => void
  readonly encoding: string | undefined
  /** What the headers of the request say of where its calls belong. */
  readonly evidence: Evidence
  /** Whether the calls of the request are told which spans they are. */
  readonly injectTraceContext: boolean
  /** The request asks for what happens from now on, and its answer ends when somebody ends it. */
  readonly onListen?: () => void
}

type Direction = EntryData['frame']['direction']

const cutOff: Outcome = {
  layer: 'transport',
  code: null,
  message: 'the stream ended before the answer did',
}

const noAnswer: Outcome = { layer: 'malformed', code: null, message: 'what came back holds no answer' }

/**
 * Records the messages of one exchange of Streamable HTTP: those of the request before it leaves, those of an answer or an
 * event before it is passed. Never throws. What the status says alone (`202`, `405`) is no message.
 */
export class McpExchange implements ExchangeTap {
  readonly #options: McpExchangeOptions
  readonly #asked = new BodyCopy()
  readonly #told = new BodyCopy()
  #events: ReturnType<typeof eventStream> | null = null
  /** Of events that come encoded. */
  #decoding: Decoding | null = null
  #response: ResponseHead | null = null

  constructor(options: McpExchangeOptions) {
    this.#options = options
  }

  requestChunk(chunk: Buffer): void {
    this.#asked.add(chunk)
  }

  requestEnd(): void {
    const { encoding, onListen } = this.#options
    this.#observeBody('to server', this.#asked, encoding)
    if (onListen && this.#requested().some(({ message }) => 'method' in message && message.method === listen))
      onListen()
  }

  holdsRequest(): boolean {
    const { injectTraceContext, encoding } = this.#options
    return injectTraceContext && isPlain(encoding) && this.#asked.isWhole
  }

  asSent(body: Buffer): Buffer {
    return this.holdsRequest() ? this.#options.session.asSent(body) : body
  }

  responseStart(response: ResponseHead): void {
    this.#response = response
    const { 'mcp-session-id': id, 'content-encoding': encoding } = response.headers
    if (typeof id === 'string') this.#options.onSessionId(id)
    if (!isEventStream(response)) return
    if (!isPlain(encoding)) this.#decoding = this.#decodingOf(encoding)
    if (isPlain(encoding) || this.#decoding)
      this.#events = eventStream((data) => this.#observe('to client', data, Buffer.byteLength(data)))
  }

  responseChunk(chunk: Buffer): void {
    if (!this.#events) this.#told.add(chunk)
    else if (this.#decoding) this.#decoding.push(chunk)
    else this.#readEvents(chunk)
  }

  reading(): Promise<void> | null {
    return this.#decoding?.done ?? null
  }

  responseEnd(): void {
    const response = this.#response
    if (!response) return
    const { statusCode, headers } = response
    const holdsMessages = this.#events === null && (isJson(response) || isEventStream(response))
    const isRead = holdsMessages && this.#observeBody('to client', this.#told, headers['content-encoding'])
    if (statusCode >= 300) this.#giveUp(httpOutcome(statusCode, '', this.#options.journal.redactor), false)
    else if (!holdsMessages) this.#giveUp(this.#events ? cutOff : noAnswer, true)
    else if (!isRead) this.#giveUp(malformedOutcome, !isJson(response))
  }

  recorded(then: () => void): void {
    this.#options.journal.flushed(then)
  }

  refusal(): ((outgoing: ServerResponse) => void) | null {
    const { journal, session, encoding } = this.#options
    const reason = journal.refusal
    const id = reason === null ? null : session.callIn(this.#asked.text(encoding) ?? '')
    if (reason === null || id === null) return null
    this.#giveUp({ layer: 'transport', code: null, message: reason }, false)
    const error = ownError(reason)
    return (outgoing) => refuse(outgoing, { status: 503, ...error }, rpcError(id, error))
  }

  /** Tells the client, in the terms of MCP, that its request reached nobody. */
  unreachable(outgoing: ServerResponse, host: string, reason: Error): void {
    const error = ownError(`${host} cannot be reached: ${reason.message}`)
    refuse(outgoing, { status: 502, ...error }, rpcError(this.#requestId() ?? 'null', error))
  }

  broken(layer: 'cancelled' | 'transport', message: string | null): void {
    const isReached = layer === 'cancelled' || this.#response !== null
    this.#giveUp({ layer, code: null, message }, isReached)
    this.#options.journal.flush()
  }

  closed(): void {
    this.#asked.release()
    this.#told.release()
    this.#decoding?.close()
  }

  #readEvents(chunk: Buffer): void {
    this.#events?.push(chunk)
    this.#options.journal.flush()
  }

  /** Null for a coding that nobody knows here: what it holds is recorded by its size. */
  #decodingOf(encoding: string | undefined): Decoding | null {
    try {
      return decoding(
        encoding,
        (piece) => this.#readEvents(piece),
        (bytes) => this.#observe('to client', null, bytes),
      )
    } catch {
      return null
    }
  }

  /** Of the one request that was sent, to the letter; null where it cannot be told. */
  #requestId(): string | null {
    const [first, ...more] = this.#requested()
    return more.length === 0 && first?.message.type === 'request' ? first.textOf('id') : null
  }

  /** None where they cannot be read. */
  #requested(): readonly ReadMessage[] {
    try {
      return readMessages(this.#asked.text(this.#options.encoding) ?? '')
    } catch {
      return []
    }
  }

  #giveUp(outcome: Outcome, ofOneExchange: boolean): void {
    try {
      const asked = this.#asked.text(this.#options.encoding)
      if (asked) this.#options.session.giveUp(asked, outcome, { ofOneExchange })
    } catch {
      // What cannot be read was recorded as that, and holds no call.
    }
  }

  #observeBody(direction: Direction, body: BodyCopy, encoding: string | undefined): boolean {
    let text: string | null = null
    try {
      text = body.text(encoding)
    } catch {
      // It is recorded by its size.
    }
    return this.#observe(direction, text, body.bytes)
  }

  /** Whether what was said could be read. */
  #observe(direction: Direction, text: string | null, bytes: number): boolean {
    if (bytes === 0 || text?.trim() === '') return true
    const { session, identity, evidence } = this.#options
    return session.observe(
      direction,
      { text, bytes },
      direction === 'to server' ? { identity, evidence } : { identity },
    )
  }
}

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** A client waits for headers only so long; until then an answer alone has a status of its own. */
const openAfterMs = 5_000
const keepAliveMs = 15_000
const retryMs = 1_000
/** The beginning of a stream waits so long for an answer to leave with. */
const gatherMs = 5

export interface AnswerStreamOptions {
  readonly headers?: OutgoingHttpHeaders
  /** Leaves with the headers of an event stream. */
  readonly priming?: Buffer
  /** The client has left, or reads no further: before the end. */
  readonly onGone: () => void
  /** The client reads slower than it is written to, and then no longer so. */
  readonly onBacklog?: (isBehind: boolean) => void
}

/** What answers one HTTP request: a JSON body if all is there at once, else server-sent events as they come. */
export class AnswerStream {
  readonly #outgoing: ServerResponse
  readonly #options: AnswerStreamOptions
  readonly #opening: NodeJS.Timeout
  #keepAlive: NodeJS.Timeout | undefined
  #gathering: NodeJS.Timeout | undefined
  #isBehind = false

  constructor(outgoing: ServerResponse, options: AnswerStreamOptions) {
    this.#outgoing = outgoing
    this.#options = options
    this.#opening = setTimeout(() => this.open(), openAfterMs)
    outgoing.once('close', () => this.#gone())
  }

  /** Whether events have begun, so that nothing else can follow. */
  get isOpen(): boolean {
    return this.#outgoing.headersSent
  }

  /** Bytes that the client has not taken yet. */
  get backlogBytes(): number {
    return this.#outgoing.writableLength
  }

  open(): void {
    if (this.isOpen || this.#outgoing.destroyed) return
    clearTimeout(this.#opening)
    this.#outgoing.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...this.#options.headers,
    })
    this.#outgoing.cork()
    if (this.#options.priming) this.#outgoing.write(this.#options.priming)
    else this.#outgoing.flushHeaders()
    this.#gathering = setTimeout(() => this.#flush(), gatherMs)
    this.#keepAlive = setInterval(() => this.#write(': keep-alive\n\n'), keepAliveMs)
  }

  /** An event that is written already, as `eventOf` does. */
  event(bytes: Buffer): void {
    this.open()
    this.#write(bytes)
    // What is told in one go leaves in one piece.
    if (this.#gathering) queueMicrotask(() => this.#flush())
  }

  /** The only message of an answer that has not begun. */
  json(status: number, body: Buffer): void {
    this.#outgoing.writeHead(status, { 'content-type': 'application/json', ...this.#options.headers })
    this.end(body)
  }

  /** Nothing more comes: of an answer that has not begun, that there is none. */
  end(body?: Buffer): void {
    const { socket } = this.#outgoing
    // What is gathered leaves with the end. Node 24 loses all but the first piece of an answer that ends while it is corked.
    socket?.cork()
    this.#flush()
    this.#stop()
    if (!this.isOpen) this.#outgoing.writeHead(202, this.#options.headers)
    this.#outgoing.end(body)
    socket?.uncork()
  }

  /** Ends it as a connection that broke. */
  destroy(): void {
    this.#outgoing.destroy()
  }

  #write(bytes: Buffer | string): void {
    if (this.#outgoing.destroyed || this.#outgoing.write(bytes) || this.#isBehind) return
    this.#setBehind(true)
    this.#outgoing.once('drain', () => this.#setBehind(false))
  }

  #flush(): void {
    if (this.#gathering === undefined) return
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#outgoing.uncork()
  }

  #setBehind(isBehind: boolean): void {
    if (this.#isBehind === isBehind) return
    this.#isBehind = isBehind
    this.#options.onBacklog?.(isBehind)
  }

  #gone(): void {
    this.#stop()
    this.#setBehind(false)
    if (!this.#outgoing.writableFinished) this.#options.onGone()
  }

  #stop(): void {
    clearTimeout(this.#opening)
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    clearInterval(this.#keepAlive)
  }
}

/** The event without data by which a client knows where to resume, and when (2025-11-25). */
export function primingEvent(id: string): Buffer {
  return Buffer.from(`retry: ${retryMs}\nid: ${id}\ndata: \n\n`)
}

/** One event (WHATWG HTML, 9.2.6). `data` has no line ends. */
export function eventOf(data: Buffer, id: string | null): Buffer {
  const head = id === null ? 'event: message\ndata: ' : `event: message\nid: ${id}\ndata: `
  return Buffer.concat([Buffer.from(head), data, Buffer.from('\n\n')])
}

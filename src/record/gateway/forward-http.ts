import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { endToEnd, endToEndOfRequest } from './end-to-end.ts'
import { upstreamAgent } from './upstream-agents.ts'

/** What an answer says before its body. */
export interface ResponseHead {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
}

/** Sees one exchange pass. What it is shown has not left yet; nothing that it does changes what leaves. */
export interface ExchangeTap {
  requestChunk(chunk: Buffer): void
  /** The whole request is here, and its last piece has not left. */
  requestEnd(): void
  responseStart(response: ResponseHead): void
  /** Whether it sees by a piece alone that it is the last one; else the last piece of JSON waits until the end is known. */
  seesLastPiece?(): boolean
  responseChunk(chunk: Buffer): void
  responseEnd(): void
  /** Whether the request waits until all of it is here, as it may be sent otherwise than it came. */
  holdsRequest?(): boolean
  /** What is sent in the place of the whole request, once it is recorded. */
  asSent?(body: Buffer): Buffer
  /** Calls back once what ended is in the journal; without it, it is when `requestEnd` or `responseEnd` returns. */
  recorded?(then: () => void): void
  /** Asked once the request is recorded, before its last piece leaves: what the client is told instead. */
  refusal?(): ((outgoing: ServerResponse) => void) | null
  /** Ended before its time: `cancelled` by the client, or by what lies behind. */
  broken(layer: 'cancelled' | 'transport', message: string | null): void
  /** Neither client nor upstream says anything more: what is held of it may go. */
  closed?(): void
}

export interface ForwardOptions {
  readonly target: URL
  readonly tap: ExchangeTap
  /** Answers the client in its own terms when nobody behind can be reached. */
  readonly unreachable: (outgoing: ServerResponse, error: Error) => void
  /** Told of every answer. */
  readonly onReached?: () => void
  /** Changes headers of the answer, names and values in turn. */
  readonly ofAnswer?: (rawHeaders: readonly string[], status: number) => readonly string[]
  /** Headers of the request that go no further, in lower case, and those that are sent in place of the client's own. */
  readonly replace?: {
    readonly drop: readonly string[]
    readonly set: Readonly<Record<string, string>>
  }
  /** Connections behind are shared within a pool only. */
  readonly pool?: string
  /** What the client is told instead of an answer that is none of its business; null to pass it. */
  readonly instead?: (response: ResponseHead) => ((outgoing: ServerResponse) => void) | null
}

type Controller = Dispatcher.DispatchController

/**
 * Forwards a request and its answer as they come, bodies byte for byte and headers to the letter but for those of the
 * connection. No timeout of its own; backpressure goes both ways; a client that leaves ends the request behind.
 */
export function forwardHttp(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ForwardOptions,
): void {
  const answer = new Answer(outgoing, options)
  whenClosed([incoming, outgoing], () => options.tap.closed?.())
  const { origin, pathname, search } = options.target
  const path = pathname + search
  const { method = 'GET', rawHeaders } = incoming
  const { drop = [], set = {} } = options.replace ?? {}
  const given = Object.entries(set).flat()
  const dropped = given.length === 0 ? drop : [...drop, ...Object.keys(set).map((name) => name.toLowerCase())]
  const agent = upstreamAgent(options.pool)
  passRequest(incoming, options.tap, answer, (body, isChanged) => {
    if (answer.isOver) return
    const headers = endToEndOfRequest(rawHeaders, isChanged ? [...dropped, 'content-length'] : dropped)
    headers.push(...given)
    agent.dispatch({ origin, path, method, headers, body }, answer)
  })
}

type Open = (body: Buffer | Readable | null, isChanged: boolean) => void

/** The last piece waits until the tap has recorded that it is the last one; a body of one piece leaves with its headers. */
function passRequest(incoming: IncomingMessage, tap: ExchangeTap, answer: Answer, open: Open): void {
  const held: Buffer[] = []
  let body: PassThrough | null = null
  incoming.on('data', (chunk: Buffer) => {
    tap.requestChunk(chunk)
    if (held.length > 0 && !tap.holdsRequest?.()) {
      body ??= opened(incoming, open)
      for (const piece of held.splice(0))
        if (!body.destroyed && !body.write(piece)) pauseUntilDrained(incoming, body)
    }
    held.push(chunk)
  })
  incoming.on('end', () => {
    tap.requestEnd()
    whenRecorded(tap, () => {
      const refuse = tap.refusal?.()
      if (refuse) answer.withhold(refuse)
      else if (body) body.end(held[0])
      else openWhole(held, tap, open)
    })
  })
}

function openWhole(pieces: readonly Buffer[], tap: ExchangeTap, open: Open): void {
  const [first = null] = pieces
  const whole = pieces.length > 1 ? Buffer.concat(pieces) : first
  const sent = whole && (tap.asSent?.(whole) ?? whole)
  open(sent, sent !== whole)
}

function opened(incoming: IncomingMessage, open: Open): PassThrough {
  const body = new PassThrough()
  // Whoever reads it says what went wrong; what still comes then has nowhere to go.
  body.on('error', () => undefined)
  body.on('close', () => incoming.resume())
  open(body, false)
  return body
}

const left = new Error('the client has left')
const nothing = Buffer.alloc(0)

/**
 * Pieces pass at once, each after the tap has seen it. Of JSON, which says something once it is whole, the last one waits
 * until the tap has recorded that it is the last.
 */
class Answer implements Dispatcher.DispatchHandler {
  readonly #outgoing: ServerResponse
  readonly #options: ForwardOptions
  #upstream: Controller | null = null
  #isHeld = false
  /** The client is told something else. */
  #isWithheld = false
  #held: Buffer | null = null
  /** All of it is here, or it broke off. */
  isOver = false

  constructor(outgoing: ServerResponse, options: ForwardOptions) {
    this.#outgoing = outgoing
    this.#options = options
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) this.#breakOff('cancelled', left)
    })
  }

  onRequestStart(controller: Controller): void {
    this.#upstream = controller
    if (this.isOver) controller.abort(left)
  }

  onResponseStart(
    controller: Controller,
    statusCode: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (statusCode < 200) return
    const outgoing = this.#outgoing
    const { tap, instead, ofAnswer, onReached } = this.#options
    onReached?.()
    const tell = instead?.({ statusCode, headers })
    if (tell) {
      this.#tellInstead(tell)
      return
    }
    tap.responseStart({ statusCode, headers })
    this.#isHeld = isJson({ headers }) && !tap.seesLastPiece?.()
    const passed = endToEnd(rawHeadersOf(controller))
    outgoing.sendDate = false
    const reason = byteByByte(statusMessage)
    outgoing.writeHead(statusCode, reason, [...(ofAnswer?.(passed, statusCode) ?? passed)])
    // With a body that is there already they leave together. `flushHeaders` would write them as UTF-8.
    if (!this.#isHeld) outgoing.write(nothing)
  }

  /** The request goes no further. */
  withhold(tell: (outgoing: ServerResponse) => void): void {
    if (this.isOver) return
    this.isOver = true
    this.#upstream?.abort(left)
    // Who was answered before all was sent has heard what cannot be taken back.
    if (this.#outgoing.headersSent) this.#outgoing.destroy()
    else this.#tellInstead(tell)
  }

  #tellInstead(tell: (outgoing: ServerResponse) => void): void {
    this.isOver = true
    this.#isWithheld = true
    tell(this.#outgoing)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isWithheld) return
    this.#options.tap.responseChunk(chunk)
    if (!this.#isHeld) this.#write(controller, chunk)
    else {
      if (this.#held) this.#write(controller, this.#held)
      this.#held = chunk
    }
  }

  onResponseEnd(): void {
    if (this.#isWithheld) return
    const { tap } = this.#options
    tap.responseEnd()
    this.isOver = true
    whenRecorded(tap, () => {
      if (!this.#outgoing.destroyed) this.#outgoing.end(this.#held)
    })
  }

  onResponseError(_: Controller, error: Error): void {
    this.#breakOff('transport', error)
  }

  #write(controller: Controller, chunk: Buffer): void {
    if (this.#outgoing.write(chunk)) return
    controller.pause()
    this.#outgoing.once('drain', () => controller.resume())
  }

  #breakOff(layer: 'cancelled' | 'transport', error: Error): void {
    if (this.isOver) return
    this.isOver = true
    this.#options.tap.broken(layer, layer === 'cancelled' ? null : error.message)
    this.#upstream?.abort(error)
    if (layer === 'cancelled') return
    if (this.#outgoing.headersSent) this.#outgoing.destroy()
    else this.#options.unreachable(this.#outgoing, error)
  }
}

function whenClosed(sides: readonly (IncomingMessage | ServerResponse)[], then: () => void): void {
  let open = sides.length
  for (const side of sides)
    side.once('close', () => {
      open -= 1
      if (open === 0) then()
    })
}

function whenRecorded(tap: ExchangeTap, then: () => void): void {
  if (tap.recorded) tap.recorded(then)
  else then()
}

export function isJson({ headers }: Pick<ResponseHead, 'headers'>): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')
}

export function isEventStream({ headers }: Pick<ResponseHead, 'headers'>): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
}

function pauseUntilDrained(source: IncomingMessage, sink: PassThrough): void {
  source.pause()
  sink.once('drain', () => source.resume())
}

const ascii = /^[ -~]*$/

/** undici reads a reason as UTF-8, and Node writes one as Latin-1 and refuses what is beyond. */
function byteByByte(reason = ''): string {
  return ascii.test(reason) ? reason : Buffer.from(reason).toString('latin1')
}

function rawHeadersOf({ rawHeaders }: Dispatcher.DispatchController): readonly string[] {
  if (!Array.isArray(rawHeaders)) return []
  return rawHeaders.map((each) => (typeof each === 'string' ? each : each.toString('latin1')))
}

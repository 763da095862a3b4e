import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import { endToEnd, endToEndOfRequest } from './end-to-end.ts'

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
  responseChunk(chunk: Buffer): void
  responseEnd(): void
  /** Calls back once what ended is in the journal; without it, it is when `requestEnd` or `responseEnd` returns. */
  recorded?(then: () => void): void
  /** Ended before its time: `cancelled` by the client, or by what lies behind. */
  broken(layer: 'cancelled' | 'transport', message: string | null): void
}

export interface ForwardOptions {
  readonly target: URL
  readonly tap: ExchangeTap
  /** Answers the client in its own terms when nobody behind can be reached. */
  readonly unreachable: (outgoing: ServerResponse, error: Error) => void
}

type ResponseHandler = Pick<
  Dispatcher.DispatchHandler,
  'onResponseStart' | 'onResponseData' | 'onResponseEnd'
>

/** undici's own client costs half of what `node:http`'s does. */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } })

/**
 * Forwards a request and its answer as they come, bodies byte for byte and headers to the letter but for those of the
 * connection. No timeout of its own; backpressure goes both ways; a client that leaves ends the request behind.
 */
export function forwardHttp(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, tap, unreachable }: ForwardOptions,
): void {
  let upstream: Dispatcher.DispatchController | null = null
  let isOver = false
  const breakOff = (layer: 'cancelled' | 'transport', error: Error) => {
    if (isOver) return
    isOver = true
    tap.broken(layer, layer === 'cancelled' ? null : error.message)
    upstream?.abort(error)
    if (layer === 'cancelled') return
    if (outgoing.headersSent) outgoing.destroy()
    else unreachable(outgoing, error)
  }
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) breakOff('cancelled', left)
  })
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      upstream = controller
      if (isOver) controller.abort(left)
    },
    ...passResponse(outgoing, tap, () => {
      isOver = true
    }),
    onResponseError: (_, error) => breakOff('transport', error),
  }
  passRequest(incoming, tap, (body) => {
    if (!isOver) agent.dispatch({ ...requestTo(target, incoming), body }, handler)
  })
}

const left = new Error('the client has left')

function requestTo({ origin, pathname, search }: URL, { method, rawHeaders }: IncomingMessage) {
  return { origin, path: pathname + search, method: method ?? 'GET', headers: endToEndOfRequest(rawHeaders) }
}

/** The last piece waits until the tap has recorded that it is the last one; a body of one piece leaves with its headers. */
function passRequest(
  incoming: IncomingMessage,
  tap: ExchangeTap,
  open: (body: Buffer | Readable | null) => void,
): void {
  let held: Buffer | null = null
  let body: PassThrough | null = null
  incoming.on('data', (chunk: Buffer) => {
    tap.requestChunk(chunk)
    if (held) {
      body ??= opened(incoming, open)
      if (!body.destroyed && !body.write(held)) pauseUntilDrained(incoming, body)
    }
    held = chunk
  })
  incoming.on('end', () => {
    tap.requestEnd()
    whenRecorded(tap, () => (body ? body.end(held) : open(held)))
  })
}

function opened(incoming: IncomingMessage, open: (body: Readable) => void): PassThrough {
  const body = new PassThrough()
  // Whoever reads it says what went wrong; what still comes then has nowhere to go.
  body.on('error', () => undefined)
  body.on('close', () => incoming.resume())
  open(body)
  return body
}

/**
 * Pieces pass at once, each after the tap has seen it. Of JSON, which says something once it is whole, the last one waits
 * until the tap has recorded that it is the last.
 */
function passResponse(outgoing: ServerResponse, tap: ExchangeTap, onEnd: () => void): ResponseHandler {
  let isHeld = false
  let held: Buffer | null = null
  const write = (controller: Dispatcher.DispatchController, chunk: Buffer) => {
    if (outgoing.write(chunk)) return
    controller.pause()
    outgoing.once('drain', () => controller.resume())
  }
  return {
    onResponseStart(controller, statusCode, headers, statusMessage) {
      if (statusCode < 200) return
      isHeld = isJson({ headers })
      tap.responseStart({ statusCode, headers })
      outgoing.sendDate = false
      outgoing.writeHead(statusCode, statusMessage, endToEnd(rawHeadersOf(controller)))
      // With a body that is there already they leave together.
      if (!isHeld) outgoing.flushHeaders()
    },
    onResponseData(controller, chunk) {
      tap.responseChunk(chunk)
      if (held) write(controller, held)
      if (isHeld) held = chunk
      else write(controller, chunk)
    },
    onResponseEnd() {
      tap.responseEnd()
      onEnd()
      whenRecorded(tap, () => {
        if (!outgoing.destroyed) outgoing.end(held)
      })
    },
  }
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

function rawHeadersOf({ rawHeaders }: Dispatcher.DispatchController): readonly string[] {
  if (!Array.isArray(rawHeaders)) return []
  return rawHeaders.map((each) => (typeof each === 'string' ? each : each.toString('latin1')))
}

import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type PooledRequest, upstreamAgents } from './upstream-agents.ts'

/** Sees one exchange pass. What it is shown has not left yet; nothing that it does changes what leaves. */
export interface ExchangeTap {
  requestChunk(chunk: Buffer): void
  /** The whole request is here, and its last piece has not left. */
  requestEnd(): void
  responseStart(response: IncomingMessage): void
  /** Whether it sees by a piece alone that it is the last one; else the last piece of JSON waits until the end is known. */
  seesLastPiece?(): boolean
  responseChunk(chunk: Buffer): void
  responseEnd(): void
  /** Ended before its time: `cancelled` by the client, or by what lies behind. */
  broken(layer: 'cancelled' | 'transport', message: string | null): void
}

export interface ForwardOptions {
  readonly target: URL
  readonly tap: ExchangeTap
  /** Answers the client in its own terms when nobody behind can be reached. */
  readonly unreachable: (outgoing: ServerResponse, error: Error) => void
  /** Changes headers of the answer, names and values in turn. */
  readonly ofAnswer?: (rawHeaders: readonly string[], status: number) => readonly string[]
  /** Headers of the request that go no further, and those that are sent in place of the client's own. */
  readonly replace?: {
    readonly drop: readonly string[]
    readonly set: Readonly<Record<string, string>>
  }
  /** Connections behind are shared within a pool only. */
  readonly pool?: string
  /** What the client is told instead of an answer that is none of its business; null to pass it. */
  readonly instead?: (response: IncomingMessage) => ((outgoing: ServerResponse) => void) | null
}

/** RFC 9110, 7.6.1: of one connection, not of the message. */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)

/**
 * Forwards a request and its answer as they come, bodies byte for byte and headers to the letter but for those of the
 * connection. No timeout of its own; backpressure goes both ways; a client that leaves ends the request behind.
 */
export function forwardHttp(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ForwardOptions,
): void {
  const { tap, unreachable, instead, ofAnswer } = options
  const upstream = openUpstream(incoming, options)
  let isOver = false
  const breakOff = (layer: 'cancelled' | 'transport', error: Error | null) => {
    if (isOver) return
    isOver = true
    tap.broken(layer, error?.message ?? null)
    upstream.destroy()
    if (layer === 'cancelled') return
    if (outgoing.headersSent) outgoing.destroy()
    else unreachable(outgoing, error ?? new Error('it closed the connection'))
  }
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) breakOff('cancelled', null)
  })
  upstream.on('error', (error) => breakOff('transport', error))
  upstream.on('response', (response) => {
    response.on('error', (error) => breakOff('transport', error))
    const tell = instead?.(response)
    if (tell) {
      isOver = true
      response.resume()
      tell(outgoing)
      return
    }
    const headers = endToEnd(response.rawHeaders)
    const changed = ofAnswer?.(headers, response.statusCode ?? 502) ?? headers
    passResponse(response, changed, outgoing, tap, () => {
      isOver = true
    })
  })
  passRequest(incoming, upstream, tap)
}

function openUpstream(
  incoming: IncomingMessage,
  { target, replace, pool = '' }: ForwardOptions,
): ClientRequest {
  const { protocol, host } = target
  const { drop = [], set = {} } = replace ?? {}
  const gone = ['host', ...drop, ...Object.keys(set).map((name) => name.toLowerCase())]
  const isSecure = protocol === 'https:'
  const options: PooledRequest = {
    method: incoming.method ?? 'GET',
    headers: ['Host', host, ...endToEnd(incoming.rawHeaders, gone), ...Object.entries(set).flat()],
    agent: upstreamAgents[isSecure ? 'https:' : 'http:'],
    pool,
  }
  return (isSecure ? httpsRequest : httpRequest)(target, options)
}

/** The last piece waits until the tap has seen that it is the last one. */
function passRequest(incoming: IncomingMessage, upstream: ClientRequest, tap: ExchangeTap): void {
  let held: Buffer | null = null
  incoming.on('data', (chunk: Buffer) => {
    tap.requestChunk(chunk)
    if (held && !upstream.write(held)) pauseUntilDrained(incoming, upstream)
    held = chunk
  })
  incoming.on('end', () => {
    tap.requestEnd()
    if (held) upstream.end(held)
    else upstream.end()
  })
}

/**
 * Pieces pass at once, each after the tap has seen it. Of JSON, which says something once it is whole, the last one waits
 * until the tap knows that it is the last.
 */
function passResponse(
  response: IncomingMessage,
  headers: readonly string[],
  outgoing: ServerResponse,
  tap: ExchangeTap,
  onEnd: () => void,
): void {
  tap.responseStart(response)
  const isHeld = isJson(response) && !tap.seesLastPiece?.()
  let held: Buffer | null = null
  const write = (chunk: Buffer) => {
    if (!outgoing.write(chunk)) pauseUntilDrained(response, outgoing)
  }
  outgoing.sendDate = false
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, [...headers])
  // With a body that is there already they leave together.
  if (!isHeld) outgoing.flushHeaders()
  response.on('data', (chunk: Buffer) => {
    tap.responseChunk(chunk)
    if (!isHeld) write(chunk)
    else {
      if (held) write(held)
      held = chunk
    }
  })
  response.on('end', () => {
    tap.responseEnd()
    onEnd()
    if (held) outgoing.end(held)
    else outgoing.end()
  })
}

export function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')
}

export function isEventStream({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
}

function pauseUntilDrained(source: IncomingMessage, sink: ClientRequest | ServerResponse): void {
  source.pause()
  sink.once('drain', () => source.resume())
}

/** Names and values in turn, as they came; without those of the connection, and those that it names. */
function endToEnd(rawHeaders: readonly string[], alsoNot: readonly string[] = []): readonly string[] {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '' }] : [],
  )
  const named = pairs.flatMap(({ name, value }) =>
    name.toLowerCase() === 'connection' ? value.split(',').map((each) => each.trim().toLowerCase()) : [],
  )
  const dropped = new Set([...hopByHop, ...named, ...alsoNot])
  return pairs.flatMap(({ name, value }) => (dropped.has(name.toLowerCase()) ? [] : [name, value]))
}

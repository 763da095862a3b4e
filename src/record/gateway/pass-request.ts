import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { type ExchangeTap, whenRecorded } from './exchange-tap.ts'

export interface PassOptions {
  /** Begins the request behind; without a body, with all of it, or with what is still to come. */
  readonly open: (body: Buffer | Readable | null, isChanged: boolean) => void
  /** The request goes no further, and the client is told this instead. */
  readonly withhold: (tell: (outgoing: ServerResponse) => void) => void
}

/** The last piece waits until the tap has recorded that it is the last one; a body of one piece leaves with its headers. */
export function passRequest(
  incoming: IncomingMessage,
  tap: ExchangeTap,
  { open, withhold }: PassOptions,
): void {
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
      if (refuse) withhold(refuse)
      else if (body) body.end(held[0])
      else openWhole(held, tap, open)
    })
  })
}

function openWhole(pieces: readonly Buffer[], tap: ExchangeTap, open: PassOptions['open']): void {
  const [first = null] = pieces
  const whole = pieces.length > 1 ? Buffer.concat(pieces) : first
  const sent = whole && (tap.asSent?.(whole) ?? whole)
  open(sent, sent !== whole)
}

function opened(incoming: IncomingMessage, open: PassOptions['open']): PassThrough {
  const body = new PassThrough()
  // Whoever reads it says what went wrong; what still comes then has nowhere to go.
  body.on('error', () => undefined)
  body.on('close', () => incoming.resume())
  open(body, false)
  return body
}

function pauseUntilDrained(source: IncomingMessage, sink: PassThrough): void {
  source.pause()
  sink.once('drain', () => source.resume())
}

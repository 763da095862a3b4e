import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

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
  /** Resolves once it has read what it was shown of the answer; null, as without it, where it has already. */
  reading?(): Promise<void> | null
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

export function whenRecorded(tap: ExchangeTap, then: () => void): void {
  if (tap.recorded) tap.recorded(then)
  else then()
}

export function isJson({ headers }: Pick<ResponseHead, 'headers'>): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')
}

export function isEventStream({ headers }: Pick<ResponseHead, 'headers'>): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
}

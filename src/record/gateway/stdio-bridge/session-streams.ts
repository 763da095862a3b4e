import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Refusal } from '../refuse.ts'
import { AnswerStream, primingEvent } from './answer-stream.ts'
import { transportRefusal } from './check-post.ts'
import { EventLog, eventId, eventPlace } from './event-log.ts'
import { SessionStream } from './session-stream.ts'

/** The streams of one session: those of its POSTs that are not answered yet, and the standalone one, which is number 0. */
export class SessionStreams {
  readonly standalone: SessionStream
  readonly #headers: OutgoingHttpHeaders
  readonly #onBacklog: (isBehind: boolean) => void
  readonly #log = new EventLog()
  readonly #ofPosts = new Map<number, SessionStream>()
  #lastNumber = 0
  #behind = 0

  /** `onBacklog` is told when the first of the clients' connections falls behind, and when the last has caught up. */
  constructor(headers: OutgoingHttpHeaders, onBacklog: (isBehind: boolean) => void) {
    this.#headers = headers
    this.#onBacklog = onBacklog
    this.standalone = new SessionStream(0, this.#log, true)
  }

  /** The stream of a POST; it begins at once for a client that can resume it, so that no answer is lost with a connection. */
  begin(outgoing: ServerResponse, canResume: boolean): SessionStream {
    this.#lastNumber += 1
    const stream = new SessionStream(this.#lastNumber, this.#log, false)
    this.#ofPosts.set(stream.number, stream)
    const priming = primingEvent(eventId({ stream: stream.number, index: 0 }))
    const carrier = this.#carrier(outgoing, stream, canResume ? { priming } : {})
    if (canResume) carrier.open()
    stream.carry(carrier, null)
    return stream
  }

  /** Answers a GET: with the standalone stream, or with what followed an event of any of them. */
  listen(outgoing: ServerResponse, lastEventId: string | null): Refusal | null {
    if (lastEventId !== null) return this.#resume(outgoing, lastEventId)
    if (this.standalone.isCarried) return transportRefusal(409, 'this session has a GET stream already')
    this.#carryOn(outgoing, this.standalone, null)
    return null
  }

  /**
   * Where something belongs that names no request: with the one POST that waits; where there are several, or none, on the
   * standalone stream. Who opens none is told on what is open, before nothing is told at all.
   */
  ofNoRequest(): SessionStream {
    const [only] = this.#ofPosts.size === 1 ? this.#ofPosts.values() : []
    if (only?.isCarried) return only
    if (this.standalone.isCarried) return this.standalone
    return [...this.#ofPosts.values()].findLast(({ isCarried }) => isCarried) ?? this.standalone
  }

  /** A message for the client. It is the last of its stream once every request of the POST is answered. */
  send(stream: SessionStream, message: Buffer): void {
    const isLast = stream !== this.standalone && stream.unanswered.size === 0
    if (isLast) this.#ofPosts.delete(stream.number)
    stream.send(message, isLast)
  }

  end(stream: SessionStream): void {
    this.#ofPosts.delete(stream.number)
    stream.end()
  }

  endAll(): void {
    for (const stream of [...this.#ofPosts.values(), this.standalone]) this.end(stream)
  }

  #resume(outgoing: ServerResponse, lastEventId: string): Refusal | null {
    const place = eventPlace(lastEventId)
    if (!place || place.stream > this.#lastNumber)
      return transportRefusal(400, `Last-Event-ID ${lastEventId} is no event of this session`)
    const stream = place.stream === 0 ? this.standalone : this.#ofPosts.get(place.stream)
    if (stream) {
      this.#carryOn(outgoing, stream, place.index)
      return null
    }
    const events = this.#log.after(place)
    // Clients come back again and again to a stream that ends without an answer; this is what tells them not to.
    if (events.length === 0) return transportRefusal(405, 'nothing is left of the stream of that event')
    const carrier = this.#carrier(outgoing, null)
    for (const bytes of events) carrier.event(bytes)
    carrier.end()
    return null
  }

  #carryOn(outgoing: ServerResponse, stream: SessionStream, after: number | null): void {
    const carrier = this.#carrier(outgoing, stream)
    carrier.open()
    stream.carry(carrier, after)
  }

  #carrier(outgoing: ServerResponse, stream: SessionStream | null, more: { readonly priming?: Buffer } = {}) {
    const carrier = new AnswerStream(outgoing, {
      headers: this.#headers,
      ...more,
      onGone: () => stream?.drop(carrier),
      onBacklog: (isBehind) => this.#count(isBehind),
    })
    return carrier
  }

  #count(isBehind: boolean): void {
    this.#behind += isBehind ? 1 : -1
    if (this.#behind === (isBehind ? 1 : 0)) this.#onBacklog(isBehind)
  }
}

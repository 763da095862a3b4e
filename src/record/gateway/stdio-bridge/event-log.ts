import { eventOf } from './answer-stream.ts'

interface LoggedEvent {
  readonly stream: number
  readonly index: number
  readonly bytes: Buffer
}

/** Of all streams of a session together; beyond it, the older half goes at once: one by one, each would move all the others. */
const limitBytes = 4 * 1024 * 1024

/** The place of an event: which stream it belongs to, and its number there, from 1. */
export interface EventPlace {
  readonly stream: number
  readonly index: number
}

/** The latest events of a session, kept for a client that comes back for them: half as many as fit at least, and the newest always. */
export class EventLog {
  #events: LoggedEvent[] = []
  #bytes = 0

  append({ stream, index }: EventPlace, data: Buffer): Buffer {
    const bytes = eventOf(data, eventId({ stream, index }))
    this.#events.push({ stream, index, bytes })
    this.#bytes += bytes.length
    this.#forget()
    return bytes
  }

  /** Those of the same stream that followed, as they were written. */
  after({ stream, index }: EventPlace): readonly Buffer[] {
    return this.#events.flatMap((each) => (each.stream === stream && each.index > index ? [each.bytes] : []))
  }

  #forget(): void {
    if (this.#bytes <= limitBytes) return
    let count = 0
    while (this.#bytes > limitBytes / 2 && count < this.#events.length - 1) {
      this.#bytes -= this.#events[count]?.bytes.length ?? 0
      count += 1
    }
    this.#events = this.#events.slice(count)
  }
}

export function eventId({ stream, index }: EventPlace): string {
  return `${stream}.${index}`
}

/** Null for an id that is none of ours. */
export function eventPlace(id: string): EventPlace | null {
  const [, stream, index] = /^(\d{1,15})\.(\d{1,15})$/.exec(id) ?? []
  return stream === undefined ? null : { stream: Number(stream), index: Number(index) }
}

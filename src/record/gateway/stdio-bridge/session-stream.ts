import type { AnswerStream } from './answer-stream.ts'
import type { EventLog } from './event-log.ts'

/**
 * A stream of a session: of one POST, or the one that GET opens. It outlives the connection that carries it; what is said
 * meanwhile waits in the session's log.
 */
export class SessionStream {
  readonly number: number
  /** Requests of the client that it has not answered yet, by their ids. */
  readonly unanswered = new Set<string>()
  readonly #log: EventLog
  #carrier: AnswerStream | null = null
  /** Whether it has ever had events: else nobody can come back for them. */
  #hasBegun: boolean
  #lastIndex = 0
  #carriedIndex = 0

  constructor(number: number, log: EventLog, hasBegun: boolean) {
    this.number = number
    this.#log = log
    this.#hasBegun = hasBegun
  }

  get isCarried(): boolean {
    return this.#carrier !== null
  }

  /** From now on `carrier` carries it; `after` is the last event that the client has, null for what it was last sent. */
  carry(carrier: AnswerStream, after: number | null): void {
    const former = this.#carrier
    this.#carrier = carrier
    former?.end()
    if (!this.#hasBegun) return
    const from = after ?? this.#carriedIndex
    for (const bytes of this.#log.after({ stream: this.number, index: from })) carrier.event(bytes)
    this.#carriedIndex = this.#lastIndex
  }

  /** The carrier has gone. */
  drop(carrier: AnswerStream): void {
    if (this.#carrier !== carrier) return
    this.#hasBegun ||= carrier.isOpen
    this.#carrier = null
  }

  send(message: Buffer, isLast: boolean): void {
    const carrier = this.#carrier
    if (isLast && carrier && !carrier.isOpen) {
      this.#carrier = null
      carrier.json(200, message)
      return
    }
    this.#hasBegun ||= carrier !== null
    if (!this.#hasBegun) return
    this.#lastIndex += 1
    const bytes = this.#log.append({ stream: this.number, index: this.#lastIndex }, message)
    if (carrier) {
      carrier.event(bytes)
      this.#carriedIndex = this.#lastIndex
    }
    if (isLast) this.end()
  }

  end(): void {
    const carrier = this.#carrier
    this.#carrier = null
    carrier?.end()
  }
}

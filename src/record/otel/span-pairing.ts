import type { Entry, EntryKind } from '../../domain/entry.ts'
import type { CallContent, Ended, EndedCall } from './ended-call.ts'

type Request = Entry<'tool_request' | 'model_request'>
type Closing = Entry<'tool_result' | 'model_response'>

interface Begun {
  readonly request: Request
  readonly session: Entry<'session_opened'> | null
  readonly moments: Entry<'decision' | 'policy_decision'>[]
  readonly argumentsText: string | null
}

interface Trial {
  readonly scores: Entry<'score'>[]
  trial: Entry<'trial'> | null
}

/** The text of a body that was just stored, by its digest. */
type TextOf = (digest: string) => string | null

/** Calls without an answer beyond this many: the oldest is given up. */
const limit = 10_000

/**
 * Joins entries, as they pass, to what has ended. Decisions are recorded in the same turn as the response that they are
 * part of, so an answered request waits for `take`, and `take` for the end of the turn.
 */
export class SpanPairing {
  readonly #textOf: TextOf | undefined
  readonly #sessions = new Map<string | null, Entry<'session_opened'>>()
  readonly #trials = new Map<string | null, Trial>()
  readonly #begun = new Map<string, Begun>()
  /** Answered in this turn. */
  readonly #answered = new Map<string, Begun>()
  /** Of each server that has a session of its own. */
  readonly #transports = new Map<string, 'stdio' | 'http'>()
  #ended: Ended[] = []
  #givenUp = 0

  /** `textOf`: only where content may leave. */
  constructor(textOf?: TextOf) {
    this.#textOf = textOf
  }

  /** Spans that will never be: their calls were given up. */
  get givenUp(): number {
    return this.#givenUp
  }

  /** True once there is something to take. */
  add(entry: Entry): boolean {
    if (isOf(entry, 'session_opened')) this.#open(entry)
    else if (isOf(entry, 'session_closed')) this.#close(entry)
    else if (isOf(entry, 'tool_request') || isOf(entry, 'model_request')) this.#begin(entry)
    else if (isOf(entry, 'tool_result') || isOf(entry, 'model_response')) this.#end(entry)
    else if (isOf(entry, 'decision')) this.#answered.get(entry.data.modelSpan)?.moments.push(entry)
    else if (isOf(entry, 'policy_decision')) this.#begun.get(entry.data.toolSpan ?? '')?.moments.push(entry)
    else if (isOf(entry, 'score')) this.#trials.get(entry.session)?.scores.push(entry)
    else if (isOf(entry, 'trial')) this.#learnTrial(entry)
    return this.#ended.length > 0
  }

  /** What has ended since it was last taken, in the order of the ends. */
  take(): readonly Ended[] {
    const ended = this.#ended
    this.#ended = []
    this.#answered.clear()
    return ended
  }

  #open(entry: Entry<'session_opened'>): void {
    const { type, server } = entry.data
    this.#sessions.set(entry.session, entry)
    if (type === 'trial') this.#trials.set(entry.session, { scores: [], trial: null })
    if (server !== null && (type === 'stdio' || type === 'http')) this.#transports.set(server, type)
  }

  #begin(request: Request): void {
    const [oldest] = this.#begun.size >= limit ? this.#begun.keys() : []
    if (oldest !== undefined) {
      this.#begun.delete(oldest)
      this.#givenUp += 1
    }
    const given = request.kind === 'tool_request' ? request.data.arguments.digest : ''
    const session = this.#sessions.get(request.session) ?? null
    const argumentsText = this.#textOf?.(given) ?? null
    this.#begun.set(request.data.span, { request, session, moments: [], argumentsText })
  }

  #end(closing: Closing): void {
    const begun = this.#begun.get(closing.data.span)
    if (!begun) return
    this.#begun.delete(closing.data.span)
    this.#answered.set(closing.data.span, begun)
    this.#finish(begun, closing, closing.at)
  }

  #finish(begun: Begun, closing: Closing | null, endedAt: string): void {
    const { request, session, moments } = begun
    const content = this.#contentOf(begun, closing)
    const around = { session, moments, endedAt, content, transport: this.#transportOf(request) }
    if (request.kind === 'tool_request')
      this.#ended.push({ type: 'tool', request, closing: only(closing, 'tool_result'), ...around })
    else this.#ended.push({ type: 'model', request, closing: only(closing, 'model_response'), ...around })
  }

  #contentOf({ argumentsText }: Begun, closing: Closing | null): CallContent | null {
    if (!this.#textOf) return null
    const result = closing?.kind === 'tool_result' ? closing.data.result : null
    return { arguments: argumentsText, result: result && this.#textOf(result.digest) }
  }

  #transportOf({ kind, data }: Request): EndedCall<'tool_request'>['transport'] {
    return kind === 'tool_request' ? (this.#transports.get(data.server ?? '') ?? null) : null
  }

  #learnTrial(entry: Entry<'trial'>): void {
    const trial = this.#trials.get(entry.session)
    if (trial) trial.trial = entry
  }

  /** What has no answer yet gets none. */
  #close({ session: id, at }: Entry<'session_closed'>): void {
    for (const [span, begun] of this.#begun)
      if (begun.request.session === id) {
        this.#begun.delete(span)
        this.#finish(begun, null, at)
      }
    const session = this.#sessions.get(id)
    const trial = this.#trials.get(id)
    if (session && trial) this.#ended.push({ type: 'trial', session, ...trial, endedAt: at })
    this.#sessions.delete(id)
    this.#trials.delete(id)
  }
}

function only<K extends EntryKind>(entry: Entry | null, kind: K): (Entry & Entry<K>) | null {
  return entry !== null && isOf(entry, kind) ? entry : null
}

function isOf<K extends EntryKind>(entry: Entry, kind: K): entry is Entry & Entry<K> {
  return entry.kind === kind
}

import type { Entry, EntryData } from '../domain/entry.ts'
import { type JoinSpan, joinSpan } from './join-span.ts'
import { isOpening, type Observation, observe } from './observations.ts'
import { type Closings, spanFields } from './span-fields.ts'
import { derivedChain } from './trace-context.ts'

export interface LiveBounds {
  readonly spans: number
  readonly ageMs: number
}

interface Known {
  readonly observed: Observation
  span: JoinSpan
  readonly keys: Set<string>
}

/** The spans that were begun last, by what may join them to others. Those beyond the bounds are forgotten, the oldest first. */
export class LiveSpans {
  readonly #bounds: LiveBounds
  readonly #forgotten: (span: JoinSpan) => void
  readonly #sessions = new Map<string | null, Entry<'session_opened'>>()
  readonly #known = new Map<string, Known>()
  /** In the order in which they came. */
  readonly #byKey = new Map<string, string[]>()

  constructor(bounds: LiveBounds, forgotten: (span: JoinSpan) => void) {
    this.#bounds = bounds
    this.#forgotten = forgotten
  }

  /** The span that the entry begins; null for any other entry. */
  add(entry: Entry): JoinSpan | null {
    if (entry.kind === 'session_opened') this.#sessions.set(entry.session, entry)
    else if (entry.kind === 'session_closed') this.#sessions.delete(entry.session)
    else if (entry.kind === 'tool_result') this.#learn(entry.data.span, { result: entry.data })
    else if (entry.kind === 'model_response') this.#learn(entry.data.span, { response: entry.data })
    else if (isOpening(entry)) return this.#begin(entry)
    return null
  }

  get(span: string): JoinSpan | null {
    return this.#known.get(span)?.span ?? null
  }

  /** Those with one of the keys, the last `most` of each. */
  near(keys: Iterable<string>, most: number): readonly JoinSpan[] {
    const found = [...keys].flatMap((key) => this.#byKey.get(key)?.slice(-most) ?? [])
    return [...new Set(found)].flatMap((span) => this.get(span) ?? [])
  }

  #begin(entry: Observation['entry']): JoinSpan | null {
    if (entry.kind === 'policy_decision' || this.#known.has(entry.data.span)) return null
    const parent = entry.kind === 'decision' ? this.#known.get(entry.data.modelSpan)?.observed : undefined
    const earlier = new Map(parent ? [[parent.span, parent]] : [])
    const observed = observe(entry, this.#sessions.get(entry.session) ?? null, earlier)
    const chain = observed.traceChain ?? this.get(observed.namedParent ?? '')?.chain
    const span = spanOf(observed, {}, chain ?? derivedChain(observed.span))
    this.#known.set(span.span, { observed, span, keys: new Set() })
    this.#index(span)
    this.#forget(span.atMs)
    return span
  }

  #learn(span: string, closing: Closing): void {
    const known = this.#known.get(span)
    if (!known) return
    known.span = spanOf(known.observed, closing, known.span.chain)
    this.#index(known.span)
  }

  #index(span: JoinSpan): void {
    const known = this.#known.get(span.span)
    const isTrial = known?.observed.session?.data.type === 'trial'
    for (const key of isTrial ? [sessionKey(span)] : keysOf(span)) {
      if (known?.keys.has(key)) continue
      known?.keys.add(key)
      const others = this.#byKey.get(key)
      if (others) others.push(span.span)
      else this.#byKey.set(key, [span.span])
    }
  }

  #forget(nowMs: number): void {
    for (const [id, { span, keys }] of this.#known) {
      if (this.#known.size <= this.#bounds.spans && nowMs - span.atMs <= this.#bounds.ageMs) return
      this.#known.delete(id)
      for (const key of keys) {
        const others = this.#byKey.get(key) ?? []
        // The oldest stands at the front, or near it.
        others.splice(others.indexOf(id), 1)
        if (others.length === 0) this.#byKey.delete(key)
      }
      this.#forgotten(span)
    }
  }
}

interface Closing {
  readonly result?: EntryData['tool_result']
  readonly response?: EntryData['model_response']
}

/** As ingest has it, from the same evidence. */
function spanOf(observed: Observation, { result, response }: Closing, chain: string): JoinSpan {
  const { span, entry, namedParent } = observed
  const closings: Closings = {
    results: new Map(result && [[span, result]]),
    responses: new Map(response && [[span, response]]),
    closed: false,
  }
  const { kind, server = null, name, outcome, attributes } = spanFields(observed, closings)
  const place = { span, session: entry.session ?? '', chain, parent: namedParent, at: entry.at }
  return joinSpan({ ...place, kind: kind === 'policy' ? 'tool' : kind, server, name, outcome, attributes })
}

/** By what others find a span. A trial is whole by itself. */
function keysOf(span: JoinSpan): readonly string[] {
  const { kind, callId, argumentsHash, coercedArgumentsHash, innerArgumentsHash, resultHashes } = span
  const member = `member ${span.parent ?? ''}`
  const arguments_ = [argumentsHash, coercedArgumentsHash, innerArgumentsHash]
  const called = [
    ...named('id', [callId]),
    ...named('arguments', arguments_),
    ...named('result', resultHashes),
  ]
  const session = sessionKey(span)
  if (kind === 'tool') return [session, ...called.map((key) => `call ${key}`)]
  if (kind === 'decision') return [session, member, ...called, ...named('text', span.textHashes)]
  const told = span.carriedResults.flatMap(({ hashes }) => hashes)
  return [
    session,
    ...named('asked', [span.messagesHash]),
    ...named('answer', [span.responseId]),
    ...named('result', told),
  ]
}

export function sessionKey({ principal, session }: JoinSpan): string {
  return `session ${principal} ${session}`
}

/** By what a span finds those that may be its cause, or that it continues. */
export function causeKeys(span: JoinSpan): readonly string[] {
  if (span.kind === 'tool')
    return [
      ...named('id', [span.callId]),
      ...named('arguments', [span.argumentsHash]),
      ...named('result', span.resultHashes),
    ]
  const carried = span.carriedResults.map(({ callId }) => callId)
  return [
    ...named('id', carried),
    ...named('asked', [span.earlierMessagesHash]),
    ...named('answer', [span.conversation.previous_response_id]),
    ...named('text', span.promptHashes),
  ]
}

/** By what a decision finds the calls that may carry it out. */
export function callKeys(decision: JoinSpan): readonly string[] {
  const { callId, argumentsHash, coercedArgumentsHash, innerArgumentsHash } = decision
  const hashes = [argumentsHash, coercedArgumentsHash, innerArgumentsHash]
  return [...named('id', [callId]), ...named('arguments', hashes)].map((key) => `call ${key}`)
}

function named(kind: string, values: readonly (string | null | undefined)[]): readonly string[] {
  return values.flatMap((value) => (value ? [`${kind} ${value}`] : []))
}

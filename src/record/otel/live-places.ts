import { LiveChains } from '../../chain/live-chains.ts'
import { traceContext } from '../../chain/trace-context.ts'
import type { Entry, EntryKind } from '../../domain/entry.ts'
import type { Ended } from './ended-call.ts'
import { type Place, placeOf } from './span-data.ts'

/** A call whose cause is not known yet; it may be, once the model is told its result. */
export const unsettled = Symbol('unsettled')

interface Turn extends Place {
  /** The first request of the conversation, below which the others stand. */
  readonly first: string
}

const sessionKinds = new Set<EntryKind>(['session_opened', 'session_closed'])

/** Those that were asked before are forgotten. */
const mostTurns = 4096

/**
 * Where spans stand that brought no trace of their own: a call below the request that decided it, a request below the first one
 * of its conversation, so that prompt, decision and call are one trace.
 */
export class LivePlaces {
  readonly #chains = new LiveChains()
  readonly #turns = new Map<string, Turn>()
  readonly #modelOf = new Map<string, string>()
  readonly #areCallsPlaced: boolean
  #hasModel = false

  /** `areCallsPlaced`: servers were told where their calls stand before it was known what caused them. */
  constructor(areCallsPlaced: boolean) {
    this.#areCallsPlaced = areCallsPlaced
  }

  add(entry: Entry): void {
    // Without a model nothing decides what is called: `record` sees tools alone, and pays for nothing else.
    this.#hasModel ||= entry.kind === 'model_request'
    if (this.#hasModel || sessionKinds.has(entry.kind)) this.#chains.add(entry)
    if (entry.kind === 'model_request') this.#begin(entry)
    else if (entry.kind === 'decision') remember(this.#modelOf, entry.data.span, entry.data.modelSpan)
  }

  /** Null where nothing else is known than what the span itself says. */
  of(ended: Ended, nowMs: number): Place | null | typeof unsettled {
    if (ended.type === 'trial' || ended.session?.data.type === 'trial') return null
    const { span, evidence } = ended.request.data
    if (ended.type === 'model') return this.#turns.get(span) ?? null
    if (this.#areCallsPlaced || traceContext(evidence) !== null || ended.request.data.parentSpan !== null)
      return null
    const context = this.#chains.contextOf(span, nowMs)
    if (context?.isOpen) return unsettled
    return this.#below(context?.cause?.from ?? '')
  }

  #begin({ data: { span, evidence }, at }: Entry<'model_request'>): void {
    const cause = this.#chains.contextOf(span, Date.parse(at))?.cause
    const before = cause?.type === 'continues' ? this.#turns.get(cause.from) : undefined
    const live = before ? { traceId: before.traceId, parentId: before.first } : this.#below(cause?.from ?? '')
    const place = placeOf(span, evidence, null, live)
    remember(this.#turns, span, { ...place, first: before?.first ?? span })
  }

  /** Below the request that decided it. */
  #below(cause: string): Place | null {
    const model = this.#modelOf.get(cause) ?? cause
    const turn = this.#turns.get(model)
    return turn ? { traceId: turn.traceId, parentId: model } : null
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.size > mostTurns ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
}

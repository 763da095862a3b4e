import { type Join, join } from './join.ts'
import type { JoinSpan, KnownLink } from './join-span.ts'
import { longestWaitMs } from './match.ts'
import { newLink } from './new-link.ts'

export interface WindowBounds {
  /** That stay at least, if they are not too old; turns that nothing has continued yet may come on top. */
  readonly spans: number
  readonly ageMs: number
}

export interface JoinTimes {
  /** When the last of the spans was read. */
  readonly nowMs: number
  /** Joins are told to spans since then: those before may have causes that are not there. */
  readonly fromMs: number
}

/**
 * Joins spans that come in the order of time, slice by slice, and forgets the oldest: the memory it takes is that of the
 * window, whatever passes through. Links are those that `join` finds among all spans, as far as no evidence reaches
 * beyond the window.
 */
export class JoinWindow {
  readonly #bounds: WindowBounds
  readonly #servers: ReadonlySet<string>
  #spans: readonly JoinSpan[] = []
  /** By id. */
  readonly #known = new Map<string, KnownLink>()

  constructor(servers: ReadonlySet<string>, bounds: WindowBounds) {
    this.#servers = servers
    this.#bounds = bounds
  }

  /** In the order of time. */
  get spans(): readonly JoinSpan[] {
    return this.#spans
  }

  /** The next slice, with the links to its spans that are known by their ids. */
  add(spans: readonly JoinSpan[], known: Iterable<KnownLink & { readonly id: string }> = []): void {
    for (const link of known) this.#known.set(link.id, link)
    this.#spans = [...this.#spans, ...spans]
    this.#forget(spans.at(-1)?.atMs ?? 0)
  }

  /** What is new since the last time: `join` waits itself for what may still come; `far` are spans from before the window that its spans name. */
  join(far: readonly JoinSpan[], { nowMs, fromMs }: JoinTimes): readonly Join[] {
    const near = new Set(this.#spans.map(({ span }) => span))
    const spans = [...far.filter(({ span }) => !near.has(span)), ...this.#spans]
    if (!spans.some(({ kind }) => kind === 'model')) return []
    const known = [...this.#known.values()]
    const unsure = new Set(known.flatMap(({ to, candidates }) => (candidates.length > 1 ? [to] : [])))
    const told = join(spans, { known, nowMs, servers: this.#servers }).filter(({ link, to }) => {
      const isDue = near.has(to.span) && to.atMs >= fromMs
      const isSaid = link.candidates.length > 1 ? unsure.has(to.span) : this.#known.has(newLink(link).id)
      return isDue && !isSaid
    })
    for (const { link } of told) this.#known.set(newLink(link).id, link)
    return told
  }

  /** Whatever is before `cut`, but turns that what comes may be part of, and the calls without a cause that may be theirs. */
  #forget(nowMs: number): void {
    const beyond = this.#spans.at(-this.#bounds.spans - 1)?.atMs ?? Number.NEGATIVE_INFINITY
    const cut = Math.max(beyond, nowMs - this.#bounds.ageMs)
    const recent = this.#spans.filter(({ atMs }) => nowMs - atMs <= longestWaitMs)
    const open = this.#openTurns(recent, cut)
    const asked = new Set([...open].flatMap(argumentHashes))
    const caused = new Set(
      [...this.#known.values()].flatMap(({ type, to }) => (type === 'caused' ? [to] : [])),
    )
    const calls = recent.filter(
      ({ kind, span, argumentsHash }) =>
        kind === 'tool' && asked.has(argumentsHash ?? '') && !caused.has(span),
    )
    const waiting = new Set([...open, ...calls])
    this.#spans = this.#spans.filter((span) => span.atMs > cut || waiting.has(span))
    const stays = new Set(this.#spans.map(({ span }) => span))
    for (const [id, { from, to }] of this.#known)
      if (!stays.has(from) && !stays.has(to)) this.#known.delete(id)
  }

  /** The requests and decisions of turns that were not continued before `cut`. */
  #openTurns(spans: readonly JoinSpan[], cut: number): ReadonlySet<JoinSpan> {
    const nextMs = this.#continuedAt()
    const turnOf = ({ kind, span, parent }: JoinSpan) => (kind === 'model' ? span : (parent ?? ''))
    return new Set(
      spans.filter((span) => span.kind !== 'tool' && (nextMs.get(turnOf(span)) ?? Number.MAX_VALUE) > cut),
    )
  }

  /** When a turn was continued, by the model's span. */
  #continuedAt(): ReadonlyMap<string, number> {
    const at = new Map(this.#spans.map(({ span, atMs }) => [span, atMs]))
    const continued = new Map<string, number>()
    for (const { type, from, to } of this.#known.values())
      if (type === 'continues') continued.set(from, at.get(to) ?? Number.NEGATIVE_INFINITY)
    return continued
  }
}

function argumentHashes(decision: JoinSpan): readonly string[] {
  const { argumentsHash, coercedArgumentsHash, innerArgumentsHash } = decision
  return [argumentsHash, coercedArgumentsHash, innerArgumentsHash].flatMap((hash) => hash ?? [])
}

import type { Link } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import { type Join, join } from './join.ts'
import type { JoinSpan, KnownLink } from './join-span.ts'
import { callKeys, causeKeys, type LiveBounds, LiveSpans, sessionKey } from './live-spans.ts'
import { longestWaitMs } from './match.ts'

export interface LiveContext {
  /** The chain so far: found later, it may be a part of another one. */
  readonly chain: string
  /** The one cause of the call, or the turn that a request continues; null where none is known for sure. */
  readonly cause: Pick<Link, 'type' | 'from' | 'tier'> | null
  /** What is recorded next may still tell the cause. */
  readonly isOpen: boolean
}

interface LiveLink extends KnownLink {
  readonly tier: number
  /** Of a call, the conversation and the server that it joins. */
  readonly connection: string | null
}

/** By the spans of their models. */
interface OpenTurns {
  readonly models: readonly string[]
  /** When the first of them can have no more calls. */
  readonly untilMs: number
}

/** Of those that have a key in common. */
const mostNear = 8
/** Earlier links between a conversation and a server, which show whose connection it is. */
const mostVotes = 4

const usualBounds: LiveBounds = { spans: 4096, ageMs: 6 * 60 * 60_000 }

/**
 * Chains as they are known so far, from the entries of this process. What `join` finds among the spans around one is what it
 * finds at ingest, where it sees more: so a cause is the same in both, and here there may be none yet.
 */
export class LiveChains {
  readonly #spans: LiveSpans
  readonly #links = new Map<string, LiveLink>()
  /** The request that first continued a turn, by the model's span. */
  readonly #next = new Map<string, string>()
  /** Calls that were joined, by conversation and server. */
  readonly #votes = new Map<string, string[]>()
  readonly #servers = new Set<string>()
  readonly #chainOf = new Map<string, string>()
  /** Of chains that were joined to others. */
  readonly #aliases = new Map<string, string>()
  readonly #members = new Map<string, Set<string>>()
  /** What a call without a cause waits for, since it was last looked at. */
  readonly #awaited = new Map<string, OpenTurns>()

  constructor(bounds: LiveBounds = usualBounds) {
    this.#spans = new LiveSpans(bounds, (span) => this.#forget(span))
  }

  add(entry: Entry): void {
    const begun = this.#spans.add(entry)
    if (!begun) return
    if (begun.kind === 'tool' && begun.server !== null) this.#servers.add(begun.server)
    this.#put(begun.span, this.#rootOf(begun.chain))
    if (begun.kind === 'model') this.#settle(begun, begun.atMs)
  }

  /** Of a call or a request that was recorded; null for one that is not remembered. */
  contextOf(span: string, nowMs: number): LiveContext | null {
    const known = this.#spans.get(span)
    if (!known) return null
    const chain = this.#chainOf.get(span) ?? known.chain
    if (this.#mustWait(span, nowMs)) return { chain, cause: null, isOpen: true }
    this.#settle(known, nowMs)
    const link = this.#links.get(span)
    const isOpen = !link && this.#awaits(known, nowMs)
    const cause = link ? { type: link.type, from: link.from, tier: link.tier } : null
    return { chain: this.#chainOf.get(span) ?? chain, cause, isOpen }
  }

  /** What belongs to its session or to its chain: never less than its principal's session, whatever a client sends. */
  spansOf(span: string, nowMs: number): readonly string[] {
    const known = this.#spans.get(span)
    if (!known) return []
    this.#settle(known, nowMs)
    const own = this.#spans.near([sessionKey(known)], Number.MAX_SAFE_INTEGER)
    const chain = this.#members.get(this.#chainOf.get(span) ?? known.chain) ?? []
    return [...new Set([...own.map((each) => each.span), ...chain])]
  }

  #settle(span: JoinSpan, nowMs: number): void {
    if (span.kind === 'decision' || this.#links.has(span.span) || span.parent !== null) return
    const around = this.#around(span)
    const known = around.flatMap((each) => this.#links.get(each.span) ?? [])
    const found = join(around, { known, nowMs, servers: this.#servers })
    const sure = found.find(({ link }) => link.to === span.span && link.candidates.length === 1)
    if (sure) this.#take(sure.link, sure.from, span)
  }

  #take({ type, from, to, tier, candidates }: Join['link'], cause: JoinSpan, span: JoinSpan): void {
    const isCarriedOut = type === 'caused' && span.kind === 'tool'
    const connection = isCarriedOut ? connectionKey(cause, span) : null
    this.#links.set(to, { type, from, to, tier, candidates, connection })
    this.#merge(this.#rootOf(span.chain), this.#rootOf(cause.chain))
    if (type === 'continues' && span.kind === 'model' && !this.#next.has(from)) this.#next.set(from, to)
    if (connection !== null)
      this.#votes.set(connection, [...(this.#votes.get(connection) ?? []), to].slice(-mostVotes))
  }

  /** All that `join` needs to judge the one span: what may be its cause, in whole turns, and what else may be caused by it. */
  #around(span: JoinSpan): readonly JoinSpan[] {
    const causes = this.#causes(span)
    const models = new Set(causes.flatMap((each) => this.#turnsOf(each)))
    const turns = [...models].flatMap((model) => this.#turn(model))
    const decisions = turns.filter(({ kind }) => kind === 'decision')
    const rivals = this.#spans.near(new Set(causes.flatMap(callKeys)), mostNear)
    const connections = new Set(decisions.map((decision) => connectionKey(decision, span)))
    const voted = [...connections].flatMap((connection) => this.#voted(connection))
    const all = [...turns, ...rivals, ...voted, span].filter(({ principal }) => principal === span.principal)
    return [...new Map(all.map((each) => [each.span, each])).values()].sort((a, b) => a.atMs - b.atMs)
  }

  #causes(span: JoinSpan): readonly JoinSpan[] {
    const near = this.#spans.near(causeKeys(span), mostNear)
    return near.filter(({ principal, span: id }) => principal === span.principal && id !== span.span)
  }

  /** The models' spans of the turns that a span is part of: a request that carries results ends the one that it continues. */
  #turnsOf({ kind, span, parent }: JoinSpan): readonly string[] {
    if (kind === 'decision') return parent === null ? [] : [parent]
    const link = this.#links.get(span)
    return link?.type === 'continues' ? [span, link.from] : [span]
  }

  #turn(model: string): readonly JoinSpan[] {
    const decisions = this.#spans.near([`member ${model}`], Number.MAX_SAFE_INTEGER)
    return [...this.#known(model), ...this.#known(this.#next.get(model)), ...decisions]
  }

  /** The calls that were joined last, with the turns behind them. */
  #voted(connection: string): readonly JoinSpan[] {
    return (this.#votes.get(connection) ?? []).flatMap((call) => {
      const cause = this.#spans.get(this.#links.get(call)?.from ?? '')
      const turn = cause?.parent ? this.#turn(cause.parent) : []
      return [...turn, ...this.#known(call)]
    })
  }

  /** Many calls may wait at once: until a turn goes on, nothing is looked for again. */
  #mustWait(call: string, nowMs: number): boolean {
    const awaited = this.#awaited.get(call)
    return awaited?.models.every((model) => !this.#next.has(model)) === true && nowMs <= awaited.untilMs
  }

  /** Whether a turn that the call may be of may still go on. */
  #awaits(call: JoinSpan, nowMs: number): boolean {
    this.#awaited.delete(call.span)
    if (call.kind !== 'tool' || call.parent !== null) return false
    const open = this.#causes(call).filter(
      ({ kind, parent, atMs }) =>
        kind === 'decision' && !this.#next.has(parent ?? '') && nowMs - atMs <= longestWaitMs,
    )
    if (open.length === 0) return false
    const models = open.map(({ parent }) => parent ?? '')
    this.#awaited.set(call.span, {
      models,
      untilMs: Math.min(...open.map(({ atMs }) => atMs)) + longestWaitMs,
    })
    return true
  }

  #rootOf(chain: string): string {
    let root = chain
    for (let next = this.#aliases.get(root); next !== undefined; next = this.#aliases.get(root)) root = next
    return root
  }

  #put(span: string, chain: string): void {
    this.#chainOf.set(span, chain)
    const members = this.#members.get(chain)
    if (members) members.add(span)
    else this.#members.set(chain, new Set([span]))
  }

  #merge(chain: string, root: string): void {
    if (chain === root) return
    this.#aliases.set(chain, root)
    for (const span of this.#members.get(chain) ?? []) this.#put(span, root)
    this.#members.delete(chain)
  }

  #forget({ span, chain: own }: JoinSpan): void {
    const connection = this.#links.get(span)?.connection ?? null
    if (connection !== null) this.#forgetVote(connection, span)
    this.#links.delete(span)
    this.#awaited.delete(span)
    this.#next.delete(span)
    const chain = this.#chainOf.get(span) ?? ''
    this.#chainOf.delete(span)
    const members = this.#members.get(chain)
    members?.delete(span)
    if (members?.size === 0) this.#members.delete(chain)
    this.#aliases.delete(own)
  }

  #forgetVote(connection: string, call: string): void {
    const others = this.#votes.get(connection)?.filter((each) => each !== call) ?? []
    if (others.length > 0) this.#votes.set(connection, others)
    else this.#votes.delete(connection)
  }

  #known(span: string | undefined): readonly JoinSpan[] {
    const known = span === undefined ? null : this.#spans.get(span)
    return known ? [known] : []
  }
}

function connectionKey(decision: JoinSpan, { server }: JoinSpan): string {
  return `${decision.session} ${server}`
}

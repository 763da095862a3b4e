import type { Identity } from '../domain/identity.ts'
import type { LinkRow, PolicyDecisionRow, SpanRow } from '../store/queries.ts'
import { storedJson } from '../store/stored-json.ts'
import type { ChainView } from './chain-view.ts'
import { type Effect, effectOf } from './effect.ts'

/** A span where it stands in its chain, with all that is known of how it came there. */
export interface ChainNode {
  readonly span: SpanRow
  readonly children: readonly ChainNode[]
  /** By what it was joined to the span above it: null where it has none, or where their recorder said so. */
  readonly tier: number | null
  /** What the link was found by; null where the tier was told within one session. */
  readonly link: LinkRow | null
  /** Several decisions may have led to it, so it stands below none of them. */
  readonly doubt: Doubt | null
  /** A decision without a call, or a call without a decision, where both are recorded otherwise. */
  readonly gap: 'never sent' | 'never decided' | null
  readonly policy: PolicyDecisionRow | null
  readonly effect: Effect | null
  /** Of a model call, in US dollars; null where it is not known. */
  readonly costUsd: number | null
}

export interface Doubt {
  readonly tier: number
  readonly candidates: readonly { readonly id: string; readonly span: SpanRow | null }[]
}

/** The chain as trees, in the order of time: every span stands in them once, whatever the links say. */
export function reconstruct(view: ChainView): readonly ChainNode[] {
  const causes = causesOf(view)
  const spans = view.spans.map((span) => {
    const cause = span.parent === null ? causes.get(span.span) : undefined
    return cause ? { ...span, parent: cause.from_span, tier: cause.tier } : span
  })
  const byId = new Map(spans.map((span) => [span.span, span]))
  const below = new Map<string | null, SpanRow[]>()
  for (const span of spans) {
    const parent = byId.get(span.parent ?? '')
    const key = parent && !isAbove(span, parent, byId) ? parent.span : null
    below.set(key, [...(below.get(key) ?? []), span])
  }
  const facts = { view, causes, byId, policies: new Map(view.policies.map((row) => [row.span, row])) }
  const nodesBelow = (key: string | null): readonly ChainNode[] =>
    (below.get(key) ?? []).map((span) => nodeOf(span, nodesBelow(span.span), facts))
  return nodesBelow(null)
}

interface Facts {
  readonly view: ChainView
  readonly causes: ReadonlyMap<string, LinkRow>
  readonly byId: ReadonlyMap<string, SpanRow>
  readonly policies: ReadonlyMap<string, PolicyDecisionRow>
}

function nodeOf(span: SpanRow, children: readonly ChainNode[], facts: Facts): ChainNode {
  const { view, causes, byId, policies } = facts
  const isJoined = byId.has(span.parent ?? '')
  const doubt = doubtOf(span, facts)
  return {
    span,
    children,
    tier: isJoined ? span.tier : null,
    link: causes.get(span.span) ?? null,
    doubt,
    gap: gapOf(span, { isJoined, isDoubted: doubt !== null, hasChildren: children.length > 0 }, view),
    policy: policies.get(span.span) ?? null,
    effect: reachesServer(span) ? effectOf(span, view.hints.get(span.name)) : null,
    costUsd: view.costs.get(span.span) ?? null,
  }
}

/** What a cassette answered has no effect on anything. */
function reachesServer({ kind, server, attributes: { replay } }: SpanRow): boolean {
  return kind === 'tool' && server !== null && (replay === undefined || replay === 'live')
}

/** The cause of each span that was found in another session, where there is one. */
function causesOf({ links }: ChainView): ReadonlyMap<string, LinkRow> {
  return new Map(
    links.flatMap((link) =>
      link.type === 'caused' && link.candidates.length === 1 ? [[link.to_span, link] as const] : [],
    ),
  )
}

/** A call that several decisions may have led to is none of theirs. */
function doubtOf({ span }: SpanRow, { view, byId }: Facts): Doubt | null {
  const own = view.links.filter((link) => link.to_span === span && link.type === 'caused')
  const [first] = own
  if (!first || own.some(({ candidates }) => candidates.length <= 1)) return null
  const candidates = first.candidates.map((id) => ({ id, span: byId.get(id) ?? null }))
  return { tier: first.tier, candidates }
}

function gapOf(
  span: SpanRow,
  place: { readonly isJoined: boolean; readonly isDoubted: boolean; readonly hasChildren: boolean },
  view: ChainView,
): ChainNode['gap'] {
  if (span.trial !== null) return null
  if (span.kind === 'decision') return isNeverSent(span, place.hasChildren, view) ? 'never sent' : null
  const isCall = span.kind === 'tool' && span.server !== null
  const hasDecisions = view.spans.some(({ kind }) => kind === 'model')
  return isCall && hasDecisions && !place.isJoined && !place.isDoubted ? 'never decided' : null
}

/** Whether the conversation went on, and no call of this decision was recorded. */
function isNeverSent({ span, outcome, at }: SpanRow, hasChildren: boolean, view: ChainView): boolean {
  if (outcome === 'malformed' || hasChildren) return false
  if (view.links.some(({ candidates }) => candidates.length > 1 && candidates.includes(span))) return false
  return view.spans.some((other) => other.kind === 'model' && other.at > at)
}

/** A span whose parents lead back to it would show nowhere. */
function isAbove(span: SpanRow, parent: SpanRow, byId: ReadonlyMap<string, SpanRow>): boolean {
  const seen = new Set<SpanRow>()
  for (let above: SpanRow | undefined = parent; above && !seen.has(above); ) {
    if (above === span) return true
    seen.add(above)
    above = byId.get(above.parent ?? '')
  }
  return false
}

/** On whose behalf the calls were made: each different identity once, with whom it spoke to. */
export function identitiesOf(
  view: ChainView,
): readonly { readonly identity: Identity; readonly where: readonly string[] }[] {
  const found = new Map<string, Set<string>>()
  for (const { identity, server, kind } of view.spans) {
    const where = found.get(identity) ?? new Set()
    if (kind === 'model') where.add('model')
    if (kind === 'tool' && server !== null) where.add(server)
    found.set(identity, where)
  }
  return Array.from(found, ([identity, where]) => ({
    identity: storedJson<Identity>(identity),
    where: [...where],
  }))
}

export function nodesOf(nodes: readonly ChainNode[]): readonly ChainNode[] {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children)])
}

import type { Entry } from '../domain/entry.ts'
import type { LinkedSpan } from '../record/otel/otlp-json.ts'
import { attribute } from '../record/otel/semantic-conventions.ts'
import { spanOf } from '../record/otel/span-of.ts'
import { SpanPairing } from '../record/otel/span-pairing.ts'
import type { ChainView } from './chain-view.ts'
import { type ChainNode, reconstruct } from './reconstruct.ts'

export interface ChainContent {
  readonly entries: readonly Entry[]
  /** By digest; without it no content leaves. */
  readonly textOf?: (digest: string) => string | null
}

/**
 * The calls of a chain as the spans that an export sends while they happen, in one trace whose id is the chain's: each below
 * the call that led to it, by whatever evidence that was found. Where several may have, each of them is a link.
 */
export function chainSpans(view: ChainView, { entries, textOf }: ChainContent): readonly LinkedSpan[] {
  const places = placesOf(reconstruct(view), null)
  const pairing = new SpanPairing(textOf)
  for (const entry of entries) pairing.add(entry)
  for (const { session } of view.sessions) pairing.add(closing(session, entries))
  return pairing.take().flatMap((ended) => {
    const span = spanOf(ended)
    const place = places.get(span?.spanId ?? '')
    if (!span || !place) return []
    const remote = span.traceId === view.chain ? span.parentId : null
    const parentId = place.parent ?? (place.isRoot ? remote : null)
    return [{ span: { ...span, traceId: view.chain, parentId }, links: linksOf(place.node, view) }]
  })
}

interface Place {
  readonly node: ChainNode
  /** The model or tool call above it: what decided and what judged are events, and no spans. */
  readonly parent: string | null
  readonly isRoot: boolean
}

function placesOf(nodes: readonly ChainNode[], parent: string | null): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const node of nodes) {
    const { kind, span } = node.span
    const isCall = kind === 'model' || kind === 'tool'
    if (isCall) places.set(span, { node, parent, isRoot: parent === null })
    for (const [id, place] of placesOf(node.children, isCall ? span : parent)) places.set(id, place)
  }
  return places
}

/** A decision is an event of its model's span: that one is linked, with the decision's own id. */
function linksOf({ doubt }: ChainNode, { chain }: ChainView): LinkedSpan['links'] {
  return (doubt?.candidates ?? []).map(({ id, span }) => ({
    traceId: chain,
    spanId: span?.parent ?? id,
    attributes: { [attribute.span]: id },
  }))
}

/** What has no answer when the chain is read has none: its session counts as over. */
function closing(session: string, entries: readonly Entry[]): Entry {
  const at = entries.reduce(
    (last, entry) => (entry.session === session && entry.at > last ? entry.at : last),
    '',
  )
  const data = { reason: 'ended', exitCode: null, signal: null, message: null } as const
  return { v: 1, log: '', seq: 0, at, kind: 'session_closed', session, data }
}

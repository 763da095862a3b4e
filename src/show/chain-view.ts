import type { ChainProof } from '../store/chain-proof.ts'
import type { LinkRow, PolicyDecisionRow, SpanRow } from '../store/queries.ts'

export interface ChainView {
  readonly chain: string
  /** In the order of time. */
  readonly spans: readonly SpanRow[]
  readonly links: readonly LinkRow[]
  readonly policies: readonly PolicyDecisionRow[]
  /** Null where it was not asked for. */
  readonly proof: ChainProof | null
}

/** Each span with the cause that was found in another session, where one was. */
export function withCauses({ spans, links }: ChainView): readonly SpanRow[] {
  const causes = new Map(
    links.flatMap((link) =>
      link.type === 'caused' && link.candidates.length === 1 ? [[link.to_span, link] as const] : [],
    ),
  )
  return spans.map((span) => {
    const cause = span.parent === null ? causes.get(span.span) : undefined
    return cause ? { ...span, parent: cause.from_span, tier: cause.tier } : span
  })
}

/** A call that several decisions may have led to is none of theirs. */
export function doubtsOf({ span }: SpanRow, { links }: ChainView): readonly string[] {
  const own = links.filter((link) => link.to_span === span && link.type === 'caused')
  const doubt = own.every(({ candidates }) => candidates.length > 1) ? own[0] : undefined
  return doubt ? [`link ${doubt.tier}: one of ${doubt.candidates.length} decisions`] : []
}

/** Whether the conversation went on, and no call of this decision was recorded. */
export function isNeverSent({ span, outcome, at, trial }: SpanRow, view: ChainView): boolean {
  if (trial !== null || outcome === 'malformed') return false
  if (view.spans.some(({ parent }) => parent === span)) return false
  if (view.links.some(({ candidates }) => candidates.length > 1 && candidates.includes(span))) return false
  return view.spans.some((other) => other.kind === 'model' && other.at > at)
}

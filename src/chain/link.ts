import type { Link } from '../domain/chain.ts'
import { newLink } from './new-link.ts'
import type { Observation } from './observations.ts'
import { derivedChain } from './trace-context.ts'

/** Where a span stands: in which chain, and below which span. */
export interface Place {
  readonly chain: string
  readonly parent: string | null
  /** Of the link to the parent, or to the chain where there is no parent; null for the first span of a chain. */
  readonly tier: number | null
  /** What was found and stands in no entry; null where there was nothing to find. */
  readonly link: Link | null
}

/**
 * Finds the place of each observation. What an observation is given depends on those before it alone, so that more
 * entries of a session never change what was found in the first of them:
 *
 * 0. the cause that its own entry names;
 * 1. the decision with the same call id, of the same session and principal, not yet carried out;
 * 2. the span that its trace context names, or else the chain of its trace.
 *
 * Between causes that are as likely there is no choice: the link keeps them as candidates and joins nothing.
 */
export function link(observed: readonly Observation[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  const known: Known = { spans: new Map(), decisions: new Map(), carriedOut: new Set(), roots: new Map() }
  for (const observation of observed) {
    places.set(observation.span, placeBefore(observation) ?? place(observation, known, places))
    remember(observation, known, places)
  }
  return places
}

function placeBefore({ settled }: Observation): Place | null {
  return settled && { chain: settled.chain, parent: settled.parent, tier: settled.tier, link: null }
}

interface Known {
  readonly spans: Map<string, Observation>
  readonly decisions: Map<string, Observation[]>
  readonly carriedOut: Set<string>
  /** The first span of each chain that has a trace. */
  readonly roots: Map<string, string>
}

function place(observed: Observation, known: Known, places: ReadonlyMap<string, Place>): Place {
  const { span, namedParent, traceChain } = observed
  const ownChain = () => traceChain ?? derivedChain(span)
  const below = (parent: string, tier: number, found: Link | null): Place => ({
    chain: places.get(parent)?.chain ?? ownChain(),
    parent,
    tier,
    link: found,
  })
  if (namedParent !== null) return below(namedParent, 1, null)

  const causes = decisionsBehind(observed, known)
  const [decision] = causes
  if (decision !== undefined) {
    const found = callIdLink(observed, decision, causes)
    if (causes.length > 1) return { chain: ownChain(), parent: null, tier: null, link: found }
    return below(decision, 1, found)
  }

  const caller = callerByTrace(observed, known)
  if (caller !== null) return below(caller, 2, traceLink('caused', caller, observed))
  const chain = ownChain()
  const root = known.roots.get(chain)
  if (root === undefined) return { chain, parent: null, tier: null, link: null }
  return { chain, parent: null, tier: 2, link: traceLink('continues', root, observed) }
}

function remember(observed: Observation, known: Known, places: ReadonlyMap<string, Place>): void {
  const { span, entry, namedParent, callId, traceChain } = observed
  const place = places.get(span)
  known.spans.set(span, observed)
  if (traceChain !== null && place?.chain === traceChain && !known.roots.has(traceChain))
    known.roots.set(traceChain, span)
  const isCarryingOut = entry.kind === 'tool_request' && namedParent === null && place?.tier === 1
  if (isCarryingOut && place.parent !== null) known.carriedOut.add(place.parent)
  if (entry.kind !== 'decision' || entry.data.malformed || callId === null) return
  const key = decisionKey(observed)
  known.decisions.set(key, [...(known.decisions.get(key) ?? []), observed])
}

/** A malformed decision is never sent. One that was carried out is the cause again only where no other is left: a retry. */
function decisionsBehind(observed: Observation, { decisions, carriedOut }: Known): readonly string[] {
  if (observed.entry.kind !== 'tool_request' || observed.callId === null) return []
  const spans = (decisions.get(decisionKey(observed)) ?? []).map(({ span }) => span)
  const waiting = spans.filter((span) => !carriedOut.has(span))
  return waiting.length > 0 ? waiting : spans
}

/** Call ids are unique where a provider makes them; a baseline counts from 1 in every session. */
function decisionKey({ entry, principal, callId }: Observation): string {
  return JSON.stringify([entry.session, principal, callId])
}

/** A chain of a trace belongs to one principal, so this does too. */
function callerByTrace({ trace, traceChain }: Observation, { spans }: Known): string | null {
  const caller = trace === null ? undefined : spans.get(trace.parentId)
  return caller?.traceChain === traceChain ? (caller?.span ?? null) : null
}

function callIdLink({ span, callId }: Observation, from: string, candidates: readonly string[]): Link {
  const evidence = { callId, candidates, to: span }
  return newLink({ type: 'caused', from, to: span, tier: 1, candidates, evidence })
}

function traceLink(type: Link['type'], from: string, { span, trace }: Observation): Link {
  const traceId = trace?.traceId ?? null
  const evidence = { traceId, from, to: span }
  return newLink({ type, from, to: span, tier: 2, candidates: [from], evidence })
}

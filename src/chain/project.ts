import type { Link, Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import { link, type Place } from './link.ts'
import { type Observation, observations } from './observations.ts'
import { type Closings, spanFields } from './span-fields.ts'

export interface Projection {
  /** Those that are complete, in the order in which they began. */
  readonly spans: readonly Span[]
  /** Found between them, whether or not they are complete. */
  readonly links: readonly Link[]
}

/**
 * What the entries of a session add up to. A span is there once the entry that closes it is, or, as `no_answer`, once
 * its session is closed; with more entries there are more spans, and those that were there stay as they were.
 */
export function project(entries: readonly Entry[]): Projection {
  const observed = observations(entries)
  const places = link(observed)
  const closings = closingsOf(entries)
  const spans = observed.flatMap((observation) => {
    const place = places.get(observation.span)
    return place && isComplete(observation, places, closings) ? [toSpan(observation, place, closings)] : []
  })
  return { spans, links: [...places.values()].flatMap((place) => place.link ?? []) }
}

function closingsOf(entries: readonly Entry[]): Closings {
  const closings = { results: new Map(), responses: new Map(), closed: false }
  for (const { kind, data } of entries) {
    if (kind === 'tool_result') keepFirst(closings.results, data.span, data)
    if (kind === 'model_response') keepFirst(closings.responses, data.span, data)
    if (kind === 'session_closed') closings.closed = true
  }
  return closings
}

function keepFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value)
}

/** What names a span that is not known yet waits for it: it may be in the next entries. */
function isComplete(
  { entry, span, namedParent }: Observation,
  places: ReadonlyMap<string, Place>,
  { results, responses, closed }: Closings,
): boolean {
  if (closed) return true
  if (namedParent !== null && !places.has(namedParent)) return false
  if (entry.kind === 'tool_request') return results.has(span)
  return entry.kind !== 'model_request' || responses.has(span)
}

function toSpan(observed: Observation, { chain, parent, tier }: Place, closings: Closings): Span {
  const { entry, span, session, identity } = observed
  const isTrial = session?.data.type === 'trial'
  const isOfRun = isTrial || session?.data.type === 'judge'
  return {
    span,
    session: entry.session ?? '',
    chain,
    parent,
    tier,
    at: entry.at,
    user: identity.user?.value ?? null,
    client: identity.client?.value ?? null,
    run: isOfRun ? (session?.data.parent ?? null) : null,
    trial: isTrial ? entry.session : null,
    identity: JSON.stringify(identity),
    ...spanFields(observed, closings),
  }
}

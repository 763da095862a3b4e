import type { Link, Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import { link, type Place } from './link.ts'
import { isOpening, type Observation, observations, type SettledSpan } from './observations.ts'
import { type Closings, spanFields } from './span-fields.ts'

export interface Projection {
  /** Those that are complete, in the order in which they began. */
  readonly spans: readonly Span[]
  /** Found between them, whether or not they are complete. */
  readonly links: readonly Link[]
  /** Of the entries those that later ones of the session need beside the spans that are complete. */
  readonly open: readonly Entry[]
}

/**
 * What the entries of a session add up to. A span is there once the entry that closes it is, or, as `no_answer`, once
 * its session is closed; with more entries there are more spans, and those that were there stay as they were. So a
 * session can be told in slices: what an earlier one has left `open`, and the new entries after it; `settled` are the spans of earlier
 * slices that these refer to (`references.ts`), which are not told again.
 */
export function project(entries: readonly Entry[], settled: readonly SettledSpan[] = []): Projection {
  const observed = observations(entries, settled)
  const places = link(observed)
  const closings = closingsOf(entries)
  const spans: Span[] = []
  const links: Link[] = []
  const open = new Set<string>()
  for (const observation of observed) {
    const place = places.get(observation.span)
    if (place?.link) links.push(place.link)
    if (!place || observation.settled) continue
    if (isComplete(observation, places, closings)) spans.push(toSpan(observation, place, closings))
    else open.add(observation.span)
  }
  return { spans, links, open: entries.filter((entry) => staysOpen(entry, open)) }
}

/** An answer stays as long as its request: one whose request was lost answers nothing. */
function staysOpen(entry: Entry, open: ReadonlySet<string>): boolean {
  if (isOpening(entry) || entry.kind === 'tool_result' || entry.kind === 'model_response')
    return open.has(entry.data.span)
  return entry.kind === 'session_opened' || entry.kind === 'session_closed'
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
  const fields = spanFields(observed, closings)
  return {
    span,
    session: entry.session ?? '',
    chain,
    parent,
    kind: fields.kind,
    at: entry.at,
    durationMs: fields.durationMs ?? null,
    server: fields.server ?? null,
    name: fields.name,
    outcome: fields.outcome,
    message: fields.message ?? null,
    inputDigest: fields.inputDigest ?? null,
    outputDigest: fields.outputDigest ?? null,
    promptDigest: fields.promptDigest ?? null,
    user: identity.user?.value ?? null,
    client: identity.client?.value ?? null,
    run: isOfRun ? (session?.data.parent ?? null) : null,
    trial: isTrial ? entry.session : null,
    readOnly: fields.readOnly ?? null,
    inputTokens: fields.inputTokens ?? null,
    outputTokens: fields.outputTokens ?? null,
    definitionTokens: fields.definitionTokens ?? null,
    totalTokens: fields.totalTokens ?? null,
    tier,
    identity: JSON.stringify(identity),
    attributes: fields.attributes,
  }
}

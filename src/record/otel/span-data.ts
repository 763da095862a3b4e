import { derivedChain, traceContext } from '../../chain/trace-context.ts'
import type { Entry, Evidence } from '../../domain/entry.ts'

export type AttributeValue = string | number | boolean | readonly string[]
export type Attributes = Readonly<Record<string, AttributeValue>>

/** A finished span as OpenTelemetry has it, in plain values: what exports it needs no knowledge of entries. */
export interface SpanData {
  readonly name: string
  readonly kind: 'client' | 'server' | 'internal'
  /** 32 and 16 hex digits. */
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | null
  /** Microseconds since 1970: whole, and exact in a number until the year 2255. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  /** What went wrong, in words, where that may be told; null where nothing did. */
  readonly failure: { readonly message: string | null } | null
}

export interface SpanEvent {
  readonly name: string
  /** Microseconds since 1970. */
  readonly at: number
  readonly attributes: Attributes
}

export type Place = Pick<SpanData, 'traceId' | 'parentId'>

/**
 * Where a span stands: below what its trace context names, a trial's for all that happens in it and what its judge is asked, else where its chain is known
 * to be, else alone in the chain that the linker derives of it. A client's word is enough here: what it claims joins nothing in
 * the record.
 */
export function placeOf(
  span: string,
  evidence: Evidence,
  session: Entry<'session_opened'> | null,
  live: Place | null,
): Place {
  const type = session?.data.type
  const inherited = session && (type === 'trial' || type === 'judge') ? session.data.evidence : {}
  const trace = traceContext(evidence) ?? traceContext(inherited)
  return trace ?? live ?? { traceId: derivedChain(span), parentId: null }
}

/** What is unknown is left out. */
export function known(values: Readonly<Record<string, AttributeValue | null | undefined>>): Attributes {
  const kept: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(values))
    if (value !== null && value !== undefined) kept[name] = value
  return kept
}

/** The time of an entry (UTC, six digits after the second) in microseconds since 1970. */
export function microseconds(at: string): number {
  return Date.parse(at) * 1000 + Number(at.slice(-4, -1))
}

/** `durationMs` after the time of an entry. */
export function later(at: string, durationMs: number): number {
  return microseconds(at) + Math.round(durationMs * 1000)
}

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
  /** UTC, microseconds, as entries have it. */
  readonly startedAt: string
  readonly endedAt: string
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  /** What went wrong, in words, where that may be told; null where nothing did. */
  readonly failure: { readonly message: string | null } | null
}

export interface SpanEvent {
  readonly name: string
  readonly at: string
  readonly attributes: Attributes
}

type Place = Pick<SpanData, 'traceId' | 'parentId'>

/**
 * Where a span stands: below what its trace context names, a trial's for all that happens in it, else alone in the chain
 * that the linker derives of it. A client's word is enough here: what it claims joins nothing in the record.
 */
export function placeOf(span: string, evidence: Evidence, session: Entry<'session_opened'> | null): Place {
  const inherited = session?.data.type === 'trial' ? session.data.evidence : {}
  const trace = traceContext(evidence) ?? traceContext(inherited)
  return { traceId: trace?.traceId ?? derivedChain(span), parentId: trace?.parentId ?? null }
}

/** What is unknown is left out. */
export function known(values: Readonly<Record<string, AttributeValue | null | undefined>>): Attributes {
  const kept = Object.entries(values).filter(
    (entry): entry is [string, AttributeValue] => entry[1] !== null && entry[1] !== undefined,
  )
  return Object.fromEntries(kept)
}

const microsecondsPerSecond = 1_000_000n

/** Microseconds since 1970. */
export function microseconds(at: string): bigint {
  const [, fraction = ''] = /\.(\d+)Z$/.exec(at) ?? []
  const second = BigInt(Math.floor(Date.parse(at) / 1000))
  return second * microsecondsPerSecond + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

/** The time of an entry, and milliseconds after it. */
export function later(at: string, durationMs: number): string {
  const end = microseconds(at) + BigInt(Math.round(durationMs * 1000))
  const second = new Date(Number(end / microsecondsPerSecond) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(end % microsecondsPerSecond).padStart(6, '0')}Z`
}

import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import { type Identity, unknownIdentity } from '../domain/identity.ts'
import { knownId } from './known-id.ts'
import { chainOfTrace, principalOf, type TraceContext, traceContext } from './trace-context.ts'

type Opening = 'model_request' | 'decision' | 'policy_decision' | 'tool_request'

/** What begins a span, with all that may link it to others. */
export interface Observation {
  readonly entry: Entry<Opening>
  readonly span: string
  /** The session's opening entry; null where it is not among the entries. */
  readonly session: Entry<'session_opened'> | null
  /** The span that the entry itself names as the cause. */
  readonly namedParent: string | null
  readonly callId: string | null
  readonly identity: Identity
  readonly principal: string
  readonly trace: TraceContext | null
  /** The chain of its trace; null without one. */
  readonly traceChain: string | null
  /** What earlier entries added up to; null of what is to be told. */
  readonly settled: SettledSpan | null
}

/** A span of which earlier entries of its session told all there is, with the entry that began it. */
export interface SettledSpan extends Pick<Span, 'chain' | 'parent' | 'tier'> {
  readonly entry: Entry<Opening>
  readonly identity: Identity
}

/**
 * The observations in entries of any number of sessions, those of each session in the order of its log, and between them, by
 * their time, those that were settled before. What begins in these entries was not: an ingest that was killed may have stored it.
 */
export function observations(
  entries: readonly Entry[],
  settled: readonly SettledSpan[] = [],
): readonly Observation[] {
  const sessions = new Map<string | null, Entry<'session_opened'>>()
  const bySpan = new Map<string, Observation>()
  const earlier = settledBefore(entries, settled)
  let next = 0

  function settleUntil(at: string): void {
    for (let known = earlier[next]; known && known.entry.at <= at; known = earlier[++next])
      add(known.entry, known)
  }

  function add(entry: Entry<Opening>, known: SettledSpan | null): void {
    const session = sessions.get(entry.session) ?? null
    bySpan.set(entry.data.span, observe(entry, session, bySpan, known))
  }

  for (const entry of entries) {
    if (entry.kind === 'session_opened') sessions.set(entry.session, entry)
    if (!isOpening(entry)) continue
    settleUntil(entry.at)
    if (!bySpan.has(entry.data.span)) add(entry, null)
  }
  settleUntil(endOfTime)
  return [...bySpan.values()]
}

/** In the order of their time. */
function settledBefore(entries: readonly Entry[], settled: readonly SettledSpan[]): readonly SettledSpan[] {
  if (settled.length === 0) return []
  const own = new Set(entries.flatMap((entry) => (isOpening(entry) ? [entry.data.span] : [])))
  return settled
    .filter(({ entry }) => !own.has(entry.data.span))
    .sort((a, b) => compareTimes(a.entry.at, b.entry.at))
}

const endOfTime = '9999-12-31T23:59:59.999999Z'

/** As text, for a number of milliseconds would lose the microseconds. */
function compareTimes(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function isOpening(entry: Entry): entry is Entry<Opening> {
  const { kind } = entry
  return (
    kind === 'model_request' || kind === 'decision' || kind === 'policy_decision' || kind === 'tool_request'
  )
}

export function observe(
  entry: Entry<Opening>,
  session: Entry<'session_opened'> | null,
  earlier: ReadonlyMap<string, Observation>,
  known: SettledSpan | null = null,
): Observation {
  const namedParent = parentNamedBy(entry)
  const evidence = 'evidence' in entry.data ? entry.data.evidence : {}
  const parent = namedParent === null ? undefined : earlier.get(namedParent)
  const identity = known?.identity ?? identityOf(entry, session, parent)
  const principal = principalOf(identity)
  const trace = traceContext(evidence) ?? traceOfRunner(session)
  return {
    entry,
    span: entry.data.span,
    session,
    namedParent,
    callId: evidence.callId === undefined ? null : knownId(evidence.callId),
    identity,
    principal,
    trace,
    traceChain: trace && chainOfTrace(trace, principal),
    settled: known,
  }
}

function parentNamedBy(entry: Entry<Opening>): string | null {
  if (entry.kind === 'decision') return entry.data.modelSpan
  if (entry.kind === 'policy_decision') return entry.data.toolSpan
  return entry.kind === 'tool_request' ? entry.data.parentSpan : null
}

/** Entries without an identity of their own speak for the call they belong to. */
function identityOf(
  { data }: Entry<Opening>,
  session: Entry<'session_opened'> | null,
  parent: Observation | undefined,
): Identity {
  if ('identity' in data) return data.identity
  return parent?.identity ?? session?.data.identity ?? unknownIdentity
}

/** The runner makes a trace for a trial, which its judge is asked in too; that of a connection is only that of the request that opened it. */
function traceOfRunner(session: Entry<'session_opened'> | null): TraceContext | null {
  const type = session?.data.type
  return session && (type === 'trial' || type === 'judge') ? traceContext(session.data.evidence) : null
}

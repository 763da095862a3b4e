import type { Entry } from '../domain/entry.ts'
import { type Identity, unknownIdentity } from '../domain/identity.ts'
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
}

/** The observations in entries of any number of sessions, those of each session in the order of its log. */
export function observations(entries: Iterable<Entry>): readonly Observation[] {
  const sessions = new Map<string | null, Entry<'session_opened'>>()
  const bySpan = new Map<string, Observation>()
  for (const entry of entries) {
    if (entry.kind === 'session_opened') sessions.set(entry.session, entry)
    if (!isOpening(entry) || bySpan.has(entry.data.span)) continue
    bySpan.set(entry.data.span, observe(entry, sessions.get(entry.session) ?? null, bySpan))
  }
  return [...bySpan.values()]
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
): Observation {
  const namedParent = parentNamedBy(entry)
  const evidence = 'evidence' in entry.data ? entry.data.evidence : {}
  const identity = identityOf(entry, session, namedParent === null ? undefined : earlier.get(namedParent))
  const principal = principalOf(identity)
  const trace = traceContext(evidence) ?? traceOfRunner(session)
  return {
    entry,
    span: entry.data.span,
    session,
    namedParent,
    callId: evidence.callId ?? null,
    identity,
    principal,
    trace,
    traceChain: trace && chainOfTrace(trace, principal),
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

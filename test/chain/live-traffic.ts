import type { JoinSpan } from '../../src/chain/join-span.ts'
import { LiveChains } from '../../src/chain/live-chains.ts'
import type { Entry, Evidence } from '../../src/domain/entry.ts'
import { memoryLog, observedSession, userOf } from './observed-session.ts'

/** The entries of which ingest makes such spans, in the order of time; a call is answered at once. */
export function entriesOf(spans: readonly JoinSpan[]): readonly Entry[] {
  const log: Entry[] = []
  const sessions = new Map<string, ReturnType<typeof observedSession>>()
  const timed: Entry[] = []
  for (const span of [...spans].sort((a, b) => a.atMs - b.atMs)) {
    const begin = log.length
    const type = span.kind === 'tool' ? 'stdio' : 'model'
    const user = span.principal.startsWith('user:') ? userOf(span.principal.slice(5), 'verified') : undefined
    const session = sessions.get(span.session) ?? observedSession(memoryLog(log), { type })
    sessions.set(span.session, session)
    recordSpan(session, span, user && { identity: user })
    const at = new Date(span.atMs).toISOString().replace('Z', '000Z')
    timed.push(...log.slice(begin).map((entry) => ({ ...entry, at })))
  }
  return timed
}

type Who = Parameters<ReturnType<typeof observedSession>['modelRequest']>[1]

/** What a recorder would write of a span. */
export function recordSpan(session: ReturnType<typeof observedSession>, span: JoinSpan, who: Who): void {
  const evidence = evidenceOf(span)
  if (span.kind === 'model') {
    session.modelRequest(span.span, { ...who, evidence })
    session.modelResponse(span.span)
  } else if (span.kind === 'decision') {
    const callId = span.callId ?? ''
    session.decision(span.span, span.parent ?? '', { callId, tool: span.name, evidence })
  } else {
    const [resultHash = '', structuredResultHash = ''] = span.resultHashes
    session.request(span.span, { ...who, tool: span.name, server: span.server, evidence })
    session.result(span.span, { evidence: { resultHash, structuredResultHash } })
  }
}

function evidenceOf(span: JoinSpan): Evidence {
  const { callId, conversation, argumentsHash, coercedArgumentsHash, carriedResults, traceId } = span
  return {
    conversation,
    ...(callId !== null && { callId }),
    ...(argumentsHash !== null && { argumentsHash }),
    ...(coercedArgumentsHash !== null && { coercedArgumentsHash }),
    ...(carriedResults.length > 0 && { results: carriedResults }),
    ...(traceId !== null && {
      traceparent: { value: `00-${traceId}-00f067aa0ba902b7-01`, from: '_meta' as const },
    }),
  }
}

/** How long a call waits for its cause to be known. */
const longestMs = 30_000

/** The causes of the calls, each asked for at its answer and, as long as more may come, at each request of a model after it. */
export function liveCauses(spans: readonly JoinSpan[]): ReadonlyMap<string, string> {
  const chains = new LiveChains()
  const open = new Map<string, number>()
  const causes = new Map<string, string>()
  for (const entry of entriesOf(spans)) {
    chains.add(entry)
    const nowMs = Date.parse(entry.at)
    if (entry.kind === 'tool_result') open.set(entry.data.span, nowMs)
    else if (entry.kind !== 'model_request') continue
    for (const [call, since] of open) {
      const context = chains.contextOf(call, nowMs)
      if (context?.cause?.type === 'caused') causes.set(call, context.cause.from)
      if (!context?.isOpen || nowMs - since > longestMs) open.delete(call)
    }
  }
  return causes
}

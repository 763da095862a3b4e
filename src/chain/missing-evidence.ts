import { isTelling, type JoinSpan } from './join-span.ts'

/**
 * The ids and fingerprints with which spans since `sinceMs` name a turn that is not among the spans: it may lie long before, for
 * a person may come back to a conversation, or be asked and take a day.
 */
export function missingEvidence(spans: readonly JoinSpan[], sinceMs: number): readonly string[] {
  const there = new Set(
    spans.flatMap(({ kind, callId, messagesHash, responseId }) =>
      kind === 'tool' ? [] : [callId, messagesHash, responseId],
    ),
  )
  const named = spans.flatMap((span) => (span.atMs >= sinceMs ? namedBy(span) : []))
  return [...new Set(named)].filter((value) => !there.has(value))
}

function namedBy({
  kind,
  callId,
  carriedResults,
  earlierMessagesHash,
  conversation,
}: JoinSpan): readonly string[] {
  if (kind === 'tool') return callId !== null && isTelling(callId) ? [callId] : []
  if (kind !== 'model' || carriedResults.length === 0) return []
  const answered = carriedResults.map((result) => result.callId).filter(isTelling)
  return [...answered, earlierMessagesHash, conversation.previous_response_id].flatMap((value) => value ?? [])
}

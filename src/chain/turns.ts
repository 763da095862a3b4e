import { type JoinSpan, type KnownLink, sameConversation } from './join-span.ts'

/** One answer of a model: the request, what it decided, and the request that carried the results on. */
export interface Turn {
  readonly model: JoinSpan
  readonly decisions: readonly JoinSpan[]
  next: JoinSpan | null
}

/** The turns of recorded conversations, by the model's span. */
export function turnsOf(spans: readonly JoinSpan[]): ReadonlyMap<string, Turn> {
  const turns = new Map<string, Turn>()
  for (const model of spans)
    if (model.kind === 'model') turns.set(model.span, { model, decisions: [], next: null })
  for (const decision of spans) {
    const turn = decision.kind === 'decision' ? turns.get(decision.parent ?? '') : undefined
    if (turn) turns.set(turn.model.span, { ...turn, decisions: [...turn.decisions, decision] })
  }
  return turns
}

/**
 * A request that carries results continues the turn that asked for them: the one whose messages it repeats, or whose answer
 * it names, else the only one that made calls of these ids. Where several may be meant, none is.
 */
export function continueTurns(
  turns: ReadonlyMap<string, Turn>,
  known: readonly KnownLink[],
): readonly { readonly turn: Turn; readonly next: JoinSpan }[] {
  const knownTurns = new Map(
    known.flatMap(({ type, from, to }) => (type === 'continues' ? [[to, from]] : [])),
  )
  const byCallId = new Map<string, Turn[]>()
  for (const turn of turns.values())
    for (const { callId } of turn.decisions)
      if (callId !== null) byCallId.set(callId, [...(byCallId.get(callId) ?? []), turn])
  return [...turns.values()].flatMap(({ model: next }) => {
    const told = turns.get(knownTurns.get(next.span) ?? '')
    const turn = told ?? turnBefore(next, byCallId)
    if (!turn) return []
    turn.next ??= next
    return told ? [] : [{ turn, next }]
  })
}

function turnBefore(next: JoinSpan, byCallId: ReadonlyMap<string, readonly Turn[]>): Turn | null {
  const candidates = new Set(next.carriedResults.flatMap(({ callId }) => byCallId.get(callId) ?? []))
  const possible = [...candidates].filter(
    ({ model }) =>
      model.principal === next.principal && model.atMs < next.atMs && sameConversation(model, next) !== false,
  )
  const { earlierMessagesHash, conversation } = next
  const repeated = possible.filter(
    ({ model }) => earlierMessagesHash !== null && model.messagesHash === earlierMessagesHash,
  )
  const named = possible.filter(
    ({ model }) => model.responseId !== null && conversation.previous_response_id === model.responseId,
  )
  const told = repeated.length > 0 ? repeated : named
  // Who asks the same again means the last time.
  if (told.length > 0) return told.reduce((last, turn) => (turn.model.atMs > last.model.atMs ? turn : last))
  return possible.length === 1 ? (possible[0] ?? null) : null
}

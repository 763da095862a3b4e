import { isTelling, type JoinSpan, type KnownLink, sameConversation } from './join-span.ts'

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
  const index = indexTurns(turns)
  return [...turns.values()].flatMap(({ model: next }) => {
    const told = turns.get(knownTurns.get(next.span) ?? '')
    const turn = told ?? turnBefore(next, index)
    if (!turn) return []
    turn.next ??= next
    return told ? [] : [{ turn, next }]
  })
}

/** Turns that called something, by the ids of their calls and by what was asked. */
function indexTurns(turns: ReadonlyMap<string, Turn>): ReadonlyMap<string, readonly Turn[]> {
  const index = new Map<string, Turn[]>()
  for (const turn of turns.values()) {
    const ids = turn.decisions.map(({ callId }) => callId && `id ${callId}`)
    const asked = turn.decisions.length > 0 && turn.model.messagesHash && `asked ${turn.model.messagesHash}`
    for (const key of [...ids, asked]) {
      if (!key) continue
      const known = index.get(key)
      if (known) known.push(turn)
      else index.set(key, [turn])
    }
  }
  return index
}

function turnBefore(next: JoinSpan, index: ReadonlyMap<string, readonly Turn[]>): Turn | null {
  if (next.carriedResults.length === 0) return null
  const keys = [
    ...next.carriedResults.map(({ callId }) => `id ${callId}`),
    `asked ${next.earlierMessagesHash}`,
  ]
  const candidates = new Set(keys.flatMap((key) => index.get(key) ?? []))
  const possible = [...candidates].filter((turn) => mayContinue(turn, next))
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
  const [only, another] = possible
  if (!only || another) return null
  // Ids that are counted anew in each conversation say nothing where the messages say otherwise.
  const differs = earlierMessagesHash !== null && only.model.messagesHash !== null
  const isTold = only.decisions.some(({ callId }) => callId !== null && isTelling(callId))
  return differs && !isTold ? null : only
}

/** Where both sides have ids of calls, one of those that are carried must be one that the turn has made. */
function mayContinue({ model, decisions }: Turn, next: JoinSpan): boolean {
  const isBefore = model.atMs <= next.atMs && model.span !== next.span
  if (!isBefore || model.principal !== next.principal || sameConversation(model, next) === false) return false
  const carried = new Set(next.carriedResults.map(({ callId }) => callId))
  return decisions.some(({ callId }) => callId === null || carried.has(callId))
}

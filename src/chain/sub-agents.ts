import { type JoinSpan, type KnownLink, sameConversation } from './join-span.ts'
import type { Turn } from './turns.ts'

/** How long an agent may take before it asks its model for the first time. */
const longestStartMs = 5 * 60_000

export interface Instruction {
  readonly decision: JoinSpan
  /** The first request of the agent that was instructed. */
  readonly request: JoinSpan
  readonly tier: number
}

/**
 * An agent that instructs another does so by a tool, whose arguments hold the words that the other one begins with. Where one
 * decision alone can have given them, the other's conversation is caused by it: tier 3 in a conversation of the same id, else 4.
 */
export function instructions(
  turns: ReadonlyMap<string, Turn>,
  known: readonly KnownLink[],
): readonly Instruction[] {
  const told = new Set(known.flatMap(({ type, to }) => (type === 'caused' ? [to] : [])))
  const byText = new Map<string, JoinSpan[]>()
  for (const { decisions } of turns.values())
    for (const decision of decisions)
      for (const hash of decision.textHashes) byText.set(hash, [...(byText.get(hash) ?? []), decision])
  return [...turns.values()].flatMap(({ model: request }) => {
    if (told.has(request.span) || request.parent !== null) return []
    const all = new Set(request.promptHashes.flatMap((hash) => byText.get(hash) ?? []))
    const possible = [...all].filter((decision) => mayInstruct(decision, request))
    const [decision] = possible
    if (!decision || possible.length > 1) return []
    return [{ decision, request, tier: sameConversation(decision, request) ? 3 : 4 }]
  })
}

function mayInstruct(decision: JoinSpan, request: JoinSpan): boolean {
  const waitedMs = request.atMs - decision.atMs
  return (
    decision.principal === request.principal &&
    decision.outcome !== 'malformed' &&
    waitedMs >= 0 &&
    waitedMs <= longestStartMs &&
    sameConversation(decision, request) !== false
  )
}

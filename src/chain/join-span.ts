import type { Span } from '../domain/chain.ts'
import type { CarriedResult } from '../domain/entry.ts'

/** A span with all that may join it to spans of other sessions. Times are milliseconds since the epoch. */
export interface JoinSpan {
  readonly span: string
  readonly session: string
  readonly chain: string
  /** Within its session; of a decision the model's span. */
  readonly parent: string | null
  readonly kind: 'model' | 'decision' | 'tool'
  readonly atMs: number
  readonly server: string | null
  /** `server/tool` of a call; of a decision as the model wrote it. */
  readonly name: string
  readonly outcome: string
  readonly principal: string
  readonly callId: string | null
  readonly traceId: string | null
  /** Ids of the client's conversation and turn, by the name of the field they came in. */
  readonly conversation: Readonly<Record<string, string>>
  readonly argumentsHash: string | null
  readonly coercedArgumentsHash: string | null
  /** Of a decision for a tool that calls another one. */
  readonly innerTool: string | null
  readonly innerArgumentsHash: string | null
  readonly resultHashes: readonly string[]
  readonly carriedResults: readonly CarriedResult[]
  readonly messagesHash: string | null
  readonly earlierMessagesHash: string | null
  readonly responseId: string | null
  readonly promptHashes: readonly string[]
  readonly textHashes: readonly string[]
}

/** A span as it is stored, with the evidence among its attributes. `at` is ISO 8601. */
type Projected = Pick<
  JoinSpan,
  'span' | 'session' | 'chain' | 'parent' | 'kind' | 'server' | 'name' | 'outcome'
> &
  Pick<Span, 'at' | 'attributes'>

export function joinSpan(projected: Projected): JoinSpan {
  const { span, session, chain, parent, kind, at, server, name, outcome, attributes } = projected
  return {
    ...{ span, session, chain, parent, kind, server, name, outcome },
    atMs: Date.parse(at),
    principal: attributes.principal ?? 'home',
    callId: attributes.call_id ?? null,
    traceId: attributes.trace_id ?? null,
    conversation: conversationOf(attributes),
    argumentsHash: attributes.arguments_hash ?? null,
    coercedArgumentsHash: attributes.coerced_arguments_hash ?? null,
    innerTool: attributes.inner_tool ?? null,
    innerArgumentsHash: attributes.inner_arguments_hash ?? null,
    resultHashes: [attributes.result_hash, attributes.structured_result_hash].flatMap((hash) => hash ?? []),
    carriedResults: attributes.carried_results === undefined ? [] : JSON.parse(attributes.carried_results),
    messagesHash: attributes.messages_hash ?? null,
    earlierMessagesHash: attributes.earlier_messages_hash ?? null,
    responseId: attributes.response_id ?? null,
    promptHashes: attributes.prompt_hashes?.split(' ') ?? [],
    textHashes: attributes.text_hashes?.split(' ') ?? [],
  }
}

const conversationField = 'conversation.'

function conversationOf(attributes: Span['attributes']): JoinSpan['conversation'] {
  const conversation: Record<string, string> = {}
  for (const name in attributes)
    if (name.startsWith(conversationField))
      conversation[name.slice(conversationField.length)] = attributes[name] ?? ''
  return conversation
}

/** What an earlier join has found. */
export interface KnownLink {
  readonly type: 'caused' | 'continues' | 'same_session'
  readonly from: string
  readonly to: string
  readonly candidates: readonly string[]
}

/** The fields of one client, in which both sides must say the same where both say something. */
const families = [
  ['x-claude-code-session-id', 'CLAUDE_CODE_SESSION_ID'],
  ['x-codex-turn-metadata.turn_id'],
  ['threadId', 'conversation_id', 'thread-id'],
  ['sessionId', 'session_id', 'session-id'],
]

/** True: an id of the one is an id of the other. False: both have one of the same kind, and they differ. Null: nothing is known. */
export function sameConversation(left: JoinSpan, right: JoinSpan): boolean | null {
  const ids = new Set(Object.values(left.conversation))
  if (Object.values(right.conversation).some((id) => ids.has(id))) return true
  const idsIn = ({ conversation }: JoinSpan, fields: readonly string[]) =>
    fields.flatMap((field) => conversation[field] ?? [])
  const differs = families.some((fields) => idsIn(left, fields).length > 0 && idsIn(right, fields).length > 0)
  return differs ? false : null
}

/** Whether a call id is one of its own anywhere, as providers make them; small models count `call_0`, `call_1`. */
export function isTelling(callId: string): boolean {
  return callId.length >= 16
}

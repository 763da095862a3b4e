import type { IncomingMessage } from 'node:http'
import type { Evidence } from '../../domain/entry.ts'
import type { Identity } from '../../domain/identity.ts'
import { isJsonObject, readJson } from '../../domain/json.ts'

/** Headers in which clients tell which conversation a request belongs to: Claude Code, opencode, Codex, Codex before. */
const conversationHeaders = [
  'x-claude-code-session-id',
  'x-session-id',
  'session-id',
  'thread-id',
  'session_id',
  'conversation_id',
]

/** Codex: a JSON object with the `turn_id` that its calls carry in `_meta`. */
const turnHeader = 'x-codex-turn-metadata'

function codexTurn(header: string | readonly string[] | undefined): string | null {
  const metadata = typeof header === 'string' ? readJson(header) : undefined
  return isJsonObject(metadata) && typeof metadata.turn_id === 'string' ? metadata.turn_id : null
}

/** The trace that a request says in its headers it is part of. */
export function traceEvidence({ headers: { traceparent } }: IncomingMessage): Evidence {
  return typeof traceparent === 'string' ? { traceparent: { value: traceparent, from: 'header' } } : {}
}

/** What a request says in its headers of where it belongs. */
export function headerEvidence(incoming: IncomingMessage): Evidence {
  const { headers } = incoming
  const conversation = conversationHeaders.flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  const turn = codexTurn(headers[turnHeader])
  if (turn !== null) conversation.push([`${turnHeader}.turn_id`, turn])
  return {
    ...traceEvidence(incoming),
    ...(conversation.length > 0 && { conversation: Object.fromEntries(conversation) }),
  }
}

/** A program names itself in `User-Agent`; that is a claim. */
export function withAgent(identity: Identity, { headers }: IncomingMessage): Identity {
  const agent = headers['user-agent']
  if (identity.client !== null || !agent) return identity
  return { ...identity, client: { value: agent, source: 'self-reported' } }
}

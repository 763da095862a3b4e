import type { Evidence } from '../domain/entry.ts'
import type { Claim, Identity } from '../domain/identity.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'

/** Fields of `_meta` in which clients send the model's call id: Claude Code, Codex. */
const callIdFields = ['claudecode/toolUseId', 'callId']

/** Ids of conversations and turns: VS Code, ChatGPT, Codex. */
const conversationFields = [
  'vscode.conversationId',
  'vscode.requestId',
  'openai/session',
  'threadId',
  'sessionId',
  'itemId',
]
const turnMetadata = 'x-codex-turn-metadata'

/** Environment variables in which clients tell the servers they start which conversation they serve. */
const conversationVariables = ['CLAUDE_CODE_SESSION_ID', 'COPILOT_AGENT_SESSION_ID', 'QWEN_CODE_SESSION_ID']

export const metaFields = {
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
}

/** What the `_meta` of a request tells that may join it to others. */
export function metaEvidence(meta: JsonObject): Evidence {
  const callId = callIdFields.map((field) => meta[field]).find(isText)
  const conversation = conversationOf(meta)
  return {
    ...(callId !== undefined && { callId }),
    ...(isText(meta.traceparent) && { traceparent: { value: meta.traceparent, from: '_meta' } }),
    ...(Object.keys(conversation).length > 0 && { conversation }),
  }
}

/** Nothing else of an environment is ever recorded: clients put tokens there. */
export function environmentEvidence(environment: NodeJS.ProcessEnv): Evidence {
  const found = conversationVariables.flatMap((name) => {
    const value = environment[name]
    return value ? [[name, value] as const] : []
  })
  return found.length > 0 ? { conversation: Object.fromEntries(found) } : {}
}

/** The client as it names itself, `name/version`, where nobody who knows better has said. */
export function withClient(identity: Identity, clientInfo: Json | undefined): Identity {
  if (identity.client !== null || !isJsonObject(clientInfo) || !isText(clientInfo.name)) return identity
  const { name, version } = clientInfo
  const client: Claim = { value: isText(version) ? `${name}/${version}` : name, source: 'self-reported' }
  return { ...identity, client }
}

function conversationOf(meta: JsonObject): Record<string, string> {
  const found: Record<string, string> = {}
  for (const field of conversationFields) {
    const value = meta[field]
    if (isText(value)) found[field] = value
  }
  const turn = turnOf(meta[turnMetadata])
  if (turn !== null) found[`${turnMetadata}.turn_id`] = turn
  return found
}

/** Codex sends it as an object or as the JSON text of one. */
function turnOf(metadata: Json | undefined): string | null {
  if (isJsonObject(metadata)) return isText(metadata.turn_id) ? metadata.turn_id : null
  return isText(metadata) ? (/"turn_id"\s*:\s*"([^"\\]+)"/.exec(metadata)?.[1] ?? null) : null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

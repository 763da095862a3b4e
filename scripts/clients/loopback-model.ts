// A model on loopback that decides one call, and is content with what comes of it.
import { isJsonObject, type Json, type JsonObject } from '../../src/domain/json.ts'
import { anthropicWire } from '../../test/fixtures/providers/anthropic-server.ts'
import { startGeminiServer } from '../../test/fixtures/providers/gemini-server.ts'
import { startOpenAiServer } from '../../test/fixtures/providers/openai-server.ts'
import {
  type Handler,
  type ProviderServer,
  startProvider,
} from '../../test/fixtures/providers/provider-server.ts'
import { startResponsesServer } from '../../test/fixtures/providers/responses-server.ts'
import { list } from '../../test/fixtures/providers/wire-parts.ts'
import type { Format } from './client.ts'

/** Claude Code uses betas of the API, whose fields the fixture refuses. */
const liberal = { ...anthropicWire, path: /^\/v1\/messages$/, objection: () => null }

export const formats = {
  chat: { provider: 'openai', open: startOpenAiServer },
  responses: { provider: 'openai', open: startResponsesServer },
  messages: { provider: 'anthropic', open: (handle: Handler) => startProvider(liberal, handle) },
  gemini: { provider: 'gemini', open: startGeminiServer },
} as const satisfies Record<Format, { provider: string; open: (handle: Handler) => Promise<ProviderServer> }>

export interface Decision {
  readonly tool: string
  readonly arguments: JsonObject
}

/**
 * Decides for the tool by the name that the client gave it, in the first request that shows it. Where it is only named, it
 * is called through the tool that calls such tools, or first looked up with the one that shows them.
 */
export function decidingOnce(decision: Decision): Handler {
  const decided = new Set<string>()
  return (body, nth) => {
    const id = `answer_${nth}`
    const call = callOf(decision, body)
    if (call === null || decided.has('call') || decided.has(call.kind)) return { id, text: 'Done.' }
    decided.add(call.kind)
    const { kind, name, arguments: given } = call
    return { id, calls: [{ id: `call_${kind}`, name, arguments: JSON.stringify(given) }] }
  }
}

interface Call extends JsonObject {
  readonly kind: 'call' | 'search'
  readonly name: string
  readonly arguments: JsonObject
}

function callOf({ tool, arguments: given }: Decision, body: JsonObject): Call | null {
  const shown = toolNames(body)
  const name = shown.find((each) => each.endsWith(tool))
  if (name !== undefined) return { kind: 'call', name, arguments: given }
  const [named] = new RegExp(`mcp__\\w*${tool}\\b`).exec(JSON.stringify(body)) ?? []
  if (named === undefined) return null
  if (shown.includes(through))
    return { kind: 'call', name: through, arguments: { name: named, arguments: given } }
  return shown.includes(search)
    ? { kind: 'search', name: search, arguments: { query: `select:${named}`, max_results: 1 } }
    : null
}

/** Of Qwen Code and of Claude Code. */
const [through, search] = ['tool_call', 'ToolSearch']

/** The names of all tools that a request shows, in any of the formats. */
export function toolNames(body: JsonObject): readonly string[] {
  return list(body.tools).flatMap(namesIn)
}

function namesIn(tool: JsonObject): readonly string[] {
  const { name, function: described, tools, functionDeclarations } = tool
  const own = isJsonObject(described) ? described.name : name
  const within = [...list(tools), ...list(functionDeclarations)].flatMap(namesIn)
  return within.length > 0 ? within : texts([own])
}

const texts = (values: readonly (Json | undefined)[]) =>
  values.flatMap((value) => (typeof value === 'string' ? [value] : []))

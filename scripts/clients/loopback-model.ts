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

/** Decides for the tool by the name that the client gave it, in the first request that shows it. */
export function decidingOnce({ tool, arguments: given }: Decision): Handler {
  let isDecided = false
  return (body) => {
    const name = isDecided ? undefined : toolNames(body).find((shown) => shown.endsWith(tool))
    if (name === undefined) return { text: 'Done.' }
    isDecided = true
    return { calls: [{ id: 'call_clients_1', name, arguments: JSON.stringify(given) }] }
  }
}

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

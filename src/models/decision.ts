import { randomUUID } from 'node:crypto'
import { isDeep, isJsonObject, isUnbounded, type JsonObject, readJson } from '../domain/json.ts'
import type { Decision } from '../domain/model.ts'
import { type ContentBlock, type Tool, type ToolResult, wireName } from '../domain/tool.ts'

/** A tool call as it stands in a provider's response. */
export interface WireCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** Calls under the tools' own names; the name of a tool that was not shown stays as the model wrote it. */
export function readDecisions(calls: Iterable<WireCall>, tools: readonly Tool[]): Decision[] {
  const names = namesByWireName(tools)
  return Array.from(calls, readCall).map((call) => ({
    id: call.id || `call_${randomUUID()}`,
    tool: names.get(call.name) ?? call.name,
    arguments: readArguments(call.arguments),
    rawArguments: call.arguments,
  }))
}

/** What is typed is what the provider promised; throws a `TypeError` where it sent something else. */
function readCall(call: WireCall): WireCall {
  if (typeof call.name !== 'string' || typeof call.arguments !== 'string')
    throw new TypeError('a call has no name, or arguments that are no text')
  return call
}

/** Texts of an answer; throws a `TypeError` where the provider sent something else. */
export function readText(text: unknown): string {
  if (typeof text !== 'string') throw new TypeError('the text of the answer is no text')
  return text
}

export function namesByWireName(tools: readonly Tool[]): ReadonlyMap<string, string> {
  return new Map(tools.map(({ name }) => [wireName(name), name]))
}

/** Null when the text is no JSON object, or one that is nested too deep or has a number beyond every double. A call without any text has no arguments: models write it for tools that take none. */
export function readArguments(text: string): JsonObject | null {
  if (text.trim() === '') return {}
  const value = readJson(text)
  return isJsonObject(value) && !isDeep(value) && !isUnbounded(value) ? value : null
}

/** A content block as text, for models that take only text; what has none is named with its size. */
export function blockText(block: ContentBlock): string {
  if (typeof block.text === 'string') return block.text
  if (isJsonObject(block.resource) && typeof block.resource.text === 'string') return block.resource.text
  if (typeof block.uri === 'string') return `[${block.type}: ${block.uri}]`
  const { data } = isJsonObject(block.resource) ? { data: block.resource.blob } : block
  const bytes = typeof data === 'string' ? `, ${Buffer.byteLength(data, 'base64')} bytes` : ''
  return `[${block.type}: ${typeof block.mimeType === 'string' ? block.mimeType : 'unknown type'}${bytes}, not shown]`
}

/** A whole result as text; the structured content where there is no other. */
export function resultText(result: ToolResult): string {
  if (result.content.length === 0 && result.structuredContent) return JSON.stringify(result.structuredContent)
  return result.content.map(blockText).join('\n')
}

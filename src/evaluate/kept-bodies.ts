import type { BodyRef, EntryData } from '../domain/entry.ts'
import type { ModelTurn } from '../domain/grader.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../domain/json.ts'
import type { Decision } from '../domain/model.ts'
import { serverOf, type ToolResult, toolError } from '../domain/tool.ts'
import { notKept } from './graders/placeholders.ts'

/** The stored, redacted text of a body; null when it was erased. */
export type BodyText = (digest: string) => string | null

/** A body that was erased or cut reads as a placeholder. */
export function readText(ref: BodyRef, bodyText: BodyText): string {
  return (ref.truncated ? null : bodyText(ref.digest)) ?? notKept(ref.digest)
}

export function readAnswer(content: BodyRef, bodyText: BodyText): string {
  const kept = readJson(readText(content, bodyText))
  return isJsonObject(kept) && typeof kept.text === 'string' ? kept.text : notKept(content.digest)
}

export function readDecision(decision: EntryData['decision'], bodyText: BodyText): Decision {
  const given = readJson(readText(decision.arguments, bodyText))
  return {
    id: decision.evidence.callId ?? decision.span,
    tool: decision.tool,
    // Null means malformed, which arguments that were not kept are not.
    arguments: decision.malformed ? null : isJsonObject(given) ? given : {},
    rawArguments: readText(decision.arguments, bodyText),
  }
}

export function readResult({ result, outcome }: EntryData['tool_result'], bodyText: BodyText): ToolResult {
  const isError = outcome.layer !== 'ok'
  const kept = result ? readJson(readText(result, bodyText)) : undefined
  const content = isJsonObject(kept) && Array.isArray(kept.content) ? kept.content.filter(isBlock) : null
  if (!content) return { ...toolError(outcome.message ?? 'the result was not kept'), isError }
  const structured =
    isJsonObject(kept) && isJsonObject(kept.structuredContent) ? kept.structuredContent : null
  return { content, ...(structured && { structuredContent: structured }), isError }
}

function isBlock(value: Json): value is JsonObject & { readonly type: string } {
  return isJsonObject(value) && typeof value.type === 'string'
}

/** What a model was shown of its tools. */
export type ShownTools = Pick<ModelTurn, 'tools' | 'deferred' | 'callTools' | 'reach'>

export function readTools(list: Json | undefined): ShownTools {
  const tools = (Array.isArray(list) ? list : []).filter(isNamed)
  const own = tools.filter(({ name }) => serverOf(name) === null)
  const reaches = own.map(({ reaches }) => (Array.isArray(reaches) ? reaches.map(String) : null))
  const reach = reaches.flatMap((names) => names ?? [])
  const deferred = tools.flatMap((tool) => (tool.deferred === true ? tool.name : []))
  return {
    tools: tools.flatMap(({ name, deferred }) => (deferred === true ? [] : name)),
    ...(deferred.length > 0 && { deferred }),
    callTools: own.flatMap(({ name, discovery }) => (discovery === 'call' ? name : [])),
    ...(own.length > 0 && !reaches.includes(null) && { reach }),
  }
}

function isNamed(tool: Json): tool is JsonObject & { readonly name: string } {
  return isJsonObject(tool) && typeof tool.name === 'string'
}

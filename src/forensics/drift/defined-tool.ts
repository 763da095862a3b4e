import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { isJsonObject, type Json, type JsonObject, readJson } from '../../domain/json.ts'

/**
 * What every recorder keeps of a tool's definition, and in one form: a proxy keeps the list to the letter, a trial what a
 * client needs. What only one of them has is no change of the tool.
 */
export interface DefinedTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject | null
  readonly annotations: JsonObject
}

export type Definitions = ReadonlyMap<string, DefinedTool>

/** The tools of a recorded list by name, in the order of names; null for a list that was not kept whole. */
export function readDefinitions(text: string): Definitions | null {
  const list = readJson(text)
  if (!Array.isArray(list)) return null
  const tools = list.flatMap((tool: Json) => (isJsonObject(tool) ? definedTool(tool) : []))
  return new Map(tools.sort((a, b) => (a.name < b.name ? -1 : 1)).map((tool) => [tool.name, tool]))
}

function definedTool(tool: JsonObject): readonly DefinedTool[] {
  const { name, description, inputSchema, outputSchema, annotations } = tool
  if (typeof name !== 'string') return []
  return [
    {
      name,
      description: typeof description === 'string' ? description : '',
      inputSchema: isJsonObject(inputSchema) ? inputSchema : {},
      outputSchema: isJsonObject(outputSchema) ? outputSchema : null,
      annotations: isJsonObject(annotations) ? hintsIn(annotations) : {},
    },
  ]
}

const flags = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']

function hintsIn(annotations: JsonObject): JsonObject {
  const kept = Object.entries(annotations).filter(
    ([name, value]) =>
      (name === 'title' && typeof value === 'string') || (flags.includes(name) && typeof value === 'boolean'),
  )
  return Object.fromEntries(kept)
}

/** The same for lists that define the same tools, whoever recorded them. */
export function fingerprintOf(definitions: Definitions): string {
  return createHash('sha256')
    .update(canonicalize([...definitions.values()]) ?? '')
    .digest('hex')
}

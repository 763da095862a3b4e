import type { IncomingHttpHeaders } from 'node:http'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { Refusal } from '../refuse.ts'
import { compareHeader } from './modern-headers.ts'

/** An argument that a client repeats in a header, by the tool's own wish. */
interface RepeatedArgument {
  readonly path: readonly string[]
  readonly header: string
}

const decimal = /^-?\d+(?:\.\d+)?$/

/**
 * The `Mcp-Param-…` headers that the tools of a server ask for (`x-mcp-header` in their input schemas), as far as a list that
 * passed has told: nobody asks the server for one.
 */
export class ToolHeaders {
  readonly #byTool = new Map<string, readonly RepeatedArgument[]>()

  /** A page of a tool list. */
  learn({ tools }: JsonObject): void {
    if (!Array.isArray(tools)) return
    for (const tool of tools as readonly Json[])
      if (isJsonObject(tool) && typeof tool.name === 'string')
        this.#byTool.set(tool.name, repeatedIn(tool.inputSchema, []))
  }

  /** What is wrong with the headers of a `tools/call`; null where nothing is known to be. */
  check(headers: IncomingHttpHeaders, { name, arguments: given = {} }: JsonObject): Refusal | null {
    for (const { path, header } of this.#byTool.get(String(name)) ?? []) {
      const value = path.reduce<Json | undefined>(
        (node, key) => (isJsonObject(node) ? node[key] : undefined),
        given,
      )
      if (value === undefined || value === null || typeof value === 'object') continue
      const refusal = compareHeader(headers, header, isEqualTo(value))
      if (refusal) return refusal
    }
    return null
  }
}

function isEqualTo(value: string | number | boolean) {
  return {
    text: String(value),
    matches: (sent: string) =>
      typeof value === 'number' && decimal.test(sent) ? Number(sent) === value : sent === String(value),
  }
}

/** Those that a chain of `properties` leads to; nowhere else may a schema ask for a header. */
function repeatedIn(schema: Json | undefined, path: readonly string[]): readonly RepeatedArgument[] {
  if (!isJsonObject(schema)) return []
  const { 'x-mcp-header': name, properties } = schema
  const own = typeof name === 'string' && path.length > 0 ? [{ path, header: `Mcp-Param-${name}` }] : []
  const below = isJsonObject(properties) ? Object.entries(properties) : []
  return [...own, ...below.flatMap(([key, child]) => repeatedIn(child, [...path, key]))]
}

import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import { metaFields } from './meta-evidence.ts'
import type { ToolDefinitions } from './observation.ts'

const mostTools = 10_000

/** What a server has said of its tools and of itself. */
export class ToolList {
  readonly #server: string
  #version: string | null = null
  #pages: Json[] = []
  readonly #readOnly = new Map<string, boolean>()

  constructor(server: string) {
    this.#server = server
  }

  /** The tool's own hint; null for a tool that says nothing of it, or that was never listed. */
  readOnly(name: string): boolean | null {
    return this.#readOnly.get(name) ?? null
  }

  /** `initialize` (legacy) and every result's `_meta` (2026-07-28) may name the server and its version. */
  learnServer(result: JsonObject): void {
    const meta = isJsonObject(result._meta) ? result._meta : {}
    const info = result.serverInfo ?? meta[metaFields.serverInfo]
    if (isJsonObject(info) && typeof info.version === 'string') this.#version = info.version
  }

  /** Takes a page, with its list to the letter; gives the whole list with the last page. */
  addPage(isFirst: boolean, { tools, nextCursor }: JsonObject, text: string | null): ToolDefinitions | null {
    if (!Array.isArray(tools)) return null
    if (isFirst) this.#pages = []
    // A list without an end is no list: its pages are recorded as they are.
    this.#pages = this.#pages.length > mostTools ? [] : [...this.#pages, ...tools]
    if (typeof nextCursor === 'string') return null
    const all = this.#pages
    this.#pages = []
    this.#learnHints(all)
    return {
      server: this.#server,
      serverVersion: this.#version,
      tools: all,
      ...(isFirst && text !== null && { payload: { json: text } }),
    }
  }

  #learnHints(tools: readonly Json[]): void {
    this.#readOnly.clear()
    for (const tool of tools) {
      if (!isJsonObject(tool) || typeof tool.name !== 'string' || !isJsonObject(tool.annotations)) continue
      const { readOnlyHint } = tool.annotations
      if (typeof readOnlyHint === 'boolean') this.#readOnly.set(tool.name, readOnlyHint)
    }
  }
}

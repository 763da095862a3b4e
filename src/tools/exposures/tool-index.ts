import MiniSearch from 'minisearch'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { Tool } from '../../domain/tool.ts'

export type ToolIndex = (query: string, limit: number) => readonly Tool[]

/** BM25 over names, descriptions and parameters. Ties keep the order of the list, so that a run can be repeated. */
export function toolIndex(tools: readonly Tool[]): ToolIndex {
  const index = new MiniSearch<{ id: number; name: string; description: string; parameters: string }>({
    fields: ['name', 'description', 'parameters'],
    tokenize: words,
    searchOptions: {
      boost: { name: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.2 : 0),
    },
  })
  index.addAll(
    tools.map(({ name, description, inputSchema }, id) => ({
      id,
      name,
      description,
      parameters: parameters(inputSchema),
    })),
  )
  return (query, limit) =>
    index
      .search(query)
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .flatMap(({ id }) => tools[id] ?? [])
}

/** `readTextFile`, `read_text_file` and `read text file` are the same words. */
function words(text: string): string[] {
  return text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Names and descriptions of all properties, however deep. */
function parameters(schema: JsonObject): string {
  const own = typeof schema.description === 'string' ? [schema.description] : []
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const nested = properties.map(([name, value]) => `${name} ${isJsonObject(value) ? parameters(value) : ''}`)
  const items = isJsonObject(schema.items) ? [parameters(schema.items)] : []
  return [...own, ...nested, ...items].join(' ')
}

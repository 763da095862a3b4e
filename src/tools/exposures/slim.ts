import type { Exposure } from '../../domain/exposure.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Tool } from '../../domain/tool.ts'
import { perList } from './per-list.ts'

/** Every tool, in fewer words: the first sentence of its description, and a schema without prose. */
export function slim(): Exposure {
  return {
    name: 'slim',
    expose: (upstream) => ({
      listTools: async (context) => slimList(await upstream.listTools(context)),
      callTool: (call, context) => upstream.callTool(call, context),
      onListChanged: (listener) => upstream.onListChanged(listener),
    }),
  }
}

const slimList = perList((tools) => tools.map(slimTool))

function slimTool({ name, description, inputSchema, annotations }: Tool): Tool {
  return {
    name,
    description: firstSentence(description),
    inputSchema: slimSchema(inputSchema),
    ...(annotations && { annotations }),
  }
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Of the first paragraph, its lines joined first: many descriptions are wrapped by hand. */
export function firstSentence(text: string): string {
  const [paragraph = ''] = text.trim().split(/\n\s*\n/)
  const [sentence] = sentences.segment(paragraph.replace(/\s+/g, ' '))
  return sentence?.segment.trim() ?? ''
}

/** Keywords that explain and do not constrain (JSON Schema 2020-12, validation, section 9), and `$schema`. */
const prose = new Set(['$schema', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'])
/** Keywords whose value maps names to schemas: there, `title` is somebody's property. */
const schemaMaps = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  'dependencies',
  '$defs',
  'definitions',
])
/** Keywords whose value is data, not a schema. */
const data = new Set(['enum', 'const', 'required', 'dependentRequired'])

/** The same schema without its prose: accepts exactly the same arguments. */
export function slimSchema(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([keyword]) => !prose.has(keyword))
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, slimValue(keyword, value)]))
}

function slimValue(keyword: string, value: Json): Json {
  if (data.has(keyword)) return value
  if (schemaMaps.has(keyword) && isJsonObject(value)) return mapValues(value, slimAny)
  return slimAny(value)
}

function slimAny(value: Json): Json {
  if (Array.isArray(value)) return value.map(slimAny)
  return isJsonObject(value) ? slimSchema(value) : value
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}

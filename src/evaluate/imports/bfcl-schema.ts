import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { ImportedTool } from './imported-suite.ts'

const jsonTypes: Readonly<Record<string, string>> = {
  dict: 'object',
  HashMap: 'object',
  Hashtable: 'object',
  float: 'number',
  double: 'number',
  tuple: 'array',
  list: 'array',
  any: 'string',
}

/** A function of BFCL as a tool. Of Java and JavaScript every value is source text: its type goes into the description. */
export function toolOf(description: JsonObject, language: string): ImportedTool {
  const { name, description: words, parameters } = description
  const given = isJsonObject(parameters) ? parameters : {}
  const properties = isJsonObject(given.properties) ? given.properties : {}
  const convert = language === 'python' ? toJsonSchema : asSource(language)
  return {
    name: String(name),
    description: String(words ?? ''),
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, schema]) => [key, convert(schema)]),
      ),
      required: given.required ?? [],
    },
  }
}

function toJsonSchema(schema: Json): Json {
  if (!isJsonObject(schema)) return schema
  const { type, items, properties, ...rest } = schema
  return {
    ...rest,
    ...(typeof type === 'string' && { type: jsonTypes[type] ?? type }),
    ...(items !== undefined && { items: toJsonSchema(items) }),
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, each]) => [key, toJsonSchema(each)]),
      ),
    }),
  }
}

function asSource(language: string) {
  return (schema: Json): Json => {
    const { type, description } = isJsonObject(schema) ? schema : {}
    return {
      type: 'string',
      description: `${description ?? ''} (${language} source of the type ${type})`.trim(),
    }
  }
}

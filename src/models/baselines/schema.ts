import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'

/** A schema may refer to itself without end. */
const deepestReference = 8

/** The schema behind local `$ref`s and with its `allOf` merged in; `{}` for `true`, and for what is no schema. */
export function resolveSchema(value: Json | undefined, root: JsonObject, depth = 0): JsonObject {
  if (!isJsonObject(value)) return {}
  if (depth >= deepestReference) return value
  const { $ref, allOf, ...own } = value
  const parts = [
    ...(typeof $ref === 'string' ? [lookUp($ref, root)] : []),
    ...(Array.isArray(allOf) ? allOf : []),
  ]
  return parts.reduce<JsonObject>((all, part) => merge(all, resolveSchema(part, root, depth + 1)), own)
}

/** Its alternatives, each with what all of them share; null where it has none. */
export function alternatives(schema: JsonObject, root: JsonObject): readonly JsonObject[] | null {
  const { anyOf, oneOf, ...shared } = schema
  const listed = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : null
  return listed?.map((part: Json) => merge(shared, resolveSchema(part, root))) ?? null
}

export type SchemaType = 'null' | 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object'

const schemaTypes: readonly SchemaType[] = [
  'null',
  'boolean',
  'number',
  'integer',
  'string',
  'array',
  'object',
]

/** The types that a schema names; where it names none, the one that its keywords are about, else `string`. */
export function typesOf(schema: JsonObject): readonly SchemaType[] {
  const named = [schema.type ?? []].flat()
  const types = schemaTypes.filter((type) => named.includes(type))
  if (types.length > 0) return types
  if (schema.properties || schema.required) return ['object']
  if (schema.items || schema.prefixItems) return ['array']
  return ['string']
}

/** The names of an object's properties, the required ones first, each in the schema's order. */
export function propertyNames(schema: JsonObject): {
  required: readonly string[]
  optional: readonly string[]
} {
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => typeof name === 'string')
    : []
  const declared = Object.keys(isJsonObject(schema.properties) ? schema.properties : {})
  return {
    required: [...new Set([...declared.filter((name) => required.includes(name)), ...required])],
    optional: declared.filter((name) => !required.includes(name)),
  }
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const both = { ...a, ...b }
  if (isJsonObject(a.properties) && isJsonObject(b.properties))
    return { ...both, ...required(a, b), properties: { ...a.properties, ...b.properties } }
  return { ...both, ...required(a, b) }
}

function required(a: JsonObject, b: JsonObject): JsonObject {
  const names = [a.required, b.required].flatMap((list) => (Array.isArray(list) ? list : []))
  return names.length > 0 ? { required: [...new Set(names)] } : {}
}

function lookUp(reference: string, root: JsonObject): Json {
  if (!reference.startsWith('#')) return {}
  const parts = decodeURIComponent(reference.slice(1)).split('/').slice(1)
  return parts.reduce<Json>((at, part) => {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    return (isJsonObject(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined) ?? {}
  }, root)
}

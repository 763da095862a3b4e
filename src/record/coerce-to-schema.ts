import { isJsonObject, type Json, type JsonObject, readJson } from '../domain/json.ts'

/**
 * Arguments as clients send them that convert what a model wrote to the tool's schema: `"7"` to 7 where a number is asked
 * for, `"true"` to true, JSON in a string to the list or object, 7 to `"7"`. The same value where nothing is to convert.
 */
export function coerceToSchema(value: Json, schema: JsonObject): Json {
  const types = typesOf(schema)
  if (types.length > 0 && !types.includes(typeOf(value))) return convert(value, types)
  if (Array.isArray(value)) return coerceItems(value, schema.items)
  return isJsonObject(value) ? coerceMembers(value, schema.properties) : value
}

function typesOf({ type }: JsonObject): readonly string[] {
  const types = Array.isArray(type) ? type.filter((each) => typeof each === 'string') : [type]
  const known = types.filter((each): each is string => typeof each === 'string')
  return known.includes('integer') ? [...known, 'number'] : known
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function convert(value: Json, types: readonly string[]): Json {
  if (typeof value === 'string') {
    const read = readJson(value)
    return read !== undefined && types.includes(typeOf(read)) ? read : value
  }
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  return isPlain && types.includes('string') ? String(value) : value
}

function coerceItems(items: readonly Json[], schema: Json | undefined): Json {
  if (!isJsonObject(schema)) return items
  const coerced = items.map((item) => coerceToSchema(item, schema))
  return coerced.some((item, index) => item !== items[index]) ? coerced : items
}

function coerceMembers(members: JsonObject, properties: Json | undefined): JsonObject {
  if (!isJsonObject(properties)) return members
  const coerced = Object.entries(members).map(([name, value]) => {
    const schema = properties[name]
    return [name, isJsonObject(schema) ? coerceToSchema(value, schema) : value] as const
  })
  return coerced.some(([name, value]) => value !== members[name]) ? Object.fromEntries(coerced) : members
}

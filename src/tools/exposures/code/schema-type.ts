import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'

/** Below this, a type is `unknown`: schemas refer to themselves. */
const deepest = 6

/** The TypeScript type of what a JSON Schema accepts, on one line; `unknown` for what TypeScript cannot say. */
export function schemaType(schema: Json | undefined, root: Json | undefined = schema, depth = 0): string {
  if (!isJsonObject(schema) || depth > deepest) return 'unknown'
  const inner = (below: Json | undefined) => schemaType(below, root, depth + 1)
  if (typeof schema.$ref === 'string') return inner(resolve(schema.$ref, root))
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return union(schema.enum.map((value) => JSON.stringify(value)))
  const choices = schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return union(choices.map(inner))
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => inner({ ...schema, type })))
  return plainType(schema, inner)
}

function plainType(schema: JsonObject, inner: (below: Json | undefined) => string): string {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return schema.items === undefined ? 'unknown[]' : `Array<${inner(schema.items)}>`
    default:
      return isJsonObject(schema.properties) || schema.type === 'object'
        ? objectType(schema, inner)
        : 'unknown'
  }
}

function objectType(
  { properties, required, additionalProperties: more }: JsonObject,
  inner: (below: Json | undefined) => string,
): string {
  const needed = Array.isArray(required) ? required : []
  const fields = Object.entries(isJsonObject(properties) ? properties : {}).map(
    ([name, schema]) => `${propertyName(name)}${needed.includes(name) ? '' : '?'}: ${inner(schema)}`,
  )
  const rest = isJsonObject(more) ? `[name: string]: ${inner(more)}` : '[name: string]: unknown'
  if (fields.length > 0) return `{ ${fields.join('; ')} }`
  return more === false ? '{}' : `{ ${rest} }`
}

export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never'
}

/** Within the document alone: `#/$defs/name`. */
function resolve(reference: string, root: Json | undefined): Json | undefined {
  if (!reference.startsWith('#')) return undefined
  const steps = reference.split('/').slice(1)
  return steps.reduce<Json | undefined>((value, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }, root)
}

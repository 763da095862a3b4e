import canonicalize from 'canonicalize'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { compareBounds } from './compare-bounds.ts'
import type { SchemaChange } from './schema-change.ts'

/**
 * What a schema admits that an earlier one did not, and the other way round. Wider: a member that is no longer required, a
 * new optional one where others were refused or not spoken of, a type or a value more, a bound moved out or gone,
 * `additionalProperties` opened. Narrower: each of these turned around. A pattern, a format or a construct that is compared
 * as a whole (`anyOf`, `$ref`, …) is different. Descriptions, titles, defaults and examples admit nothing.
 */
export function compareSchemas(before: Json, after: Json, path = ''): readonly SchemaChange[] {
  if (same(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after)) return openings(before, after, path)
  return [
    ...compareTypes(before, after, path),
    ...compareValues(before, after, path),
    ...compareBounds(before, after, path),
    ...compareMembers(before, after, path),
    ...compareAdditional(before, after, path),
    ...compareItems(before, after, path),
    ...compareWholes(before, after, path),
  ]
}

/** `true` admits everything, as an empty schema does, and `false` nothing; any other schema stands between. */
function openings(before: Json, after: Json, path: string): readonly SchemaChange[] {
  const room = (schema: Json) => {
    if (!isJsonObject(schema)) return schema === false ? 0 : 2
    return Object.keys(schema).length === 0 ? 2 : 1
  }
  const [old, now] = [room(before), room(after)]
  if (old === now) return []
  const words = (['none now', now > old ? 'some now' : 'restricted', 'any now'] as const)[now]
  return [{ path, effect: now > old ? 'wider' : 'narrower', words: words ?? '' }]
}

const anyType = ['array', 'boolean', 'null', 'number', 'object', 'string']

/** Every integer is a number. */
function typesOf({ type }: JsonObject): readonly string[] {
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : anyType
  return types.includes('number') ? [...types, 'integer'] : types
}

function compareTypes(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  const [old, now] = [typesOf(before), typesOf(after)]
  const added = now.filter((type) => !old.includes(type))
  const gone = old.filter((type) => !now.includes(type))
  if (added.length === 0 && gone.length === 0) return []
  const effect = gone.length === 0 ? 'wider' : added.length === 0 ? 'narrower' : 'different'
  const name = ({ type }: JsonObject) => (type === undefined ? 'any' : [type].flat().join(' or '))
  return [{ path, effect, words: `type ${name(before)} → ${name(after)}` }]
}

function valuesOf({ enum: values, const: only }: JsonObject): readonly Json[] | null {
  if (only !== undefined) return [only]
  return Array.isArray(values) ? values : null
}

function compareValues(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  const [old, now] = [valuesOf(before), valuesOf(after)]
  if (old === null && now === null) return []
  if (old === null || now === null)
    return [
      old === null
        ? { path, effect: 'narrower', words: 'only some values now' }
        : { path, effect: 'wider', words: 'any value now' },
    ]
  const missing = (from: readonly Json[], others: readonly Json[]) =>
    from.filter((value) => !others.some((other) => same(value, other))).map((value) => JSON.stringify(value))
  const [added, gone] = [missing(now, old), missing(old, now)]
  return [
    ...(added.length > 0 ? [{ path, effect: 'wider', words: `may be ${added.join(', ')}` } as const] : []),
    ...(gone.length > 0
      ? [{ path, effect: 'narrower', words: `no longer ${gone.join(', ')}` } as const]
      : []),
  ]
}

function compareMembers(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  const [old, now] = [membersOf(before), membersOf(after)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names.flatMap((name): readonly SchemaChange[] => {
    const at = path === '' ? name : `${path}.${name}`
    const [was, is] = [requiredIn(before, name), requiredIn(after, name)]
    const [oldSchema, nowSchema] = [old[name], now[name]]
    if (oldSchema === undefined)
      return [
        { path: at, effect: is ? 'narrower' : 'wider', words: is ? 'new and required' : 'new and optional' },
      ]
    if (nowSchema === undefined) return [{ path: at, effect: 'narrower', words: 'gone' }]
    return [
      ...(was && !is ? [{ path: at, effect: 'wider', words: 'no longer required' } as const] : []),
      ...(!was && is ? [{ path: at, effect: 'narrower', words: 'required now' } as const] : []),
      ...compareSchemas(oldSchema, nowSchema, at),
    ]
  })
}

function membersOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {}
}

function requiredIn({ required }: JsonObject, name: string): boolean {
  return Array.isArray(required) && required.includes(name)
}

/** Left out, it admits everything. */
function compareAdditional(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  const at = path === '' ? 'other members' : `${path}, other members`
  return compareSchemas(before.additionalProperties ?? true, after.additionalProperties ?? true, at)
}

function compareItems(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  if (Array.isArray(before.items) || Array.isArray(after.items))
    return same(before.items, after.items)
      ? []
      : [{ path: `${path}[]`, effect: 'different', words: 'items changed' }]
  return compareSchemas(before.items ?? true, after.items ?? true, `${path}[]`)
}

const wholes = [
  'pattern',
  'format',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  '$ref',
  '$defs',
  'definitions',
  'if',
  'then',
  'else',
]
const more = [
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'contains',
  'dependentRequired',
  'multipleOf',
]

function compareWholes(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  return [...wholes, ...more].flatMap((key): readonly SchemaChange[] => {
    const [old, now] = [before[key], after[key]]
    if (same(silent(old ?? null), silent(now ?? null))) return []
    if (key === '$defs' || key === 'definitions')
      return [{ path, effect: 'different', words: `${key} changed` }]
    if (old === undefined) return [{ path, effect: 'narrower', words: `${key} added` }]
    if (now === undefined) return [{ path, effect: 'wider', words: `${key} gone` }]
    return [{ path, effect: 'different', words: `${key} changed` }]
  })
}

const annotations = new Set(['description', 'title', 'default', 'examples', '$comment'])

/** Without what admits nothing; a member that bears such a name stays. */
function silent(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(silent)
  if (!isJsonObject(schema)) return schema
  const kept = Object.entries(schema).filter(([key, value]) => !annotations.has(key) || isJsonObject(value))
  return Object.fromEntries(kept.map(([key, value]) => [key, silent(value)]))
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalize(a) === canonicalize(b))
}

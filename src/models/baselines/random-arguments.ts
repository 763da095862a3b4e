import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { alternatives, propertyNames, resolveSchema, type SchemaType, typesOf } from './schema.ts'
import type { Random } from './seeded-random.ts'

/** How often an optional property is set. */
const optionalProbability = 0.25
/** Below this depth only what is required is made, so that recursive schemas end. */
const deepest = 4
/** A schema that requires itself within itself fits nothing finite; here it gets null. */
const bottomless = 32
/** A range without an end reaches this far from the other, or from 0. */
const span = 10
const mostItems = 3
/** After these the array stays shorter: the items may not have enough values. */
const triesPerUniqueItem = 20

interface Draw {
  readonly root: JsonObject
  readonly phrase: () => string
  readonly random: Random
}

/**
 * Random arguments that fit a schema; strings are drawn from `phrase`. Keywords beyond its reach are `pattern`, `not`,
 * `if`, `dependent…` and a `oneOf` whose branches overlap: there the value may be invalid, and the server says so.
 */
export function randomArguments(schema: JsonObject, phrase: () => string, random: Random): JsonObject {
  return randomObject(resolveSchema(schema, schema), { root: schema, phrase, random }, 0)
}

function randomValue(value: Json | undefined, draw: Draw, depth: number): Json {
  if (depth > bottomless) return null
  const { random, root } = draw
  const schema = resolveSchema(value, root)
  const options = alternatives(schema, root)
  if (options) return randomValue(random.pick(options), draw, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return random.pick(schema.enum) ?? null
  return makers[random.pick(typesOf(schema)) ?? 'string'](schema, draw, depth)
}

const makers: Readonly<Record<SchemaType, (schema: JsonObject, draw: Draw, depth: number) => Json>> = {
  null: () => null,
  boolean: (_schema, { random }) => random.chance(0.5),
  number: randomNumber,
  integer: randomNumber,
  string: randomString,
  array: randomArray,
  object: randomObject,
}

function randomObject(schema: JsonObject, draw: Draw, depth: number): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const { required, optional } = propertyNames(schema)
  const chosen = optional.filter(() => depth < deepest && draw.random.chance(optionalProbability))
  const entries = [...required, ...chosen].map((name) => [
    name,
    randomValue(properties[name], draw, depth + 1),
  ])
  return Object.fromEntries(entries)
}

function randomArray(schema: JsonObject, draw: Draw, depth: number): Json {
  const least = numberOr(schema.minItems, 0)
  const most = Math.min(numberOr(schema.maxItems, Number.POSITIVE_INFINITY), least + mostItems)
  const length = depth < deepest ? least + draw.random.below(most - least + 1) : least
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  const item = (at: number) => randomValue(first[at] ?? schema.items, draw, depth + 1)
  if (schema.uniqueItems !== true) return Array.from({ length }, (_, at) => item(at))
  const unique = new Map<string, Json>()
  for (let tries = 0; unique.size < length && tries < length * triesPerUniqueItem; tries++) {
    const value = item(unique.size)
    unique.set(JSON.stringify(value), value)
  }
  return [...unique.values()]
}

/** A whole number where the range holds one, else one from within the range; a multiple where one is asked for. */
function randomNumber(schema: JsonObject, { random }: Draw): number {
  const step = numberOr(schema.multipleOf, 1)
  const low = Math.max(numberOr(schema.minimum, -Infinity), numberOr(schema.exclusiveMinimum, -Infinity))
  const high = Math.min(numberOr(schema.maximum, Infinity), numberOr(schema.exclusiveMaximum, Infinity))
  const from = Number.isFinite(low) ? low : Math.min(0, high - span * step)
  const to = Math.min(high, from + span * step)
  const first = Math.ceil(from / step) + (Math.ceil(from / step) * step === schema.exclusiveMinimum ? 1 : 0)
  const last = Math.floor(to / step) - (Math.floor(to / step) * step === schema.exclusiveMaximum ? 1 : 0)
  if (first > last) return (from + to) / 2
  return (first + random.below(last - first + 1)) * step
}

const formats: Readonly<Record<string, (random: Random) => string>> = {
  date,
  time,
  'date-time': (random) => `${date(random)}T${time(random)}`,
  duration: (random) => `PT${1 + random.below(span)}M`,
  email: (random) => `someone${random.below(span)}@example.com`,
  hostname: (random) => `host${random.below(span)}.example.com`,
  ipv4: (random) => `192.0.2.${random.below(256)}`,
  ipv6: (random) => `2001:db8::${random.below(256).toString(16)}`,
  uri: (random) => `https://example.com/${random.below(span)}`,
  url: (random) => `https://example.com/${random.below(span)}`,
  uuid: (random) => `00000000-0000-4000-8000-${String(random.below(1e9)).padStart(12, '0')}`,
}

function randomString(schema: JsonObject, { phrase, random }: Draw): string {
  const format = typeof schema.format === 'string' ? formats[schema.format] : undefined
  if (format) return format(random)
  // JSON Schema counts lengths in code points.
  const characters = [...phrase()]
  const least = numberOr(schema.minLength, 0)
  const padding = Array.from({ length: Math.max(0, least - characters.length) }, () => 'x')
  return [...characters, ...padding].slice(0, numberOr(schema.maxLength, Number.POSITIVE_INFINITY)).join('')
}

function date(random: Random): string {
  return `2026-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`
}

function time(random: Random): string {
  return `${pad(random.below(24))}:${pad(random.below(60))}:00Z`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

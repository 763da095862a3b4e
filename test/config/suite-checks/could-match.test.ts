import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { couldMatch } from '../../../src/config/suite-checks/could-match.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../src/domain/json.ts'
import type { Matcher } from '../../../src/domain/suite.ts'
import { matchArgument } from '../../../src/evaluate/graders/matchers.ts'

const could = (schema: JsonObject, matcher: Matcher) => couldMatch([{ schema, root: schema }], matcher)

const integer = { type: 'integer', minimum: 1, maximum: 9 }
const code = { type: 'string', maxLength: 3 }
const sort = { enum: ['name', 'size'] }
const day = { date: '2026-11-21', within: null }
const range = {
  type: 'object',
  properties: { from: integer, tags: { type: 'array', items: sort, maxItems: 2 } },
  required: ['from'],
  additionalProperties: false,
}

describe('a matcher that no value of the schema meets is told', () => {
  test.each<[string, JsonObject, Matcher]>([
    ['a text where a number is', integer, { contains: '5' }],
    ['a text where numbers are', { type: 'array', items: integer }, { endsWith: '5' }],
    ['a text that is too long', code, { startsWith: 'abcd' }],
    ['a text that none of those listed has', sort, { regex: '^d' }],
    ['a text that no listed item has', range.properties.tags, { contains: 'date' }],
    ['a pattern with something before the beginning', { type: 'string' }, { regex: 'a^b' }],
    ['a number where a text is', code, { number: 1, within: 1 }],
    ['a number out of bounds', integer, { number: 12, within: 2.5 }],
    ['a number between two whole ones', integer, { number: 2.5, within: 0.25 }],
    [
      'a number below one that is excluded',
      { type: 'number', exclusiveMinimum: 3 },
      { number: 2, within: 1 / 2 },
    ],
    ['a date in too few characters', code, day],
    ['a date where a switch is', { type: 'boolean' }, day],
    ['a date as a number that is too small', { type: 'integer', maximum: 1000 }, day],
    ['a date that is not listed', { enum: ['2026-11-20', 'today'] }, day],
    ['a member that is not taken', range, { jsonSubset: { to: 1 } }],
    ['a member of another type', range, { jsonSubset: { from: 'x' } }],
    ['an item that is not taken', range, { jsonSubset: { tags: ['date'] } }],
    ['more items than fit', range, { jsonSubset: { tags: ['name', 'name', 'size'] } }],
    ['a list where an object is', range, { jsonSubset: [1] }],
    ['a schema of another type', integer, { jsonSchema: { type: 'string' } }],
    ['a schema beyond the bounds', integer, { jsonSchema: { minimum: 10 } }],
    ['a schema of a member that is not taken', range, { jsonSchema: { required: ['to'] } }],
    ['a schema that excludes itself', {}, { jsonSchema: { type: 'string', minLength: 2, maxLength: 1 } }],
    ['a value of another type', integer, { equals: '5' }],
    ['an object without what is required', range, { equals: { tags: [] } }],
    ['values that are not listed', sort, { oneOf: ['date', 'Name'] }],
    ['none of several', integer, { anyOf: [{ contains: 'a' }, { equals: 0 }, { absent: true }] }],
    ['another one where all are listed', sort, { not: { anyOf: [{ endsWith: 'e' }] } }],
    ['not any', sort, { not: { any: true } }],
    ['through a reference', { $ref: '#/$defs/one', $defs: { one: integer } }, { contains: 'a' }],
    ['in each of several ways', { anyOf: [integer, { type: 'null' }, code] }, { startsWith: 'abcd' }],
    ['by a part of the whole', { type: 'string', allOf: [{ maxLength: 3 }] }, { contains: 'abcd' }],
  ])('%s', (_, schema, matcher) => {
    expect(could(schema, matcher)).toBe(false)
  })
})

describe('what cannot be told is let be', () => {
  test.each<[string, JsonObject, Matcher]>([
    ['a reference to elsewhere', { $ref: 'https://example.org/text' }, { contains: 'a' }],
    ['a type that JSON Schema does not have', { type: 'any' }, { contains: 'a' }],
    ['a type with null beside it', { type: 'string', nullable: true }, { equals: null }],
    ['a number that no double holds', { type: 'integer' }, { equals: { $number: '12345678901234567891e0' } }],
    ['a text that may be JSON', { type: 'string' }, { jsonSubset: { a: 1 } }],
    ['another text than one that is JSON', sort, { not: { jsonSubset: { a: 1 } } }],
    ['a text that was redacted', sort, { equals: '[redacted:email:1]' }],
    ['a date as a Unix time in seconds', { type: 'integer', maximum: 2 ** 31 }, day],
    ['a pattern of its own', { type: 'string', pattern: '^[0-9]+$' }, { contains: 'a' }],
    ['a schema that is made of itself', { allOf: [{ $ref: '#' }] }, { contains: 'a' }],
    [
      'an object of objects without end',
      { type: 'object', properties: { a: { $ref: '#' } } },
      { jsonSubset: { a: { a: {} } } },
    ],
    ['another one than a schema means', sort, { not: { jsonSchema: { not: { const: 'name' } } } }],
    [
      'a member of a pattern that cannot be read',
      { type: 'object', patternProperties: { '(?<x': { type: 'string' } }, additionalProperties: false },
      { jsonSubset: { a: 1 } },
    ],
    ['an anchor as a character', code, { regex: '\\$a' }],
    ['an anchor after what may be nothing', code, { regex: 'a*^b' }],
    ['an anchor in one of two', code, { regex: 'a^|b' }],
  ])('%s', (_, schema, matcher) => {
    expect(could(schema, matcher)).toBe(true)
  })
})

test('a schema of many branches within itself is given up on in time', () => {
  const again = Array.from({ length: 9 }, () => ({ $ref: '#' }))
  const properties = Object.fromEntries(again.map((each, index) => [`p${index}`, each]))
  const schema = { type: 'object', properties, required: Object.keys(properties), anyOf: again, oneOf: again }
  expect(could(schema, { jsonSubset: { p1: { p2: { p3: {} } } } })).toBe(true)
})

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('2026-11-21', '21 November 2026', '2026-11-21T10:00:00Z', '5', 'é🙂'),
)
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ noNaN: true, min: -1e12, max: 1e12 }))
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null))
const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('json'), { maxKeys: 3 }),
  ),
})).json
const anyValue = fc.oneof(text, number, value)

/** A schema that takes the value; what else it takes is chance. */
function schemaFor(given: Json): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(plainSchemaFor(given), fc.nat(7), fc.jsonValue({ maxDepth: 1 }))
    .map(([schema, form, other]): JsonObject => {
      const rival = typeof other === 'object' ? { type: 'boolean' } : { const: other }
      if (form === 0) return { anyOf: [rival, schema] }
      if (form === 1) return { allOf: [schema, {}] }
      if (form === 2) return { $ref: '#/$defs/one', $defs: { one: schema } }
      if (form === 3) return { enum: [given, 'other'] }
      return form === 4 ? { oneOf: [schema, { const: 'no such text' }] } : schema
    })
}

function plainSchemaFor(given: Json): fc.Arbitrary<JsonObject> {
  const slack = fc.nat(2)
  if (typeof given === 'string') {
    const { length } = [...given]
    return fc.tuple(slack, slack).map(([less, more]) => ({
      type: ['string', 'null'],
      minLength: Math.max(0, length - less),
      maxLength: length + more,
    }))
  }
  if (typeof given === 'number')
    return fc.tuple(slack, slack).map(([less, more]) => ({
      type: Number.isInteger(given) ? 'integer' : 'number',
      ...(less === 0 ? { minimum: given } : { exclusiveMinimum: given - less }),
      ...(more === 0 ? { maximum: given } : { exclusiveMaximum: given + more }),
    }))
  if (Array.isArray(given))
    return fc.tuple(slack, fc.tuple(...given.map((item: Json) => schemaFor(item)))).map(([form, items]) => ({
      type: 'array',
      maxItems: given.length + form,
      ...(form === 0 && items.length > 0
        ? { prefixItems: unreferenced(items), items: false }
        : { items: { anyOf: [...unreferenced(items), { const: 1 }] } }),
    }))
  if (isJsonObject(given))
    return fc
      .tuple(
        fc.boolean(),
        fc.record(Object.fromEntries(Object.entries(given).map(([name, inner]) => [name, schemaFor(inner)]))),
      )
      .map(([isClosed, properties]) => ({
        type: 'object',
        properties: Object.fromEntries(
          Object.keys(properties).map((name) => [name, unreferenced([properties[name] ?? {}])[0] ?? {}]),
        ),
        required: Object.keys(given),
        ...(isClosed && { additionalProperties: false }),
      }))
  return fc.constant({ enum: [given] })
}

/** A reference counts from the document, not from the part that it stands in. */
const unreferenced = (schemas: readonly JsonObject[]): JsonObject[] =>
  schemas.map((schema) =>
    isJsonObject(schema.$defs) && isJsonObject(schema.$defs.one) ? schema.$defs.one : schema,
  )

/** Those that do not match the value are not asked. */
const matchersFor: Readonly<Record<string, (given: Json) => fc.Arbitrary<Matcher>>> = {
  any: () => fc.constant({ any: true }),
  equals: (given) => fc.constant({ equals: given }),
  oneOf: (given) => scalar.map((other) => ({ oneOf: [other, given] })),
  contains: (given) =>
    fc
      .tuple(fc.nat(3), fc.nat(3))
      .map(([from, length]) => ({ contains: wordIn(given).slice(from, from + length) })),
  startsWith: (given) => fc.nat(3).map((length) => ({ startsWith: wordIn(given).slice(0, length) })),
  endsWith: (given) => fc.nat(3).map((length) => ({ endsWith: wordIn(given).slice(length) })),
  regex: () => fc.constantFrom({ regex: '^2' }, { regex: 'a|^$' }, { regex: '' }, { regex: '$' }),
  number: (given) =>
    fc.tuple(fc.nat(3), fc.double({ min: 0, max: 3, noNaN: true })).map(([off, more]) => {
      const within = off / 4 + more
      return { number: typeof given === 'number' ? given + off / 4 : 0, within }
    }),
  date: () => fc.constantFrom<Matcher>(day, { date: '2026-11-21T09:00:00Z', within: 7_200_000 }),
  jsonSubset: (given) => fc.constantFrom({ jsonSubset: partOf(given) }, { jsonSubset: given }),
  jsonSchema: (given) => schemaFor(given).map((jsonSchema) => ({ jsonSchema })),
  anyOf: (given) =>
    fc.tuple(scalar, scalar).map(([one, equals]) => ({ anyOf: [{ equals }, { oneOf: [one, given] }] })),
  not: () =>
    fc.oneof(
      scalar.map((equals) => ({ not: { equals } })),
      text.map((contains) => ({ not: { contains } })),
    ),
}

const wordIn = (given: Json) =>
  typeof given === 'string' ? given : (JSON.stringify(given).match(/\w+/)?.[0] ?? '')

function partOf(given: Json): Json {
  if (Array.isArray(given)) return given.slice(1)
  return isJsonObject(given) ? Object.fromEntries(Object.entries(given).slice(1)) : given
}

describe('a value that fits its schema and a matcher is never told to be impossible', () => {
  test.each(Object.entries(matchersFor))('%s', (_, matcherFor) => {
    const samples = anyValue.chain((given) =>
      fc.tuple(fc.constant(given), schemaFor(given), matcherFor(given)),
    )
    const property = fc.property(samples, ([given, schema, matcher]) => {
      fc.pre(matchArgument(matcher, given) === true)
      expect(could(schema, matcher)).toBe(true)
    })
    fc.assert(property, { numRuns: 60, maxSkipsPerRun: 1000 })
  })
})

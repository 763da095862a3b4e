import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { randomArguments } from '../../../src/models/baselines/random-arguments.ts'
import { seededRandom } from '../../../src/models/baselines/seeded-random.ts'
import { officeTools } from './office-tools.ts'

const ajv = new Ajv2020({ strict: false, ownProperties: true })
formats.default(ajv)

const phrase = () => 'größe 😀 of a/b.txt'

function expectValid(schema: JsonObject, seed: number): void {
  const made = randomArguments(schema, phrase, seededRandom(seed))
  const isValid = ajv.validate(schema, made)
  expect(isValid, `${ajv.errorsText()}\n${JSON.stringify(schema)}\n${JSON.stringify(made)}`).toBe(true)
}

const bounds = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 40 }))
  .map(([low, width]) => [low, low + width] as const)
const lengths = fc
  .tuple(fc.nat({ max: 5 }), fc.nat({ max: 30 }))
  .map(([low, width]) => [low, low + width] as const)
const name = fc.stringMatching(/^[a-z_$-]{1,8}$/)

const { schema: anySchema } = fc.letrec<{ schema: JsonObject; object: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<JsonObject>({ type: 'boolean' }, { type: 'null' }, {}, { type: ['string', 'null'] }),
    fc
      .constantFrom(
        'date',
        'time',
        'date-time',
        'email',
        'uri',
        'uuid',
        'ipv4',
        'ipv6',
        'hostname',
        'duration',
      )
      .map((format) => ({ type: 'string', format })),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1 })
      .map((members) => ({ enum: members })),
    fc.jsonValue().map((value) => ({ const: value as Json })),
    bounds.map(([minimum, maximum]) => ({ type: 'integer', minimum, maximum })),
    bounds.map(([low, high]) => ({ type: 'number', exclusiveMinimum: low, exclusiveMaximum: high + 1 })),
    fc.integer({ min: -9, max: 9 }).map((minimum) => ({ type: 'number', minimum, multipleOf: 5 })),
    lengths.map(([minLength, maxLength]) => ({ type: 'string', minLength, maxLength })),
    fc
      .tuple(lengths, tie('schema'))
      .map(([[minItems, maxItems], items]) => ({ type: 'array', items, minItems, maxItems })),
    fc
      .nat({ max: 3 })
      .map((minItems) => ({ type: 'array', items: { type: 'integer' }, minItems, uniqueItems: true })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('schema'), { maxKeys: 4 }).chain((properties) =>
    fc.subarray(Object.keys(properties)).map((required) => ({
      type: 'object',
      properties,
      required,
      additionalProperties: false,
    })),
  ),
}))
const objectSchema = fc
  .dictionary(name, anySchema, { maxKeys: 5 })
  .chain((properties) =>
    fc.subarray(Object.keys(properties)).map((required) => ({ type: 'object', properties, required })),
  )

test('arguments always fit the schema, whatever it is', () => {
  fc.assert(fc.property(objectSchema, fc.nat(), expectValid), { numRuns: 500 })
})

test('arguments fit the schemas of a whole office', () => {
  for (const { inputSchema } of officeTools)
    for (let seed = 0; seed < 50; seed++) expectValid(inputSchema, seed)
})

test('references, allOf and recursive schemas are followed, and end', () => {
  const node: JsonObject = {
    type: 'object',
    properties: { label: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
    required: ['label', 'children'],
  }
  const schema = {
    $defs: { node, named: { properties: { name: { type: 'integer' } }, required: ['name'] } },
    type: 'object',
    properties: {
      tree: { $ref: '#/$defs/node' },
      both: { allOf: [{ $ref: '#/$defs/named' }, { type: 'object' }] },
    },
    required: ['tree', 'both'],
  }
  for (let seed = 0; seed < 100; seed++) expectValid(schema, seed)
})

test('a schema that nothing finite fits still gets an answer', () => {
  const schema = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] }
  expect(randomArguments(schema, phrase, seededRandom(1))).toHaveProperty('self.self.self')
})

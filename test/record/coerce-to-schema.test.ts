import { expect, test } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { coerceToSchema } from '../../src/record/coerce-to-schema.ts'

const schema = {
  type: 'object',
  properties: {
    count: { type: 'integer' },
    share: { type: ['number', 'null'] },
    isOpen: { type: 'boolean' },
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'integer' } },
    filter: { type: 'object', properties: { limit: { type: 'number' } } },
    any: {},
  },
}

test.for<readonly [Json, Json]>([
  [{ count: '7' }, { count: 7 }],
  [{ share: '0.5' }, { share: 0.5 }],
  [{ isOpen: 'true' }, { isOpen: true }],
  [{ name: 7 }, { name: '7' }],
  [{ tags: '[1, 2]' }, { tags: [1, 2] }],
  [{ tags: ['1', 2] }, { tags: [1, 2] }],
  [{ filter: { limit: '5' } }, { filter: { limit: 5 } }],
  [{ filter: '{"limit":5}' }, { filter: { limit: 5 } }],
])('%j is sent as %j', ([given, sent]) => {
  expect(coerceToSchema(given, schema)).toEqual(sent)
})

test.for<Json>([
  { count: 7, name: 'seven', tags: [1], any: '7', unknown: '7' },
  { count: 'seven' },
  { name: '7' },
  { share: null },
  'no object at all',
])('%j stays the very same value', (given) => {
  expect(coerceToSchema(given, schema)).toBe(given)
})

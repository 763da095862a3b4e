import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import { compareSchemas } from '../../../src/forensics/drift/compare-schemas.ts'

const object = (properties: Json, more: object = {}): Json => ({ type: 'object', properties, ...more })
const text = { type: 'string' }

describe('a schema that admits', () => {
  test.each<[string, Json, Json, string]>([
    [
      'a member left out',
      object({ a: text }, { required: ['a'] }),
      object({ a: text }),
      'a no longer required',
    ],
    ['a new optional member', object({}), object({ b: text }), 'b new and optional'],
    [
      'a type more',
      object({ a: text }),
      object({ a: { type: ['string', 'null'] } }),
      'a type string → string or null',
    ],
    ['fractions', { type: 'integer' }, { type: 'number' }, 'type integer → number'],
    ['any type', object({ a: text }), object({ a: {} }), 'a type string → any'],
    ['a value more', { enum: ['x'] }, { enum: ['x', 'y'] }, 'may be "y"'],
    ['any value', { type: 'string', enum: ['x'] }, text, 'any value now'],
    ['another than the one', { const: 'x' }, { enum: ['x', 'y'] }, 'may be "y"'],
    ['other members', object({}, { additionalProperties: false }), object({}), 'other members any now'],
    ['longer texts', { maxLength: 5 }, { maxLength: 9 }, 'maxLength 5 → 9'],
    ['smaller numbers', { minimum: 5 }, { minimum: 0 }, 'minimum 5 → 0'],
    ['numbers without a bound', { type: 'number', maximum: 5 }, { type: 'number' }, 'maximum 5 → none'],
    ['items of any kind', { type: 'array', items: text }, { type: 'array' }, '[] any now'],
    ['texts of any form', { type: 'string', pattern: '^a' }, text, 'pattern gone'],
    [
      'more, deep within',
      object({ a: object({ b: { enum: [1] } }) }),
      object({ a: object({ b: { enum: [1, 2] } }) }),
      'a.b may be 2',
    ],
  ])('%s is wider, and turned around narrower', (_, before, after, words) => {
    const said = ({ path, words }: { path: string; words: string }) => `${path} ${words}`.trim()
    const changes = compareSchemas(before, after)
    expect(changes.map(({ effect }) => effect)).toEqual(['wider'])
    expect(changes.map(said)).toEqual([words])
    expect(compareSchemas(after, before).map(({ effect }) => effect)).toEqual(['narrower'])
  })

  test.each<[string, Json, Json]>([
    ['the same, in another order', object({ a: text, b: text }), object({ b: text, a: text })],
    [
      'the same, in other words',
      { type: 'string', description: 'x', title: 'X' },
      { type: 'string', description: 'y', default: 'z' },
    ],
    [
      'everything, by true and by nothing',
      object({}, { additionalProperties: true }),
      object({}, { additionalProperties: {} }),
    ],
    [
      'one of several, told in other words',
      { anyOf: [{ type: 'string', description: 'x' }] },
      { anyOf: [text] },
    ],
  ])('%s is no change', (_, before, after) => {
    expect(compareSchemas(before, after)).toEqual([])
  })

  test('something else is neither wider nor narrower', () => {
    const changes = [
      ...compareSchemas({ type: 'string' }, { type: 'number' }),
      ...compareSchemas({ type: 'string', pattern: 'a' }, { type: 'string', pattern: 'b' }),
      ...compareSchemas({ anyOf: [text] }, { anyOf: [{ type: 'number' }] }),
    ]
    expect(changes.map(({ effect }) => effect)).toEqual(['different', 'different', 'different'])
  })

  test('a member called description is a member', () => {
    const named = (more: object) => ({ anyOf: [object({ description: { type: 'string', ...more } })] })
    expect(compareSchemas(named({}), named({ maxLength: 5 }))).toHaveLength(1)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { ToolResult } from '../../../src/domain/tool.ts'
import { fillArguments } from '../../../src/models/baselines/fill-arguments.ts'
import { said } from './play.ts'

function fill(
  properties: JsonObject,
  text: string,
  { required = Object.keys(properties), before = '', results = [] as readonly ToolResult[] } = {},
): JsonObject {
  return fillArguments({ type: 'object', properties, required }, { text, before, after: '' }, results)
}

const string = { type: 'string' }
const number = { type: 'number' }

describe('what the step says', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['Say "good morning".', { message: string }, { message: 'good morning' }],
    ['Say `ls -l`', { command: string }, { command: 'ls -l' }],
    ['Open notes/a.txt.', { path: string }, { path: 'notes/a.txt' }],
    ['Open ~/x/.env', { filePath: string }, { filePath: '~/x/.env' }],
    [
      'Visit https://example.com/a?b=c.',
      { link: { type: 'string', format: 'uri' } },
      { link: 'https://example.com/a?b=c' },
    ],
    ['Ask bo@example.com', { who: { type: 'string', format: 'email' } }, { who: 'bo@example.com' }],
    ['Multiply 1,200 by -3.5', { a: number, b: number }, { a: 1200, b: -3.5 }],
    ['Wait with a delay of 3 and a count of 8', { count: number, delay: number }, { count: 8, delay: 3 }],
    [
      'Travel to Rome from Oslo',
      { origin: string, destination: string },
      { origin: 'Oslo', destination: 'Rome' },
    ],
    ['What is it like in new york today?', { city: string }, { city: 'new york' }],
    ['Search for letters from my bank', { query: string }, { query: 'letters from my bank' }],
    ['Make a board called plans', { name: string }, { name: 'plans' }],
    [
      'Print it in landscape',
      { orientation: { enum: ['portrait', 'landscape'] } },
      { orientation: 'landscape' },
    ],
    ['Sum 1, 2 and 3', { values: { type: 'array', items: number } }, { values: [1, 2, 3] }],
    [
      'Merge a.txt, b.txt and c.txt',
      { files: { type: 'array', items: string } },
      { files: ['a.txt', 'b.txt', 'c.txt'] },
    ],
    ['Tag it "x", "y" and "z"', { tags: { type: 'array', items: string } }, { tags: ['x', 'y', 'z'] }],
  ])('%s', (text, properties, expected) => {
    expect(fill(properties, text)).toEqual(expected)
  })

  test('objects in an array are filled one after another, and what is left over makes none', () => {
    const people = {
      type: 'array',
      items: { type: 'object', properties: { name: string, age: number }, required: ['name', 'age'] },
    }
    const filled = fill({ people }, 'Add "Anna" with 31 and "Bo" with 42, in Rome.')
    expect(filled).toEqual({
      people: [
        { name: 'Anna', age: 31 },
        { name: 'Bo', age: 42 },
      ],
    })
  })

  test('an optional argument is set only where the step names it', () => {
    const optional = {
      limit: number,
      verbose: { type: 'boolean' },
      unit: { enum: ['km', 'miles'] },
      note: string,
    }
    const filled = (text: string) => fill(optional, text, { required: [] })
    expect(filled('Show 10 of the "routes"')).toEqual({})
    expect(filled('Show routes, limit 10')).toEqual({ limit: 10 })
    expect(filled('Show verbose routes in miles')).toEqual({ verbose: true, unit: 'miles' })
    expect(filled('Show routes that are not verbose, with the note "x"')).toEqual({
      verbose: false,
      note: 'x',
    })
  })

  test('a number that the range or type excludes is passed over', () => {
    expect(fill({ percent: { type: 'integer', maximum: 100 } }, 'In 2031, or 2.5 years, 40')).toEqual({
      percent: 40,
    })
  })
})

describe('what the step leaves open', () => {
  test('"it" is what the prompt named before', () => {
    expect(fill({ path: string }, 'open it', { before: 'Make b.txt, copy a.txt' })).toEqual({ path: 'a.txt' })
  })

  test('"it" as text is the newest result', () => {
    const results = [said('old'), said('new')]
    expect(fill({ path: string, content: string }, 'save it to a.txt', { results })).toEqual({
      path: 'a.txt',
      content: 'new',
    })
  })

  test('an id comes from an earlier result, structured or as JSON text', () => {
    const structuredContent = { events: [{ id: 'e1', title: 'Lunch' }] }
    for (const result of [{ ...said(''), structuredContent }, said(JSON.stringify(structuredContent))])
      expect(fill({ event_id: string }, 'delete the first', { results: [result] })).toEqual({
        event_id: 'e1',
      })
  })

  test('a number that was an id becomes text where text is asked for', () => {
    const result = { ...said(''), structuredContent: { id: 42, size: '3' } }
    expect(fill({ note_id: string, size: number }, 'open that', { results: [result] })).toEqual({
      note_id: '42',
    })
  })

  test('a path comes from the text of an earlier result, never from a failed one', () => {
    const results = [said('Found 1 match: lists/todo.txt'), { ...said('No such file: x.txt'), isError: true }]
    expect(fill({ path: string }, 'open the match', { results })).toEqual({ path: 'lists/todo.txt' })
  })

  test('a text is guessed from the step; a number or a path that is nowhere is left out', () => {
    expect(fill({ thought: string, path: string, depth: number }, 'reflect on life')).toEqual({
      thought: 'reflect on life',
    })
  })
})

test('one of a list is never anything else, said or not', () => {
  const unit = { enum: ['km', 'miles'] }
  const units = { type: 'array', items: unit }
  expect(fill({ unit, units }, 'Give the "distance" to Rome in miles')).toEqual({
    unit: 'miles',
    units: ['miles'],
  })
  expect(fill({ unit, units }, 'Give the "distance" to Rome')).toEqual({ unit: 'km', units: [] })
})

test('a schema that requires itself, or is no schema, ends', () => {
  const self = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] }
  expect(fillArguments(self, { text: 'go', before: '', after: '' }, [])).toHaveProperty('self.self')
  expect(fillArguments({ properties: 3, required: 'x' }, { text: 'go', before: '', after: '' }, [])).toEqual(
    {},
  )
})

test('whatever the text, the arguments have the types of the schema', () => {
  const schema = {
    text: string,
    count: { type: 'integer' },
    list: { type: 'array', items: number },
    on: { type: 'boolean' },
  }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.lorem({ mode: 'sentences' }), (noise, sentences) => {
      const filled = fill(schema, `${sentences} ${noise}`)
      expect(typeof filled.text).toBe('string')
      expect(typeof filled.on).toBe('boolean')
      expect(Array.isArray(filled.list) && filled.list.every((item) => typeof item === 'number')).toBe(true)
      if (filled.count !== undefined) expect(Number.isInteger(filled.count)).toBe(true)
    }),
  )
})

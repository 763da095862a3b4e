import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDuration } from '../../../src/domain/date.ts'
import { exactly } from '../../../src/domain/exact-number.ts'
import type { Json } from '../../../src/domain/json.ts'
import type { Matcher } from '../../../src/domain/suite.ts'
import { matchAnswer, matchArgument } from '../../../src/evaluate/graders/matchers.ts'
import { containsJson } from '../../../src/evaluate/graders/structure.ts'

const secret = '[redacted:token:1a2b3c4d5e6f]'
const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const day = readDuration('1d')

describe('an argument', () => {
  const facts: readonly (readonly [Matcher, Json | undefined, boolean | null])[] = [
    [{ date: '2026-11-21', within: null }, '2026-11-21', true],
    [{ date: '2026-11-21', within: null }, 'November 21st, 2026', true],
    [{ date: '2026-11-21', within: null }, 'Saturday, 21 Nov 2026', true],
    [{ date: '2026-11-21', within: null }, '2026-11-21T23:30:00-05:00', true],
    [{ date: '2026-11-21', within: null }, '2026-11-22', false],
    [{ date: '2026-11-21', within: day }, '2026-11-22', true],
    [{ date: '2026-11-21T10:00:00Z', within: null }, '2026-11-21T11:00:00+01:00', true],
    [{ date: '2026-11-21T10:00:00Z', within: null }, 1795255200, true],
    [{ date: '2026-11-21T03:00:00Z', within: null }, 'November 21, 2026 at 03:00 PM', false],
    [{ date: '2026-11-21T15:00:00Z', within: null }, 'November 21, 2026 at 03:00 PM', true],
    [{ date: '2026-11-21T15:00:00Z', within: null }, '21 November 2026, 3 p.m.', true],
    [{ date: '2026-11-21T15:00:00Z', within: null }, '2026-11-21 3:00:00pm UTC', true],
    [{ date: '2026-11-21T03:00:00Z', within: null }, 'Nov 21, 2026 at 3:00 am', true],
    [{ date: '2026-11-21T00:30:00Z', within: null }, 'Nov 21, 2026 at 12:30 AM', true],
    [{ date: '2026-11-21T12:00:00Z', within: null }, 'Nov 21, 2026 at 12 PM', true],
    [{ date: '2026-11-21T15:00:00Z', within: null }, 'Nov 21, 2026 at 3 PM EST', false],
    [{ date: '2026-11-21T20:00:00Z', within: null }, 'Nov 21, 2026 at 3 PM EST', true],
    [{ date: '2026-11-21T13:00:00Z', within: null }, '2026-11-21 15:00 UTC+2', true],
    [{ date: '2026-11-21T15:30:00Z', within: null }, '2026-11-21T10:00:00-0530', true],
    [{ date: '2026-11-21T13:00:00Z', within: null }, '2026-11-21 15:00:00+02', true],
    [{ date: '2026-11-21T20:00:00Z', within: null }, '2026-11-21 15:00:00.123456-05', false],
    [{ date: '2026-11-21T20:00:00Z', within: null }, '2026-11-21 15:00:00-05', true],
    [{ date: '2026-11-21T20:00:00Z', within: null }, '2026-11-21T15:00-05', true],
    [{ date: '2026-11-21T14:00:00Z', within: null }, '2026-11-21 15:00 (CET)', true],
    [{ date: '2026-11-21T06:00:00Z', within: null }, '2026-11-21 15:00 JST', true],
    [{ date: '2026-11-21T15:00:00Z', within: null }, '2026-11-21 15:00 IST', false],
    [{ date: '2026-11-22T00:00:00Z', within: null }, '2026-11-21 24:00', true],
    [{ date: '2026-11-21', within: null }, '2026-11-21 24:30', false],
    [{ date: '2026-11-21', within: null }, '2026-11-21 24:00:01', false],
    [{ date: '2026-11-21', within: null }, '2026-11-21 25:00', false],
    [{ date: '2026-11-21', within: null }, '2026-02-30', false],
    [{ date: '2026-11-21', within: null }, secret, null],
    [{ jsonSubset: { a: [{ b: 1 }] } }, { a: [{ b: 2 }, { b: 1, c: 3 }], d: 4 }, true],
    [{ jsonSubset: { a: [1, 1] } }, { a: [1, 2] }, false],
    [{ jsonSubset: { a: 'x' } }, { a: secret }, null],
    [{ jsonSubset: ['x'] }, [secret, 'x'], true],
    [{ jsonSubset: ['x', 'y'] }, [secret, 'x'], null],
    [{ jsonSubset: { a: 1 } }, '{ "b": 2, "a": 1.0 }', true],
    [{ jsonSubset: { a: 1 } }, '{"a": 2}', false],
    [{ jsonSubset: [1] }, '[2, 1]', true],
    [{ jsonSubset: { a: 1 } }, '{"a": 1', false],
    [{ jsonSubset: '1' }, '1', true],
    [{ jsonSubset: { a: 1 } }, `{"a": ${secret}`, null],
    [{ jsonSchema: schema }, { n: 5 }, true],
    [{ jsonSchema: schema }, { n: 5.5 }, false],
    [{ jsonSchema: { multipleOf: 0.01 } }, 19.99, true],
    [{ jsonSchema: { multipleOf: 0.01 } }, 19.995, false],
    [{ jsonSchema: schema }, { n: secret }, null],
    [{ anyOf: [{ equals: 'units' }, { absent: true }] }, undefined, true],
    [{ anyOf: [{ equals: 'units' }, { absent: true }] }, 'cm', false],
    [{ not: { contains: 'x' } }, 'abc', true],
    [{ not: { contains: 'x' } }, secret, null],
    [{ equals: exactly('12345678901234567891') }, exactly('12345678901234567891.0'), true],
    [{ equals: exactly('12345678901234567891') }, exactly('12345678901234567890'), false],
    [{ number: 1.2345678901234567e19, within: 1e6 }, exactly('12345678901234567891'), true],
    [{ number: 1.2345678901234567e19, within: 1e6 }, exactly('12345678911234567891'), false],
    [{ regex: '(a+)+$' }, `${'a'.repeat(5000)}b`, false],
  ]
  test.each(facts)('%j is met by %j: %s', (matcher, value, met) => {
    expect(matchArgument(matcher, value)).toBe(met)
  })
})

describe('an answer', () => {
  const facts: readonly (readonly [Matcher, string, boolean])[] = [
    [
      { date: '2026-12-12', within: null },
      'The party is on the 12th of May, or rather on December 12, 2026.',
      true,
    ],
    [{ date: '2026-12-12', within: null }, 'On 2026-12-13.', false],
    [{ date: '2026-12-12T03:00:00Z', within: null }, 'On December 12, 2026 at 03:00 PM.', false],
    [{ date: '2026-12-12T15:00:00Z', within: null }, 'On December 12, 2026 at 3:00 p.m. sharp.', true],
    [{ date: '2026-12-12T15:00:00Z', within: null }, 'On 2026-12-12 15:00 IST.', false],
    [{ date: '2026-12-12', within: null }, 'On 2026-12-12 15:00 IST.', true],
    [{ date: '2026-12-12T15:00:00Z', within: null }, 'On Dec 12, 2026, 3 PM (local time).', false],
    [{ date: '2026-12-12T15:00:00Z', within: null }, 'On 2026-12-12 15:00 Europe/Berlin.', false],
    [{ date: '2026-12-12T15:00:00Z', within: null }, 'On 2026-12-12 15:00 in Berlin.', true],
    [{ date: '2026-12-12T13:00:00Z', within: null }, 'On 2026-12-12 15:00:00+02.', true],
    [{ date: '2026-12-12', within: null }, 'On December 12, 2026, 15 people came.', true],
    [{ date: '2026-12-12', within: null }, 'On 2026-12-12 3 amazing things happened.', true],
    [{ jsonSubset: { port: 8080 } }, '```json\n{"port": 8080, "host": "a"}\n```', true],
    [{ jsonSubset: { port: 8080 } }, 'The port is 8080.', false],
    [{ jsonSchema: schema }, '{"n": 1}', true],
    [{ equals: { port: 8080 } }, ' {"port":8080} ', true],
    [{ oneOf: [[1], [2]] }, '[2]', true],
    [{ not: { regex: 'secret' } }, 'Nothing.', true],
  ]
  test.each(facts)('%j is met by %j: %s', (matcher, text, met) => {
    expect(matchAnswer(matcher, text)).toBe(met)
  })
})

test('JSON without a bottom holds nothing that is asked for', () => {
  const answer = `{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`
  expect(matchAnswer({ jsonSubset: { a: 1 } }, answer)).toBe(false)
  expect(matchArgument({ jsonSubset: { a: 1 } }, answer)).toBe(false)
})

test('JSON with a number beyond every double holds nothing that is asked for', () => {
  const answer = '{"a": 1, "b": [1e400]}'
  expect(matchAnswer({ jsonSubset: { a: 1 } }, answer)).toBe(false)
  expect(matchAnswer({ jsonSchema: { type: 'object' } }, answer)).toBe(false)
  expect(matchArgument({ jsonSubset: { a: 1 } }, answer)).toBe(false)
})

test('any JSON holds itself, and itself with more in it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (any) => {
      const value: Json = JSON.parse(JSON.stringify(any))
      expect(containsJson(value, value)).toBe(true)
      expect(containsJson([value], [null, value])).toBe(true)
      expect(containsJson({ value }, { more: 1, value })).toBe(true)
      expect(containsJson({ value, more: 1 }, { value })).toBe(false)
    }),
    { numRuns: 200 },
  )
})

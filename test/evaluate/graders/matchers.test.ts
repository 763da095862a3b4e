import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import type { Matcher } from '../../../src/domain/suite.ts'
import { matchAnswer, matchArgument } from '../../../src/evaluate/graders/matchers.ts'
import { notKept } from '../../../src/evaluate/graders/placeholders.ts'

const key = '[redacted:key:aa]'
const otherKey = '[redacted:key:bb]'

describe('an argument', () => {
  const facts: readonly (readonly [Matcher, Json | undefined, boolean | null])[] = [
    [{ equals: 5 }, 5.0, true],
    [{ equals: 5 }, '5', false],
    [{ equals: true }, 1, false],
    [{ equals: { a: 1, b: [2] } }, { b: [2], a: 1 }, true],
    [{ equals: [1, 2] }, [2, 1], false],
    [{ equals: 'a' }, './a', false],
    [{ equals: null }, null, true],
    [{ equals: null }, undefined, false],
    [{ oneOf: ['a', 'b'] }, 'b', true],
    [{ oneOf: ['a', 'b'] }, 'c', false],
    [{ contains: 'pen' }, 'open', true],
    [{ contains: 'Pen' }, 'open', false],
    [{ contains: '5' }, 5, false],
    [{ contains: 'warn' }, [{ oldText: 'debug', newText: 'level: warn' }], true],
    [{ contains: 'warn' }, [], false],
    [{ contains: 'café' }, 'le cafe\u0301 noir', true],
    [{ endsWith: 'cafe\u0301' }, 'le café', true],
    [{ equals: 'café' }, 'cafe\u0301', false],
    [{ startsWith: 'o' }, 'open', true],
    [{ endsWith: 'config.yaml' }, '/srv/config.yaml', true],
    [{ regex: '^o.e' }, 'open', true],
    [{ regex: '^pen' }, 'open', false],
    [{ number: 10, within: 0.5 }, 10.5, true],
    [{ number: 10, within: 0.5 }, 10.6, false],
    [{ number: 10, within: 0.5 }, '10', false],
    [{ any: true }, null, true],
    [{ any: true }, undefined, false],
    [{ absent: true }, undefined, true],
    [{ absent: true }, null, false],
  ]
  test.each(facts)('%j is met by %j: %s', (matcher, value, met) => {
    expect(matchArgument(matcher, value)).toBe(met)
  })

  const redacted: typeof facts = [
    [{ equals: key }, key, true],
    [{ equals: otherKey }, key, false],
    [{ equals: '[redacted:token:aa]' }, key, true],
    [{ equals: key }, notKept('aa'), null],
    [{ equals: key }, `${key}!`, null],
    [{ equals: 'hunter2' }, key, null],
    [{ equals: key }, 'hunter2', false],
    [{ equals: { a: key } }, { a: otherKey }, null],
    [{ oneOf: ['a', 'b'] }, key, null],
    [{ contains: 'red' }, key, null],
    [{ contains: 'name=' }, `name=${key}`, true],
    [{ contains: key }, `name=${key}`, true],
    [{ endsWith: 'x' }, `name=${key}`, null],
    [{ regex: 'name' }, `name=${key}`, null],
    [{ number: 1, within: 1 }, key, null],
    [{ equals: 'Bearer [redacted:token:1]' }, 'Bearer [redacted:password:1]', true],
    [{ equals: 'Bearer [redacted:token:1]' }, 'Bearer [redacted:token:2]', null],
    [{ equals: '[redacted:token:1]' }, '[redacted:token:2]', false],
    [{ any: true }, key, true],
    [{ absent: true }, key, false],
  ]
  test.each(redacted)('%j is met by redacted %j: %s', (matcher, value, met) => {
    expect(matchArgument(matcher, value)).toBe(met)
  })
})

describe('an answer', () => {
  const facts: readonly (readonly [Matcher, string, boolean | null])[] = [
    [{ contains: 'port 8080' }, 'It is\n  Port 8080.', true],
    [{ contains: '8080' }, 'It is 80.', false],
    [{ startsWith: 'yes' }, ' Yes, it does.', true],
    [{ endsWith: 'DOES.' }, 'Yes, it does. ', true],
    [{ equals: 'yes' }, 'Yes', true],
    [{ equals: 8080 }, '8080', true],
    [{ equals: 8080 }, 'It is 8080', false],
    [{ oneOf: ['yes', 'no'] }, 'No', true],
    [{ regex: 'Yes' }, 'yes', false],
    [{ number: 1234.5, within: 0 }, 'About 1,234.5 km.', true],
    [{ number: 1234, within: 1 }, 'About 1,240 km, −3 °C.', false],
    [{ number: -3, within: 0 }, 'About 1,240 km, −3 °C.', true],
    [{ number: 12, within: 0 }, '12,5 Liter', false],
    [{ number: 12.5, within: 0 }, '12,5 Liter', true],
    [{ number: 1234.5, within: 0 }, 'Rund 1.234,5 km', true],
    [{ number: 1234567, within: 0 }, '1.234.567 Euro', true],
    [{ number: 1.234, within: 0 }, 'It is 1.234.', true],
    [{ number: 1234, within: 0 }, 'It is 1,234, so it is.', true],
    [{ number: 48.8566, within: 0 }, 'At 48.8566,2.3522.', true],
    [{ number: 2.3522, within: 0 }, 'At 48.8566,2.3522.', true],
    [{ number: -74.006, within: 0 }, 'At 40.7128,-74.0060.', true],
    [{ number: 74.006, within: 0 }, 'At 40.7128,-74.0060.', false],
    [{ number: 1, within: 0 }, '{"ids":[1,2]}', true],
    [{ number: 1.2, within: 0 }, '{"ids":[1,2]}', false],
    [{ number: 1.234, within: 0 }, '[1.234,5]', true],
    [{ number: 4, within: 0 }, 'max(3,4)', true],
    [{ number: 3, within: 0 }, 'primes: 2,3,5', true],
    [{ number: 12.5, within: 0 }, 'Rund (12,5 Liter)', true],
    [{ number: 192168100200, within: 0 }, 'at 192.168.100.200', false],
    [{ number: 192.168, within: 0 }, 'at 192.168.100.200,5', false],
    [{ number: 0.125, within: 0 }, 'Es sind 0,125 l', true],
    [{ number: 125, within: 0 }, 'Es sind 0,125 l', false],
    [{ number: 0.5, within: 0 }, '0,500 kg', true],
    [{ number: 0, within: 0 }, '1,,2', false],
    [{ number: 0.5, within: 0 }, 'About .5 of it', true],
    [{ number: 5, within: 0 }, 'About .5 of it', false],
    [{ number: -0.5, within: 0 }, 'About -.5 of it', true],
    [{ number: 1.2, within: 0 }, 'version 1.2.3', false],
    [{ number: 150000, within: 0 }, 'It takes 1.5e5 steps.', true],
    [{ number: 12, within: 0 }, 'from 10-12 km', true],
    [{ contains: 'Café' }, 'The cafe\u0301 is open.', true],
    [{ equals: 'cafe\u0301' }, 'Café', true],
    [{ any: true }, ' ', false],
    [{ absent: true }, '', true],
    [{ contains: 'secret' }, `It is ${key}.`, null],
    [{ contains: 'it is' }, `It is ${key}.`, true],
    [{ number: 4, within: 0 }, `It is ${key}.`, null],
  ]
  test.each(facts)('%j is met by %j: %s', (matcher, text, met) => {
    expect(matchAnswer(matcher, text)).toBe(met)
  })
})

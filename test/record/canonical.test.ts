import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { canonical, canonicalOf } from '../../src/record/canonical.ts'

const long = 'x'.repeat(2000)
/** What JSON writes in several ways, or must not write as it is. */
const pieces = [
  '"',
  '\\',
  '/',
  '\n',
  '\t',
  '\b',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u2028',
  'é',
  '中',
  '𝔸',
  '\ud800',
  'a',
]
const text = fc.array(fc.constantFrom(...pieces, long), { maxLength: 6 }).map((parts) => parts.join(''))
const name = fc.oneof(fc.constantFrom('b', 'a', '__proto__', 'é', 'z"', 'same'), fc.string({ maxLength: 3 }))
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>)
/** As many write it: escapes by number, in either case, and none that is not needed. */
const writings: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('\\n', '\\u000a'),
  (json) => json.replaceAll('/', '\\/'),
  (json) => json.replaceAll('\\u001f', '\\u001F'),
  (json) =>
    json.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (json) => JSON.stringify(JSON.parse(json), null, 2),
]

test('a text whose JSON is at hand has the canonical form of what it says, whoever wrote it', () => {
  const members = fc.array(fc.tuple(name, value), { maxLength: 4 })
  fc.assert(
    fc.property(members, fc.constantFrom(...writings), fc.boolean(), (all, write, isRepeated) => {
      const written = all.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`)
      const json = write(`{${(isRepeated ? [...written, ...written.slice(0, 1)] : written).join(',')}}`)
      const said: Json = JSON.parse(json)
      expect(canonicalOf(said, json)).toBe(canonical(said))
    }),
    { numRuns: 2000 },
  )
})

test.each([`"${long}"`, `["${long}"]`, `{"a":{"b":"${long}"}}`, `{"a":"${long}","a":1}`, '7', '{}'])(
  'of %s too',
  (json) => {
    expect(canonicalOf(JSON.parse(json), json)).toBe(canonical(JSON.parse(json)))
  },
)

test('half a surrogate pair is written by its number, as it would be without the JSON', () => {
  const json = `{"a":"${long}\ud800"}`
  expect(canonicalOf(JSON.parse(json), json)).toBe(`{"a":"${long}\\ud800"}`)
})

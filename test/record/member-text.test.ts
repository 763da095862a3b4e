import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elementTexts, memberText } from '../../src/record/member-text.ts'

test('a member is found to the letter', () => {
  const json = ' {"a" : {"b":[1.0, {"c": "x\\"}\\u00e9\\\\" } , 12345678901234567890]}, "a2":null }\r'
  expect(memberText(json, ['a', 'b', 0])).toBe('1.0')
  expect(memberText(json, ['a', 'b', 1])).toBe('{"c": "x\\"}\\u00e9\\\\" }')
  expect(memberText(json, ['a', 'b', 1, 'c'])).toBe('"x\\"}\\u00e9\\\\"')
  expect(memberText(json, ['a', 'b', 2])).toBe('12345678901234567890')
  expect(memberText(json, ['a2'])).toBe('null')
  expect(memberText(json, [])).toBe(json.trim())
  for (const path of [['b'], ['a', 'b', 3], ['a', 'b', 'c'], ['a2', 'x'], [0]])
    expect(memberText(json, path)).toBeNull()
})

test('the elements of an array are found to the letter', () => {
  expect(elementTexts(' [1.0, {"c": "]\\u00e9,"} ,[ [] ],"x" ]\r')).toEqual([
    '1.0',
    '{"c": "]\\u00e9,"}',
    '[ [] ]',
    '"x"',
  ])
  for (const json of ['[]', ' [ ]', '{"a":[1]}', 'null', '']) expect(elementTexts(json)).toEqual([])
})

test('of duplicate and escaped names the same member counts as in JSON.parse', () => {
  expect(memberText('{"a":1,"\\u0061":2}', ['a'])).toBe('2')
})

test('what is found says what JSON.parse says, for any value and any spacing', () => {
  const spacing = fc.constantFrom(undefined, 1, '\t')
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, (object, space) => {
      const json = JSON.stringify(object, null, space)
      const parsed = JSON.parse(json)
      for (const [name, value] of Object.entries(parsed)) {
        expect(JSON.parse(memberText(json, [name]) ?? '')).toEqual(value)
        if (!Array.isArray(value)) continue
        for (const [index, item] of value.entries())
          expect(JSON.parse(memberText(json, [name, index]) ?? '')).toEqual(item)
      }
    }),
  )
})

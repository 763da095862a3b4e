import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elementStream } from '../../../src/record/gateway/element-stream.ts'

function read(chunks: readonly Buffer[]): readonly string[] {
  const elements: string[] = []
  const stream = elementStream({
    onElement: (text) => elements.push(text),
    onEnd: () => elements.push('the end'),
  })
  for (const chunk of chunks) stream.push(chunk)
  return elements
}

/** Cuts at the given places, whatever lies there. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

describe('the elements of an array', () => {
  test.for([
    ['[{"a":1}\n,\r\n{"b":[{}]}]', ['{"a":1}', '{"b":[{}]}', 'the end']],
    ['[{"a":"]}\\"{["}]', ['{"a":"]}\\"{["}', 'the end']],
    ['[]', ['the end']],
    [' {"alone": {}} ', ['{"alone": {}}']],
    ['[{"a":1},{"cut', ['{"a":1}']],
    ['[{"big": 12345678901234567890, "e": "\\u00e9"}', ['{"big": 12345678901234567890, "e": "\\u00e9"}']],
    ['[1, "two", [3]]', ['[3]', 'the end']],
    ['}]{', []],
    ['', []],
  ] as const)('%j', ([text, elements]) => {
    expect(read([Buffer.from(text)])).toEqual(elements)
  })

  test('come out the same wherever the chunks are cut: in a character, an escape, a name', () => {
    const between = fc.constantFrom(',', ',\r\n', '\n,\n  ')
    const object = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }),
    )
    const places = fc.array(fc.nat())
    fc.assert(
      fc.property(fc.array(object), between, fc.boolean(), places, (objects, comma, isPretty, places) => {
        const texts = objects.map((each) => JSON.stringify(each, null, isPretty ? 2 : 0))
        const bytes = Buffer.from(`[${texts.join(comma)}]`)
        expect(read(cut(bytes, places))).toEqual([...texts, 'the end'])
      }),
    )
  })

  test('one that grows too long is let go, and those after it are read', () => {
    const long = Buffer.from(`[{"a":"${'x'.repeat(17 * 1024 * 1024)}"},{"b":1}]`)
    const chunks = Array.from({ length: 20 }, (_, index) =>
      long.subarray((index * long.length) / 20, ((index + 1) * long.length) / 20),
    )
    expect(read(chunks)).toEqual(['{"b":1}', 'the end'])
    expect(read([long])).toEqual(['{"b":1}', 'the end'])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventStream } from '../../../src/record/gateway/event-stream.ts'

function read(chunks: readonly Buffer[]): readonly string[] {
  const events: string[] = []
  const stream = eventStream((data) => events.push(data))
  for (const chunk of chunks) stream.push(chunk)
  return events
}

/** Cuts at the given places, whatever lies there. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

describe('server-sent events', () => {
  test.for([
    ['data: a\n\ndata: b\n\n', ['a', 'b']],
    ['data: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c']],
    ['event: x\nid: 1\nretry: 5\ndata: a\n\n', ['a']],
    ['data: two\ndata: lines\n\n', ['two\nlines']],
    [': keep-alive\n\ndata:no blank\n\n', ['no blank']],
    ['data\n\n', ['']],
    ['id: primes\n\n', []],
    ['data: not ended', []],
    ['data:  one blank is taken\n\n', [' one blank is taken']],
  ] as const)('%j', ([text, events]) => {
    expect(read([Buffer.from(text)])).toEqual(events)
  })

  test('come out the same wherever the chunks are cut: in a character, a line end, a field', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', ':', 'ü', '🚆', '"', 'data: ') })
    const end = fc.constantFrom('\n', '\r\n', '\r')
    const event = fc.tuple(fc.array(line, { maxLength: 3 }), end).map(([lines, newline]) => {
      const written = lines.map((text) => `data: ${text}${newline}`).join('')
      return { data: lines.length > 0 ? [lines.join('\n')] : [], text: written + newline }
    })
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat()), (events, places) => {
        const bytes = Buffer.from(events.map(({ text }) => text).join(''))
        expect(read(cut(bytes, places))).toEqual(read([bytes]))
        expect(read([bytes])).toEqual(events.flatMap(({ data }) => data))
      }),
    )
  })
})

import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText } from '../../src/show/escape.ts'

const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

describe('what a terminal would act on', () => {
  test.for([
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    [
      '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
      '\\x1b]8;;https://evil.example\\x07click\\x1b]8;;\\x07',
    ],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['overwritten\rline', 'overwritten\\x0dline'],
    ['two\nlines', 'two⏎lines'],
    ['c1\u009b31m', 'c1\\x9b31m'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud800 pair', 'half \\ud800 pair'],
  ] as const)('%j comes out as %j', ([text, shown]) => {
    expect(escapeText(text)).toBe(shown)
  })

  test('is never in the output, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(hostile)
        const kept = escapeText(text, { multiline: true }).replace(/[\n\t]/g, '')
        expect(kept).not.toMatch(hostile)
        expect(stripVTControlCharacters(kept)).toBe(kept)
      }),
    )
  })
})

test('what people write stays as it is', () => {
  const text = 'Füße, 東京, emoji 🚆, “quotes”, C:\\temp'
  expect(escapeText(text)).toBe(text)
  expect(escapeText('two\r\nlines\tand a tab', { multiline: true })).toBe('two\nlines\tand a tab')
})

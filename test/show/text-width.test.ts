import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { textWidth } from '../../src/show/text-width.ts'

test('a text is as wide as the library says, whatever character is in it', () => {
  const differing: string[] = []
  for (let unit = 0; unit < 0x3100; unit++) {
    const text = `→${String.fromCharCode(unit)}`
    if (textWidth(text) !== stringWidth(text)) differing.push(unit.toString(16))
  }
  expect(differing).toEqual([])
  const signs = [...'·–—…→− ~1#a', '\u0301', '\u200d', '\ufe0f', '\u20e3', '中', '\u001b[31m', '\n']
  const text = fc.array(fc.constantFrom(...signs)).map((parts) => parts.join(''))
  fc.assert(fc.property(text, (each) => textWidth(each) === stringWidth(each)))
})

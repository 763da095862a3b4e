import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyedHash } from '../../src/domain/keyed-hash.ts'

test('a keyed hash is the HMAC of every text, long or short, under every key', () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 64 })
  const short = fc.string({ unit: 'binary', maxLength: 40 })
  // Around where the short ones end, in characters of one to three bytes.
  const long = fc
    .tuple(fc.constantFrom('x', 'é', '語', '😀', '\ud800'), fc.integer({ min: 2040, max: 2056 }))
    .map(([character, length]) => character.repeat(length))
  fc.assert(
    fc.property(key, fc.array(fc.oneof(short, long), { minLength: 1, maxLength: 4 }), (key, texts) => {
      const keyed = keyedHash(key)
      for (const text of texts.flatMap((each) => [each, each]))
        expect(keyed(text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
    }),
  )
})

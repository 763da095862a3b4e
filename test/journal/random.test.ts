import { validate, version } from 'uuid'
import { expect, test } from 'vitest'
import { randomHex, uuidv7 } from '../../src/journal/random.ts'

// Some ten pages of the pool.
const draws = 1_000

test('no byte of the pool is given twice, whatever was drawn before it', () => {
  const drawn = Array.from({ length: draws }, () => [randomHex(8), uuidv7().slice(-12), randomHex(16)]).flat()
  expect(new Set(drawn).size).toBe(drawn.length)
  // By chance the last byte of one is the first of the next in one of 256.
  const going = drawn.filter((hex, index) => drawn[index - 1]?.endsWith(hex.slice(0, 2)))
  expect(going.length).toBeLessThan(draws / 10)
})

test('an id says its millisecond, and is a UUID', () => {
  const before = Date.now()
  const id = uuidv7()
  expect([validate(id), version(id)]).toEqual([true, 7])
  const at = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
  expect(at).toBeGreaterThanOrEqual(before)
  expect(at).toBeLessThanOrEqual(Date.now())
})

test('so much as a page holds is drawn at once', () => {
  expect(randomHex(4096)).toHaveLength(8192)
})

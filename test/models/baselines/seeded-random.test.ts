import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/models/baselines/seeded-random.ts'

const draws = (random: { next(): number }, count: number) =>
  Array.from({ length: count }, () => random.next())

test('the same seed and text give the same sequence, another seed or text another', () => {
  const first = draws(seededRandom(1, 'a'), 5)
  expect(draws(seededRandom(1, 'a'), 5)).toEqual(first)
  expect(draws(seededRandom(2, 'a'), 5)).not.toEqual(first)
  expect(draws(seededRandom(1, 'b'), 5)).not.toEqual(first)
})

test('draws are uniform: the chi-squared of ten cells is below its 99.9 % point, along a sequence and across seeds', () => {
  const random = seededRandom(7)
  expect(chiSquared(draws(random, 20_000))).toBeLessThan(27.88)
  expect(chiSquared(Array.from({ length: 20_000 }, (_, seed) => seededRandom(seed).next()))).toBeLessThan(
    27.88,
  )
})

test('a pick of nothing is undefined, and a draw below n stays below n', () => {
  const random = seededRandom(3)
  expect(random.pick([])).toBeUndefined()
  expect(new Set(Array.from({ length: 200 }, () => random.below(3)))).toEqual(new Set([0, 1, 2]))
})

function chiSquared(values: readonly number[], cells = 10): number {
  const counts = Array.from(
    { length: cells },
    (_, cell) => values.filter((v) => Math.floor(v * cells) === cell).length,
  )
  const expected = values.length / cells
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

import { expect, test } from 'vitest'
import { duration } from '../../src/show/quantities.ts'

test.each([
  [0.4, '< 1 ms'],
  [3_200, '3.2 s'],
  [125_000, '2 min 5 s'],
  [600_000, '10 min'],
  [3_599_900, '1 h'],
  [12_000_000, '3 h 20 min'],
  [86_399_000, '1 d'],
  [31_536_003_000, '365 d'],
])('%d ms is told as %s', (ms, told) => expect(duration(ms)).toBe(told))

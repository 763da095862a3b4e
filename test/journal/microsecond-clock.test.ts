import { afterEach, expect, test, vi } from 'vitest'
import { microsecondClock } from '../../src/journal/microsecond-clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('no time is told twice, nor one before the last, within a microsecond and after the clock was set back', () => {
  const now = microsecondClock()
  const times = Array.from({ length: 1_000 }, now)
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000)
  times.push(...Array.from({ length: 1_000 }, now))

  expect(new Set(times).size).toBe(2_000)
  expect(times).toEqual(times.toSorted())
})

test('a clock that was set forward is followed', () => {
  const now = microsecondClock()
  const ahead = Date.now() + 3_600_000
  vi.spyOn(Date, 'now').mockReturnValue(ahead)

  expect(Math.abs(Date.parse(now()) - ahead)).toBeLessThan(60)
})

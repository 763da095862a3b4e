import { describe, expect, test } from 'vitest'
import { imagine } from '../../../src/evaluate/gate/calibrate.ts'
import { comparableNights, type Night, pooled } from '../../../src/evaluate/gate/night.ts'

/** So many of three trials of each case, by name. */
function nightOf(passes: Readonly<Record<string, number>>): Night {
  const cases = Object.entries(passes).map(([name, passed]) => [name, { passed, n: 3 }] as const)
  return { run: '', cases: new Map(cases) }
}

describe('nights to compare with', () => {
  const tonight = nightOf({ a: 3, b: 3, c: 3, d: 3, e: 3 })
  const four = nightOf({ a: 3, b: 3, c: 3, d: 3 })
  const three = nightOf({ a: 3, b: 3, c: 3 })

  test('have four fifths of the cases that any of them shares with tonight', () => {
    expect(comparableNights(tonight, [three, tonight, four]).earlier).toEqual([tonight, four])
    // Nobody has e, so that four are all there are to share.
    expect(comparableNights(tonight, [three, four]).earlier).toEqual([four])
    expect(comparableNights(tonight, [three]).earlier).toEqual([three])
    expect(comparableNights(tonight, [nightOf({ z: 3 })])).toEqual({ history: [], earlier: [] })
  })

  test('are the 14 newest, of the run and of each case', () => {
    const broken = { ...nightOf({}), broken: new Set(['a']) }
    const nights = [broken, ...Array.from({ length: 20 }, (_, index) => nightOf({ a: index < 14 ? 3 : 0 }))]
    expect(comparableNights(nightOf({ a: 3 }), nights)).toMatchObject({
      history: { length: 14 },
      earlier: { length: 20 },
    })
    expect(pooled(nights, 'a')).toEqual({ passed: 42, n: 42 })
  })
})

describe('nights that are imagined to tell how often the gate is wrong', () => {
  const history = [
    ...[
      [3, 3, 2, 3],
      [1, 2, 1, 2],
      [3, 3, 3, 2],
    ],
    ...[
      [0, 1, 2, 1],
      [3, 3, 3, 3],
      [2, 1, 1, 2],
    ],
  ].map(([a = 0, b = 0, c = 0, d = 0]) => nightOf({ a, b, c, d }))
  const of = (earlier: readonly Night[]) =>
    imagine({ tonight: nightOf({ a: 3, b: 3, c: 3, d: 3 }), history: earlier, earlier, ...unplayed })
  const unplayed = { again: new Map(), fresh: new Map() }

  // numpy: rates r = (c + .5) / 19; v the variance of the nights' means; sqrt(v - (r * (1 - r) / 3).sum() / 16) / (r * (1 - r)).mean()
  test('drift by what the nights that there were differ by beyond what trials explain, in logits', () => {
    const { rates, drift, trials, nights } = of(history)
    expect(rates).toEqual([12.5, 13.5, 12.5, 13.5].map((passed) => passed / 19))
    expect(drift).toBeCloseTo(1.1531487218292316, 9)
    expect({ trials, nights }).toEqual({ trials: 3, nights: 6 })
  })

  test('do not drift where trials explain it all', () => {
    expect(of(history.map(() => nightOf({ a: 2, b: 2, c: 2, d: 2 }))).drift).toBe(0)
  })
})

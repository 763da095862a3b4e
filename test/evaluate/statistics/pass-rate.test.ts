import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mean } from '../../../src/evaluate/statistics/mean.ts'
import { passRate, wilsonInterval } from '../../../src/evaluate/statistics/pass-rate.ts'
import { tQuantile } from '../../../src/evaluate/statistics/student-t.ts'

const yes = true
const no = false

describe('the Wilson interval', () => {
  // statsmodels 0.14: proportion_confint(passed, n, method='wilson')
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [10, 10, 0.7224672001371106, 1],
    [3, 10, 0.10779126740630104, 0.6032218525388546],
    [52, 100, 0.42316577765223967, 0.615354482419481],
    [1, 1, 0.2065493143772374, 1],
    [22.5, 44, 0.3688024491072989, 0.6520999235345537],
  ])('of %d in %d is that of statsmodels', (passed, n, low, high) => {
    const interval = wilsonInterval(passed, n)
    expect(interval.low).toBeCloseTo(low, 13)
    expect(interval.high).toBeCloseTo(high, 13)
  })
})

describe("the quantile of Student's t", () => {
  // scipy 1.17: t.ppf(.975, df)
  test.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [5, 2.5705818356363146],
    [10, 2.228138851986274],
    [29, 2.045229642132703],
    [43, 2.016692199227824],
    [99, 1.9842169515864174],
    [1000, 1.9623390808264083],
    [100_001, 1.9599877072973786],
  ])('with %d degrees of freedom is that of scipy', (df, quantile) => {
    expect(tQuantile(df)).toBeCloseTo(quantile, 10)
  })
})

const rateOf = (cases: readonly (readonly boolean[])[]) =>
  passRate(cases.map((trials) => ({ passed: trials.filter((each) => each).length, n: trials.length })))

describe('a pass rate', () => {
  test('of single trials has the Wilson interval', () => {
    const cases = [...Array.from({ length: 3 }, () => [yes]), ...Array.from({ length: 7 }, () => [no])]
    expect(rateOf(cases)).toEqual({ rate: 0.3, ...wilsonInterval(3, 10), n: 10 })
  })

  // statsmodels 0.14: OLS(y, ones).fit(cov_type='cluster', cov_kwds={'groups': case, 'use_correction': False}, use_t=True)
  test('of repeated trials has the clustered interval, cut at 0 and 1', () => {
    const rate = rateOf([[yes, yes, no], [no, no], [yes, yes, yes], [yes]])
    expect(rate?.rate).toBeCloseTo(0.66666667, 8)
    expect(rate?.low).toBeCloseTo(0.06565349, 8)
    expect(rate).toMatchObject({ high: 1, n: 9 })
  })

  test('is less certain than its number of trials when the trials of a case agree', () => {
    const cases = Array.from({ length: 20 }, (_, index) => Array<boolean>(5).fill(index % 2 === 0))
    const naive = wilsonInterval(50, 100)
    const { low, high } = rateOf(cases) ?? { low: 1, high: 0 }
    expect(high - low).toBeGreaterThan(2 * (naive.high - naive.low))
  })

  test('of cases that all came out the same is not certain: each case counts once', () => {
    const rate = rateOf([
      [yes, yes],
      [yes, yes],
      [yes, yes],
    ])
    expect(rate).toEqual({ rate: 1, ...wilsonInterval(3, 3), n: 6 })
    expect(rateOf([[no, no, no]])).toEqual({ rate: 0, ...wilsonInterval(0, 1), n: 3 })
  })

  test('of nothing is null', () => {
    expect(rateOf([])).toBeNull()
    expect(rateOf([[]])).toBeNull()
    expect(mean([])).toBeNull()
  })

  test('lies within its interval, and that within 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.boolean(), { maxLength: 5 }), { maxLength: 20 }), (cases) => {
        const rate = rateOf(cases)
        fc.pre(rate !== null)
        expect(rate.low).toBeGreaterThanOrEqual(0)
        expect(rate.low).toBeLessThanOrEqual(rate.rate)
        expect(rate.high).toBeGreaterThanOrEqual(rate.rate)
        expect(rate.high).toBeLessThanOrEqual(1)
      }),
    )
  })
})

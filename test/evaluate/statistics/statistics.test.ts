import { describe, expect, test } from 'vitest'
import { clusteredMean } from '../../../src/evaluate/statistics/clustered-mean.ts'
import { binomialPmf } from '../../../src/evaluate/statistics/counting.ts'
import { fisherMidP, fisherTwoSidedMidP } from '../../../src/evaluate/statistics/fisher.ts'
import { sum } from '../../../src/evaluate/statistics/mean.ts'
import { benjaminiHochberg, holm } from '../../../src/evaluate/statistics/multiple-tests.ts'
import { nightLevelTest } from '../../../src/evaluate/statistics/night-level.ts'
import { mcnemar, pairedDifference, signFlip } from '../../../src/evaluate/statistics/paired-difference.ts'
import { passAtK, passHatK } from '../../../src/evaluate/statistics/repeated-trials.ts'
import { tQuantile, tTail } from '../../../src/evaluate/statistics/student-t.ts'

// Expected values: scipy 1.17.1 and statsmodels 0.15.0, by the expression that stands with each.

describe("Student's t", () => {
  // scipy.stats.t.sf(x, df)
  test.each([
    [0, 3, 0.5],
    [1, 1, 0.25],
    [2.5, 4, 0.03338327240599407],
    [-1.7, 13, 0.9435421046851301],
    [6, 13, 2.223002223502373e-5],
    [1.96, 100_000, 0.02499928159715084],
    [0.3, 2, 0.3962428304200888],
  ])('P(T > %d) with %d degrees of freedom', (t, df, p) => {
    expect(tTail(t, df)).toBeCloseTo(p, 11)
  })

  test('beyond everything is nothing', () => {
    expect([tTail(Number.POSITIVE_INFINITY, 5), tTail(Number.NEGATIVE_INFINITY, 5)]).toEqual([0, 1])
  })

  // scipy.stats.t.ppf(level, df)
  test.each([
    [0.95, 13, 1.7709333959868725],
    [0.8, 13, 0.8701515339681739],
    [0.99, 1, 31.820515953773935],
    [0.9975, 6, 4.316827103633413],
    [0.5, 4, 0],
  ])('the quantile at %d with %d degrees of freedom', (level, df, quantile) => {
    expect(tQuantile(df, level)).toBeCloseTo(quantile, 10)
  })
})

describe("Fisher's mid-p", () => {
  // h = scipy.stats.hypergeom(n + N, c + C, n); h.cdf(c - 1) + h.pmf(c) / 2
  test.each([
    [2, 3, 42, 42, 0.03333333333333334],
    [0, 3, 40, 42, 0.00035236081747709656],
    [1, 3, 20, 42, 0.34686398872445384],
    [3, 3, 42, 42, 0.5],
    [4, 10, 38, 42, 0.0008324523285717197],
    [0, 10, 1, 42, 0.4038461538461538],
    [5, 10, 0, 42, 0.9999515190691661],
    [40, 100, 500, 1000, 0.028613169004693094],
  ])('of %d in %d against %d in %d', (passed, n, before, trials, p) => {
    expect(fisherMidP({ passed, n }, { passed: before, n: trials })).toBeCloseTo(p, 12)
  })

  test('keeps its digits far out', () => {
    const p = fisherMidP({ passed: 0, n: 10 }, { passed: 420, n: 420 })
    expect(p / 9.329026902964613e-21).toBeCloseTo(1, 10)
  })

  test('says nothing without trials on both sides', () => {
    expect(fisherMidP({ passed: 0, n: 0 }, { passed: 9, n: 9 })).toBe(1)
    expect(fisherMidP({ passed: 0, n: 3 }, { passed: 0, n: 0 })).toBe(1)
  })

  test('two-sided is twice the smaller side, whichever it is', () => {
    const [low, high] = [
      { passed: 2, n: 3 },
      { passed: 42, n: 42 },
    ]
    expect(fisherTwoSidedMidP(low, high)).toBeCloseTo(0.0666666667, 9)
    expect(fisherTwoSidedMidP(high, low)).toBeCloseTo(0.0666666667, 9)
  })
})

describe('many tests', () => {
  const ps = [0.01, 0.04, 0.03, 0.005, 0.2, 0.8, 0.04]

  // statsmodels.stats.multitest.multipletests(ps, method='holm')[1]
  test('Holm', () => {
    expectClose(holm(ps), [0.06, 0.16, 0.15, 0.035, 0.4, 0.8, 0.16])
    expect(holm([])).toEqual([])
    expect(holm([0.6, 0.6, 0.001])).toEqual([1, 1, 0.003])
  })

  // statsmodels.stats.multitest.multipletests(ps, method='fdr_bh')[1]
  test('Benjamini and Hochberg', () => {
    expectClose(benjaminiHochberg(ps), [0.035, 0.056, 0.056, 0.035, 0.7 / 3, 0.8, 0.056])
  })
})

describe('a paired difference', () => {
  // statsmodels.stats.contingency_tables.mcnemar([[0, b], [c, 0]], exact=True).pvalue
  test.each([
    [3, 10, 0.09228515625],
    [0, 6, 0.03125],
    [5, 5, 1],
    [0, 0, 1],
    [200, 150, 0.008720036530555947],
  ])('McNemar of %d and %d', (better, worse, p) => {
    expect(mcnemar(better, worse)).toBeCloseTo(p, 11)
  })

  const differences = [0.2, -0.4, -0.6, 0, -0.2, -1, 0.4, -0.8]
  const pairs = differences.map((difference) => ({ a: 0.5, b: 0.5 + difference, trialsA: 5, trialsB: 5 }))

  // scipy.stats.permutation_test((d,), np.mean, permutation_type='samples', n_resamples=np.inf).pvalue
  test('sign-flip is the whole permutation distribution', () => {
    expect(signFlip(differences)).toBe(0.171875)
    expect(signFlip([])).toBe(1)
  })

  // statsmodels: OLS(d, ones).fit(cov_type='cluster', cov_kwds={'groups': arange(G), 'use_correction': False}, use_t=True)
  test('has the clustered interval, and the sign-flip where few cases differ', () => {
    const paired = pairedDifference(pairs)
    expect(paired).toMatchObject({ test: 'sign-flip', p: 0.171875, n: 8 })
    expectClose(
      [paired?.difference, paired?.low, paired?.high],
      [-0.3, -0.6831129155934894, 0.08311291559348954],
    )
  })

  // the same fit of np.array([1, 1, -1, 0, 2, -2] * 8) / 3; bse * (t.ppf(.975, 47) + t.ppf(.8, 47))
  test('is t where many differ, and says what it would have seen', () => {
    const many = Array.from({ length: 8 }, () => [1, 1, -1, 0, 2, -2].map((third) => third / 3)).flat()
    const paired = pairedDifference(many.map((b) => ({ a: 0, b, trialsA: 3, trialsB: 3 })))
    expect(paired?.test).toBe('t')
    expectClose(
      [paired?.difference, paired?.low, paired?.high, paired?.p, paired?.detectable],
      [1 / 18, -0.07450197888656257, 0.18561308999767373, 0.39451607279195017, 0.18496647220956802],
    )
  })

  // d = -1 six times, -.8 and -1, t.interval as above: -1.0302975862 and -.9197024138
  test('has an interval that ends where differences do', () => {
    const lost = [-1, -1, -1, -1, -1, -1, -0.8, -1]
    const paired = pairedDifference(lost.map((d) => ({ a: 1, b: 1 + d, trialsA: 5, trialsB: 5 })))
    expect(paired?.low).toBe(-1)
    expect(paired?.high).toBeCloseTo(-0.9197024137630191, 9)
    const won = pairedDifference(lost.map((d) => ({ a: 0, b: -d, trialsA: 5, trialsB: 5 })))
    expect(won?.high).toBe(1)
  })

  test('is judged by the whole permutation distribution up to 20 cases that differ', () => {
    const testOf = (differing: number) =>
      pairedDifference(
        Array.from({ length: 30 }, (_, index) => ({
          ...{ a: 0.4, b: index < differing ? 0.6 : 0.4 },
          ...{ trialsA: 5, trialsB: 5 },
        })),
      )?.test
    expect([testOf(20), testOf(21)]).toEqual(['sign-flip', 't'])
  })

  test('of single trials against repeated ones is no McNemar', () => {
    const testOf = (trialsA: number, trialsB: number) =>
      pairedDifference(pairs.map(({ a, b }) => ({ a, b, trialsA, trialsB })))?.test
    expect([testOf(1, 5), testOf(5, 1)]).toEqual(['sign-flip', 'sign-flip'])
  })

  test('of single trials is McNemar, and of one case has no interval', () => {
    const single = pairs.map(({ a, b }) => ({ a: Math.round(a), b: Math.round(b), trialsA: 1, trialsB: 1 }))
    expect(pairedDifference(single)?.test).toBe('McNemar')
    expect(pairedDifference(pairs.slice(0, 1))).toMatchObject({
      low: null,
      high: null,
      detectable: null,
      p: 1,
    })
    expect(pairedDifference([])).toBeNull()
  })

  test('of cases that all did as before is not certain', () => {
    const same = pairedDifference(Array.from({ length: 8 }, () => ({ a: 1, b: 1, trialsA: 3, trialsB: 3 })))
    expect(same).toMatchObject({ difference: 0, p: 1 })
    expect(same?.high).toBeCloseTo(0.1 * tQuantile(7), 12)
    expect(same?.detectable).toBeGreaterThan(0.3)
  })
})

describe('a night', () => {
  // T = (y - x.mean()) / (x.std(ddof=1) * sqrt(1 + 1/7)); scipy.stats.t.cdf(T, 6)
  test('is tested against nights, not against trials', () => {
    const night = nightLevelTest(0.74, [0.81, 0.79, 0.84, 0.8, 0.78, 0.83, 0.82])
    expectClose([night?.t, night?.p], [-3.0310889132455467, 0.01153279479754086])
  })

  // (t.ppf(level, 6) + t.ppf(.8, 6)) * x.std(ddof=1) * sqrt(1 + 1/7)
  test('says what fall it would have seen 8 times in 10, at the level asked for', () => {
    const nights = [0.81, 0.79, 0.84, 0.8, 0.78, 0.83, 0.82]
    const seen = [0.95, 0.99].map((level) => nightLevelTest(0.8, nights, { level })?.detectable)
    expectClose(seen, [0.06579214774177558, 0.09349313936474797])
  })

  test('after nights that were all the same is judged by what trials alone would make of it', () => {
    const same = Array<number>(14).fill(0.9)
    expect(nightLevelTest(0.89, same)?.p).toBe(0)
    expect(nightLevelTest(0.89, same, { floor: 0.02 })?.p).toBeCloseTo(0.31854822627, 9)
    expect(nightLevelTest(0.9, same)?.p).toBe(0.5)
  })

  test('needs two earlier ones', () => {
    expect(nightLevelTest(0.5, [0.9])).toBeNull()
  })
})

describe('repeated trials', () => {
  // 1 - comb(n - c, k) / comb(n, k) and comb(c, k) / comb(n, k) of scipy.special
  test.each([
    [3, 10, 2, 0.5333333333333333, 0.06666666666666667],
    [8, 10, 3, 1, 0.4666666666666667],
    [5, 5, 5, 1, 1],
    [0, 4, 2, 0, 0],
  ])('%d of %d, any and all of %d', (passed, n, k, any, all) => {
    expectClose([passAtK({ passed, n }, k), passHatK({ passed, n }, k)], [any, all])
  })

  test('are unknown where there are too few', () => {
    expect([passAtK({ passed: 1, n: 1 }, 2), passHatK({ passed: 1, n: 1 }, 2)]).toEqual([null, null])
  })

  // statsmodels, as above, of [1, 1, 0, 0, 0, 1, 1, 1, 1] in clusters of 3, 2, 3 and 1: bse
  test('make a mean less certain, by clusters', () => {
    const clustered = clusteredMean(
      [[1, 1, 0], [0, 0], [1, 1, 1], [1], []].map((values) => ({ total: sum(values), n: values.length })),
    )
    expect(clustered).toMatchObject({ n: 9, clusters: 4 })
    expectClose([clustered?.mean, clustered?.standardError], [2 / 3, 0.18885257457751053])
  })

  // scipy.stats.binom.pmf(k, n, p)
  test.each([
    [3, 10, 0.3, 0.2668279319999998],
    [0, 10, 0, 1],
    [10, 10, 1, 1],
    [500, 1000, 0.5, 0.025225018178360804],
    [11, 10, 0.5, 0],
  ])('%d of %d at %d', (k, n, p, mass) => {
    expect(binomialPmf(k, n, p)).toBeCloseTo(mass, 12)
  })
})

function expectClose(given: readonly (number | null | undefined)[], expected: readonly number[]): void {
  expect(given).toHaveLength(expected.length)
  for (const [index, value] of given.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 9)
}

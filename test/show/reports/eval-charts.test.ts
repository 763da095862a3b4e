import { describe, expect, test } from 'vitest'
import type { Rate } from '../../../src/evaluate/statistics/pass-rate.ts'
import { priceChart } from '../../../src/show/reports/eval-charts.ts'
import { results } from './run-results.ts'

describe('the charts of the page', () => {
  const [cell] = results.report.summary.cells
  type Drawn = readonly {
    readonly exposure: string
    readonly totalTokens: number
    readonly passRate?: Rate
  }[]
  const markupOf = (cells: Drawn) =>
    priceChart(cells.flatMap((more) => (cell ? [{ ...cell, ...more }] : [])))?.markup ?? ''
  const drawn = (cells: Drawn) => {
    return Array.from(markupOf(cells).matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text)
  }

  test('label points that lie on one another once', () => {
    const texts = drawn([
      { exposure: 'full', totalTokens: 7150 },
      { exposure: 'search', totalTokens: 7150 },
      { exposure: 'slim', totalTokens: 900 },
    ])
    expect(texts).toContain('1, 2')
    expect(texts.filter((text) => text === '3')).toHaveLength(1)
  })

  test('name their points in a list beside them, which goes below where there is no room', () => {
    const markup = markupOf([
      { exposure: 'full', totalTokens: 7150 },
      { exposure: 'search', totalTokens: 900 },
    ])
    expect(markup).toContain('<ol><li>openai:m&lt;1&gt; × full</li><li>openai:m&lt;1&gt; × search</li></ol>')
  })

  test('write no number over the name of the axis', () => {
    const passRate = { rate: 1, low: 0.9, high: 1, n: 20 }
    const markup = markupOf([
      { exposure: 'full', totalTokens: 10, passRate },
      { exposure: 'search', totalTokens: 10, passRate },
      { exposure: 'slim', totalTokens: 7150 },
    ])
    const [, high] = /y="([\d.]+)" font-size="12" fill="currentColor">1, 2</.exec(markup) ?? []
    expect(Number(high)).toBeGreaterThan(24)
  })

  test('write no number over another', () => {
    const group = ['full', 'search', 'slim', 'code'].map((exposure) => ({ exposure, totalTokens: 6800 }))
    const markup = markupOf([...group, { exposure: 'curated', totalTokens: 7150 }])
    const placeOf = (numbers: string) =>
      new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)" font-size="12" fill="currentColor">${numbers}<`).exec(
        markup,
      )
    const [[, left, high], [, x, y]] = [placeOf('1, 2, 3, 4') ?? [], placeOf('5') ?? []]
    expect(Number(x)).toBeLessThan(Number(left) + 40)
    expect(Number(y)).toBeGreaterThan(Number(high) + 12)
  })

  test('have round numbers of tokens below their axis', () => {
    const texts = drawn([
      { exposure: 'full', totalTokens: 7150 },
      { exposure: 'slim', totalTokens: 0 },
    ])
    for (const tick of ['0', '2,000', '4,000', '6,000', '8,000']) expect(texts).toContain(tick)
    expect(texts).not.toContain('10,000')
  })
})

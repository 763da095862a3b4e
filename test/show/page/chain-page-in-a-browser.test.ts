import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderChainPage } from '../../../src/show/page/chain-page.ts'
import { evalPage } from '../../../src/show/reports/eval-page.ts'
import { browserPath, openBrowser } from '../../chromium.ts'
import { chainView, decision, span, spans } from '../../forensics/chain-views.ts'
import { results } from '../reports/run-results.ts'

const evil =
  '<script>document.title="run"</script><img src="http://127.0.0.1:9/x" onerror="document.title=1">'
const long = span('long', { server: 'files', name: 'n'.repeat(200), output: `${evil}${'w'.repeat(900)}` })
const markup = renderChainPage(chainView([...spans, long], { policies: [decision] }))

describe.skipIf(browserPath === null)(
  'in a real browser (skipped without chromium), the page of a chain or of a run',
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openBrowser(browserPath ?? '')
    })
    afterAll(() => browser.close())

    async function open(options: { colorScheme?: 'light' | 'dark'; width?: number; content?: string }) {
      const { colorScheme = 'light', width = 1200, content = markup } = options
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
      const heard: string[] = []
      page.on('console', (message) => heard.push(message.text()))
      page.on('request', (request) => heard.push(request.url()))
      await page.setContent(content)
      return { page, heard }
    }

    test('asks for nothing, runs nothing, and breaks no rule of its own policy', async () => {
      const { page, heard } = await open({})
      expect(heard).toEqual([])
      expect(await page.title()).toContain('Which port?')
      expect(await page.locator('script, img').count()).toBe(0)
    })

    test.each([1200, 390])('fits a window of %i pixels', async (width) => {
      const { page } = await open({ width })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    })

    test('shows every column of a run in windows of 1280 and 800 pixels, and none of its names is broken', async () => {
      for (const width of [1280, 800]) {
        const { page } = await open({ width, content: evalPage(repeatedRun) })
        expect(await page.evaluate(hidden)).toEqual([])
        expect(await page.evaluate(linesOf('td.name code'))).toEqual([1])
      }
      const { page } = await open({ width: 390, content: evalPage(repeatedRun) })
      expect(await page.evaluate(hidden)).not.toEqual([])
    })

    test.each([1280, 500, 360])('cuts nothing of its charts in a window of %i pixels', async (width) => {
      const { page } = await open({ width, content: evalPage(repeatedRun) })
      expect(await page.locator('.card svg text').count()).toBeGreaterThan(10)
      const cut = `Array.from(document.querySelectorAll('.card svg *, .card ol li'), (part) =>
        part.closest('.card').getBoundingClientRect().right - part.getBoundingClientRect().right).filter((room) => room < 0)`
      expect(await page.evaluate(cut)).toEqual([])
    })

    test.each(['light', 'dark'] as const)(
      'can be read in %s: text has a contrast of 4.5 or more',
      async (colorScheme) => {
        const { page } = await open({ colorScheme })
        expect(await faintTexts(page)).toEqual([])
        const [background] = await page.evaluate<number[]>(
          'getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)',
        )
        expect((background ?? 0) > 128).toBe(colorScheme === 'light')
      },
    )

    test('is printed with what was folded', async () => {
      const { page } = await open({})
      const folded = page.locator('details:not([open])').first()
      const height = () => folded.evaluate((details) => details.getBoundingClientRect().height)
      const before = await height()
      await page.emulateMedia({ media: 'print' })
      expect(await height()).toBeGreaterThan(before + 40)
    })
  },
)

/** A run with all columns that there are, of models with long names. */
const cells = ['baseline:lexical', 'anthropic:claude-sonnet-4-5-20250929'].flatMap((model) =>
  ['full', 'composite'].flatMap((exposure) =>
    results.report.summary.cells.map((cell) => ({
      ...{ ...cell, model, exposure, costUsd: 0.0123, definitionTokens: 12_345, totalTokens: 123_456 },
      passRate: { rate: 1, low: 1, high: 1, n: 1 },
      repeated: [1, 2].map((k) => ({ k, passHatK: cell.passRate, passAtK: cell.passRate })),
    })),
  ),
)
const repeatedRun = {
  ...results,
  report: { ...results.report, repetitions: 2, summary: { ...results.report.summary, cells } },
}

/** How much of each box that scrolls is out of sight, where some is. */
const hidden =
  "[...document.querySelectorAll('.wide')].map((box) => box.scrollWidth - box.clientWidth).filter((more) => more > 0)"

const linesOf = (selector: string) =>
  `[...document.querySelectorAll('${selector}')].map((name) => new Set([...name.getClientRects()].map(({ top }) => top)).size)`

/** Texts whose colour is too near to what lies behind them, by WCAG 2. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const rgb = (text) => text.match(/[0-9.]+/g).map(Number)
    const channel = (value) => value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor)
        if (colour.length === 3 || colour[3] > 0) return colour
      }
    }
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
      if (!own || element.closest('svg')) return []
      const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x)
      return (a + 0.05) / (b + 0.05) >= 4.5 ? [] : [element.className + ': ' + element.textContent.slice(0, 40)]
    })
  })()`)
}

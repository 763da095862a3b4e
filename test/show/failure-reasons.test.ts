import { describe, expect, test } from 'vitest'
import { gradedTrial } from '../../src/evaluate/graded-trial.ts'
import { summarise } from '../../src/evaluate/summary.ts'
import { renderEvalReport } from '../../src/show/eval-report.ts'
import { evalPage } from '../../src/show/reports/eval-page.ts'
import type { EvalResults } from '../../src/show/reports/eval-results.ts'
import { markdownReport } from '../../src/show/reports/markdown.ts'
import { results, trials } from './reports/run-results.ts'

const terminal = { isTTY: false, hasColour: false, hasLines: false, columns: 100 }
const onTerminal = ({ report }: EvalResults) => renderEvalReport(report, terminal)

describe('where it fails most', () => {
  const failed = (exposure: string, message: string | null, model = 'openai:m') =>
    trials.slice(0, 1).map(({ trial }) => {
      const outcome = message === null ? ('passed' as const) : ('failed' as const)
      return gradedTrial({ ...trial, model, exposure, outcome, message }, [])
    })
  const told = (played: readonly ReturnType<typeof failed>[], silent: readonly string[] = []) => {
    const report = { ...results.report, silent, summary: summarise(played.flat()) }
    return [onTerminal, markdownReport, evalPage].map((write) =>
      write({ ...results, report })
        .replaceAll(/&#9[56];/g, '_')
        .replaceAll(/<td>|<.td>|[|] /g, ''),
    )
  }
  const chose = 'not selected: chose files/read, expected files/move'
  const nothing = 'not selected: called nothing'

  test('each reason is told with its own trials and exposures', () => {
    const played = [
      failed('code', nothing),
      failed('full', chose),
      failed('slim', chose),
      failed('search', null),
    ]
    for (const text of told(played)) {
      expect(text).toMatch(/1\/4.*2 × full, slim: chose files\/read/)
      expect(text).toMatch(/1 × code: called nothing/)
    }
  })

  test('one reason says where it was only where the case passes elsewhere', () => {
    for (const text of told([failed('full', chose), failed('slim', null)]))
      expect(text).toContain('full: chose')
    for (const text of told([failed('full', chose), failed('slim', chose)]))
      expect(text).not.toMatch(/slim: chose|× chose/)
  })

  test('models are named where they fail otherwise', () => {
    const played = [failed('full', chose, 'openai:a'), failed('full', null, 'openai:b')]
    for (const text of told(played)) expect(text).toContain('openai:a × full: chose')
    const alike = [failed('full', chose, 'openai:b'), failed('slim', null), failed('full', chose)]
    for (const text of told(alike)) expect(text).toContain('full: chose')
    for (const text of told(alike)) expect(text).not.toMatch(/openai:. × full(: chose|;)/)
  })

  test('counts say which model they leave out, in Markdown and on the page too', () => {
    for (const text of told([failed('full', chose)], ['baseline:random']))
      expect(text).toMatch(
        /ails most \(without baseline:random\)|ails most &#40;without baseline:random&#41;/,
      )
  })
})

import { expect, test } from 'vitest'
import { renderEvalReport } from '../../../src/show/eval-report.ts'
import { evalPage } from '../../../src/show/reports/eval-page.ts'
import type { EvalResults } from '../../../src/show/reports/eval-results.ts'
import { markdownReport } from '../../../src/show/reports/markdown.ts'
import { results } from './run-results.ts'

const wide = { isTTY: false, columns: 400, hasColour: false, hasLines: false }
const formats = [
  ['the terminal', ({ report }: EvalResults) => renderEvalReport(report, wide)],
  ['Markdown', markdownReport],
  ['HTML', evalPage],
] as const

test.each(formats)(
  '%s says that a gated run was cut short, and that shards are a part of one',
  (_, write) => {
    const part = { shards: ['1/3'], ofCases: 12, ofTrials: 12 }
    const late = write({ ...results, report: { ...results.report, state: 'time limit', part } })
    for (const said of ['time limit', 'shard 1/3', '4 of 12 trials', 'regressed'])
      expect(late).toContain(said)
    expect(write(results)).not.toMatch(/time limit|shard/)
  },
)

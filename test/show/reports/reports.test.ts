import { describe, expect, test } from 'vitest'
import { summarise } from '../../../src/evaluate/summary.ts'
import { renderEvalReport } from '../../../src/show/eval-report.ts'
import { calibrationSentences, factsOf } from '../../../src/show/gate-report.ts'
import { evalDocument } from '../../../src/show/json-document.ts'
import { evalPage } from '../../../src/show/reports/eval-page.ts'
import type { EvalResults } from '../../../src/show/reports/eval-results.ts'
import { junitReport } from '../../../src/show/reports/junit.ts'
import { markdownReport } from '../../../src/show/reports/markdown.ts'
import { sarifReport } from '../../../src/show/reports/sarif.ts'
import { results, troubled } from './run-results.ts'

const terminal = { isTTY: false, hasColour: false, hasLines: false, columns: 100 }
const formats = {
  terminal: ({ report }: EvalResults) => renderEvalReport(report, terminal),
  JSON: ({ report }: EvalResults) => JSON.stringify(evalDocument(report)),
  JUnit: junitReport,
  SARIF: sarifReport,
  Markdown: markdownReport,
  HTML: evalPage,
}
const all = Object.entries(formats)

describe('where not every trial was judged', () => {
  const prose = all.filter(([name]) => ['terminal', 'Markdown', 'HTML'].includes(name))

  test.for(prose)('%s counts what was judged, and each kind of what was not', ([, write]) => {
    const counts = '15 trials planned: 9 judged · 1 not judged · 2 infrastructure errors · 3 budget stops'
    expect(write(troubled)).toContain(counts)
  })

  test('JSON and SARIF have the counts as numbers', () => {
    const counts = {
      planned: 15,
      judged: 9,
      not_judged: 1,
      infrastructure_errors: 2,
      budget_stops: 3,
      missing: 0,
    }
    expect(evalDocument(troubled.report)).toMatchObject({ totals: counts })
    expect(JSON.parse(sarifReport(troubled)).runs[0].properties.trials).toEqual(counts)
  })

  test('Markdown and HTML have them by cell', () => {
    expect(markdownReport(troubled)).toContain('| openai:m&lt;1&gt; | full | 15 | 9 | 1 | 2 | 3 | 0 |')
    const numbers = [15, 9, 1, 2, 3, 0].map((trials) => `<td class="number">${trials}</td>`).join('')
    expect(evalPage(troubled)).toContain(
      `scope="rowgroup">openai:m&lt;1&gt;</th></tr><tr><td>full</td>${numbers}`,
    )
  })

  test.for(prose)('%s says nothing of it where every trial was judged', ([, write]) => {
    const whole = { ...troubled.report, totals: { ...troubled.report.totals, judged: 15 } }
    expect(write({ ...troubled, report: whole })).not.toContain('planned: ')
  })
})

describe('pass^k and pass@k', () => {
  const twice = {
    ...results,
    trials: results.trials.flatMap((graded) => {
      const { trial } = graded
      const second =
        trial.case === 'bad' ? ({ ...graded, trial: { ...trial, outcome: 'passed' } } as const) : graded
      return [graded, { ...second, trial: { ...second.trial, repetition: 2 } }]
    }),
  }
  const repeated = {
    ...twice,
    report: { ...results.report, repetitions: 2, summary: summarise(twice.trials) },
  }

  test.for(all.filter(([name]) => name !== 'SARIF'))(
    'are in %s where cases were repeated, else not',
    ([, write]) => {
      expect(write(repeated)).toMatch(/pass(\^|_hat_)/)
      expect(write(repeated)).toMatch(/pass(@|_at_)/)
      expect(write(results)).not.toMatch(/pass(\^|_hat_|@|_at_)/)
    },
  )

  test('say of how many cases they are, and what k went down to', () => {
    const cut = { ...repeated, report: { ...repeated.report, repetitions: 3 } }
    for (const write of [markdownReport, evalPage, formats.terminal]) {
      expect(write(repeated)).toContain('pass^2, pass@2: over 2 of 4 cases')
      expect(write(cut)).toContain('pass^2, pass@2: k is 2 of 3 repetitions · over 2 of 4 cases')
      const once = { ...results, report: { ...results.report, repetitions: 3 } }
      expect(write(once)).toContain('pass^3, pass@3: unknown, for no case was played more than once')
      const whole = { ...repeated.report, suites: [{ name: 'files', cases: 2 }] }
      expect(write({ ...repeated, report: whole })).not.toContain('pass^2, pass@2: ')
    }
  })

  test('what the gate played again is counted beside them', () => {
    for (const write of [markdownReport, evalPage, formats.terminal])
      expect(write(results)).toContain('4/4 trials + 24 played again by the gate')
  })

  test('are told with their intervals, one line a cell', () => {
    const told = ['50 % [9 – 91]', '100 % [34 – 100]']
    expect(markdownReport(repeated)).toContain(`| ${told.join(' | ')} |`)
    for (const each of told) expect(evalPage(repeated)).toContain(`>${each}<`)
    expect(formats.terminal(repeated)).toMatch(/full +50 % \[ 9 – {2}91\] +100 % \[34 – 100\]\n/)
    expect(junitReport(repeated)).toContain('<property name="pass^2" value="0.5"/>')
    expect(junitReport(repeated)).toContain('<property name="pass@2" value="1"/>')
  })
})

describe('what a provider or its model did wrong', () => {
  const categories = [
    ...['malformed', 'unknown tool', 'loop', 'refused'],
    ...['content filter', 'context overflow'],
  ]
  const endings = [
    ...['too many calls', 'call limit', 'step limit', 'refused', 'content filter', 'context overflow'],
  ]
  const errors = ['unreadable answer', 'half an answer']

  test.for(all.filter(([name]) => !['JSON', 'JUnit'].includes(name)))('has its line in %s', ([, write]) => {
    const text = write(troubled)
    for (const each of [...categories, ...endings, ...errors]) expect(text).toContain(`${each} 1`)
    expect(text).toContain('too many calls 2')
    expect(text.toLowerCase()).toContain('ended without an answer')
    expect(text.toLowerCase()).toContain('tear-down failed')
    expect(text.toLowerCase()).toContain('infrastructure errors')
    expect(text).toContain('ended its stream before the answer was complete')
    expect(text).toMatch(/answered with (<|&lt;)html/)
  })

  test('has its number in JSON', () => {
    expect(evalDocument(troubled.report)).toMatchObject({
      summary: {
        categories: expect.arrayContaining(categories.map((category) => ({ category, trials: 1 }))),
        endings: expect.arrayContaining(endings.map((ending) => ({ ending, trials: 1 }))),
        infrastructure_endings: errors.map((ending) => ({ ending, trials: 1 })),
      },
      infrastructure: errors.map((ending) => ({ trials: 1, ending })),
    })
  })

  test('is a failure of its kind in JUnit, or an error, and a property of the suite', () => {
    const xml = junitReport(troubled)
    expect(xml).toContain(
      '<failure message="0 of 1 passed" type="refused">refused: it said &quot;I will not.&quot;</failure>',
    )
    for (const each of categories) expect(xml).toContain(`<property name="failed: ${each}" value="1"/>`)
    for (const each of endings)
      expect(xml).toContain(`<property name="ended without an answer: ${each}" value="1"/>`)
    for (const each of errors) {
      expect(xml).toContain(`<error message="infrastructure error" type="${each}">`)
      expect(xml).toContain(`<property name="infrastructure error: ${each}" value="1"/>`)
    }
  })
})

describe('JUnit', () => {
  const xml = junitReport(results)

  test('counts failures, errors and what was skipped apart, the gate as a suite of its own', () => {
    expect(xml).toContain('<testsuites name="calltrail" tests="5" failures="2" errors="1" time="6.000">')
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1" time="6.000"')
    expect(xml).toContain('<testsuite name="gate" tests="1" failures="1" errors="0" skipped="0"')
    expect(xml).toContain(
      'files/bad passed 42/42 before: 0/3 now, then 0/2 and 0/10 when it was played again',
    )
  })

  test('escapes what was recorded, controls too', () => {
    expect(xml).toContain('&lt;script&gt;')
    expect(xml).not.toMatch(/<script|\u001b|\u202e|\]\]>/)
    expect(xml).toContain('openai:m&lt;1&gt;')
  })
})

describe('JUnit of a run that its budget ended', () => {
  const xml = junitReport(troubled)

  test('has the cases that were not played, as skipped', () => {
    expect(xml).toContain('tests="13" failures="8" errors="2" skipped="2"')
    expect(xml).toMatch(/name="left" time="0.000"><skipped>budget stop<\/skipped>/)
    expect(xml).toContain('<skipped>not judged</skipped>')
    const missing = { ...troubled.report, budgetStops: 0 }
    expect(junitReport({ ...troubled, report: missing })).toContain(
      '<skipped>missing: it was not played</skipped>',
    )
  })

  test('says of a case that was played in part how often it was', () => {
    expect(xml).toMatch(
      /name="good" time="1.500"><system-out>2 trials: 1 passed, 1 stopped by the budget<\/system-out>/,
    )
  })

  test('has model, exposure, tokens and the counts as properties of each suite, and none for what is unknown', () => {
    const found = Object.fromEntries(
      Array.from(xml.matchAll(/<property name="(.+?)" value="(.+?)"\/>/g), ([, name, value]) => [
        name,
        value,
      ]),
    )
    expect(found).toMatchObject({
      ...{ run: '0192', suite: 'files', model: 'openai:m&lt;1&gt;', model_kind: 'language model' },
      ...{ exposure: 'full', definition_tokens: '10', total_tokens: '20', total_tokens_estimated: 'false' },
      ...{ planned: '15', judged: '9', not_judged: '1', infrastructure_errors: '2', budget_stops: '3' },
      ...{ missing: '0', pass_rate: String(1 / 9), violations_per_100: '100' },
    })
    expect(found).not.toHaveProperty('cost_usd')
  })
})

test('a gate says how many cases it had nothing to compare with', () => {
  const told = (nights: number) =>
    (results.report.gate?.cells ?? []).flatMap((cell) => factsOf({ ...cell, newCases: 2, nights }))
  expect(told(14)).toContain('not comparable, judged in no earlier run: 2 cases')
  expect(told(0).join()).not.toContain('not comparable')
})

test('a gate that cries wolf more often than it promises says so, and what to do', () => {
  const said = (falseAlarms: number, low: number) =>
    calibrationSentences({ calibration: { falseAlarms, nights: 1000, low, high: 0.2 } })
  expect(said(50, 0.038)).toMatch(/promised: at most 5 %\.$/)
  expect(said(60, 0.047)).toContain('promised: at most 5 %. That may be more than promised: ')
  expect(said(150, 0.13)).toMatch(/That is more than promised: .*play it again/)
})

test('Markdown says the verdict first, and what was recorded is no markup of it', () => {
  const text = markdownReport(results)
  expect(text.split('\n')[0]).toBe('## calltrail: regressed')
  expect(text).toContain('False alarms: 3.0 % [1.0 % – 8.0 %] of 100 simulated runs')
  expect(text).not.toMatch(/<script|\]\(https|:\/\/|A baseline/)
  const cells = text.split('\n').find((line) => line.startsWith('| files/bad'))
  expect(cells?.match(/\|/g)).toHaveLength(5)
})

test('Markdown and the page say whose run it was, and when', () => {
  const said = 'acme &lt;tools&gt;'
  expect(markdownReport(results)).toContain(`files · ${said} · 2026-11-21 02:30:00 UTC · `)
  expect(evalPage(results)).toMatch(new RegExp(`${said} · run <code>0192[^]*2026-11-21 02:30:00 UTC · 4/4`))
  for (const text of [markdownReport(results), evalPage(results)]) expect(text).not.toContain('/srv')
  const unknown = { ...results, report: { ...results.report, started: null, project: null } }
  for (const text of [markdownReport(unknown), evalPage(unknown)]) expect(text).not.toMatch(/acme|UTC|null/)
})

test('the page loads nothing, runs nothing, and draws its charts itself', () => {
  const page = evalPage(results)
  expect(page).toContain('default-src &#39;none&#39;')
  expect(page).toContain('<svg')
  expect(page).toContain('<span class="badge bad">regressed</span>')
  expect(page).not.toMatch(/<script|<link|src=|url\(|\son[a-z]+=/)
  expect(page).toContain('&lt;script&gt;')
})

test('money in a table stands below money, and a model is named once, above its exposures', () => {
  const [cell] = results.report.summary.cells
  const model = 'baseline:lexical'
  const cells = [0.006, 0.0032, 12.4, null].flatMap((costUsd, index) =>
    cell ? [{ ...cell, model, exposure: `e${index}`, costUsd }] : [],
  )
  const run = { ...results, report: { ...results.report, summary: { ...results.report.summary, cells } } }
  const [text, page] = [formats.terminal(run), evalPage(run)]
  expect(text).toMatch(/e0 .*\$0\.0060 .*\n.*e1 .*\$0\.0032 .*\n.*e2 .*\$12\.4000 .*\n.*e3 .* – /)
  expect(text.replaceAll('\n', ' ')).toContain('USD: per trial.')
  for (const written of [page, markdownReport(run)])
    for (const said of ['$0.0060', 'A baseline is not a language model.']) expect(written).toContain(said)
  expect(page.match(/baseline:lexical \(baseline, not a language model\)/g)).toHaveLength(2)
})

test('tables of the page and of Markdown have intervals and money without padding, and say what their columns are', () => {
  const cells = troubled.report.summary.cells.map((cell) => ({ ...cell, costUsd: 0.2 }))
  const run = { ...troubled, report: { ...troubled.report, summary: { ...troubled.report.summary, cells } } }
  expect(evalPage(run)).toContain('<td class="number">11 % [2 – 43]</td>')
  expect(evalPage(run)).toContain('<td class="number">$0.20</td>')
  expect(markdownReport(run)).toContain('| 11 % [2 – 43] |')
  expect(markdownReport(run)).toContain('| $0.20 |')
  for (const text of [evalPage(run), markdownReport(run)]) expect(text).toContain('F1: of tool selection.')
})

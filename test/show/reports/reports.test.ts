import { describe, expect, test } from 'vitest'
import type { EntryData } from '../../../src/domain/entry.ts'
import type { GateReport } from '../../../src/domain/gate.ts'
import { gradedTrial } from '../../../src/evaluate/graded-trial.ts'
import { summarise } from '../../../src/evaluate/summary.ts'
import { evalPage } from '../../../src/show/reports/eval-page.ts'
import type { EvalResults } from '../../../src/show/reports/eval-results.ts'
import { junitReport } from '../../../src/show/reports/junit.ts'
import { markdownReport } from '../../../src/show/reports/markdown.ts'
import { sarifReport } from '../../../src/show/reports/sarif.ts'

const hostile = `wrong answer: <script>alert("1")</script> & | [x](https://evil.example) \u001b[2J\u202e ]]>`

const trial = (id: string, outcome: EntryData['trial']['outcome'], message: string | null = null) =>
  gradedTrial(
    {
      ...{ run: 'r', trial: `t-${id}`, suite: 'files', case: id, caseHash: '0', tags: [] },
      ...{ model: 'openai:m<1>', modelKind: 'language model', exposure: 'full', repetition: 1, outcome },
      ...{ message, modelTurns: 1, toolCalls: 1, definitionTokens: 10, totalTokens: 20, violations: 1 },
      ...{ retrievalHit: null, durationMs: 1500, stopped: null },
    },
    [],
  )

const trials = [
  trial('good', 'passed'),
  trial('bad', 'failed', hostile),
  trial('unknown', 'not judged'),
  trial('away', 'infrastructure', 'the server is gone'),
]

const passes = { passed: 0, n: 10 }
const gate: GateReport = {
  verdict: 'regressed',
  newest: 'r0',
  calibration: { falseAlarms: 3, nights: 100, low: 0.01, high: 0.08 },
  cells: [
    {
      ...{ model: 'openai:m<1>', exposure: 'full', verdict: 'regressed', shortcomings: [], nights: 14 },
      ...{ comparable: 4, changedTruths: [], newCases: 0, playedAgain: 12, detectableRate: 0.4 },
      trials: { planned: 4, judged: 2, notJudged: 1, infrastructure: 1, missing: 0 },
      ...{ drift: null, driftP: null, hasDrifted: false, isRegressed: true },
      suspects: [
        {
          ...{ case: '["files","bad","0"]', tonight: { passed: 0, n: 3 }, before: { passed: 42, n: 42 } },
          ...{ again: { passed: 0, n: 2 }, fresh: passes, isCleared: false, p: 0.00001, isConfirmed: true },
        },
      ],
    },
  ],
}

const results: EvalResults = {
  trials,
  report: {
    ...{
      run: '0192',
      suites: [{ name: 'files', cases: 4 }],
      models: [],
      exposures: ['full'],
      repetitions: 1,
    },
    ...{ seed: 1, planned: 4, done: 4, state: 'completed', infrastructureErrors: 1, durationMs: 6000 },
    ...{ budgetStops: 0, missing: 0, costUsd: null, denominators: [] },
    ...{ summary: summarise(trials), silent: [], infrastructure: [], drafts: [], misses: [] },
    ...{ gate, exampleChain: null, command: 'calltrail', isStored: false, rescored: null },
  },
  violations: [
    {
      ...{ trial: 't-bad', chain: 'c1', policies: ['read only'], mode: 'observe', resource: 'files/write' },
      reason: hostile,
    },
  ],
  locate: (_, id) => (id === 'bad' ? { file: 'suites/my files.yaml', line: 12, column: 5 } : null),
}

describe('what a provider or its model did wrong', () => {
  const refused = trial('no', 'failed', 'refused: it said "I will not."')
  const all = [...trials, gradedTrial({ ...refused.trial, stopped: 'refused' }, [])]
  const infrastructure = [{ where: 'files', trials: 1, message: 'openai answered with <html>' }]
  const report = { ...results.report, summary: summarise(all), infrastructure }

  test('has its kind in JUnit', () => {
    expect(junitReport({ ...results, trials: all, report })).toContain(
      '<failure message="0 of 1 passed" type="refused">refused: it said &quot;I will not.&quot;</failure>',
    )
  })

  test('has its lines in Markdown', () => {
    const text = markdownReport({ ...results, report })
    expect(text).toContain('\nEnded without an answer: refused 1\n')
    expect(text).toContain('| files/no | 0/1 | refused | it said "I will not." |')
    expect(text).toContain('| files | 1 | openai answered with &lt;html&gt; |')
  })
})

describe('JUnit', () => {
  const xml = junitReport(results)

  test('counts failures, errors and what was skipped apart, the gate as a suite of its own', () => {
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

test('SARIF says which policy, in which case of which file', () => {
  const { runs, version } = JSON.parse(sarifReport(results))
  expect(version).toBe('2.1.0')
  expect(runs[0].tool.driver.rules).toEqual([{ id: 'read only' }])
  expect(runs[0].results).toHaveLength(1)
  expect(runs[0].results[0]).toMatchObject({
    ruleId: 'read only',
    level: 'warning',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'suites/my%20files.yaml' },
          region: { startLine: 12, startColumn: 5 },
        },
      },
    ],
  })
  expect(runs[0].results[0].message.text).not.toContain('\u001b')
})

test('Markdown says the verdict first, and what was recorded is no markup of it', () => {
  const text = markdownReport(results)
  expect(text.split('\n')[0]).toBe('## calltrail: regressed')
  expect(text).toContain('False alarms: 3.0 % [1.0 % – 8.0 %] of 100 simulated runs')
  expect(text).not.toMatch(/<script|\]\(https|:\/\//)
  const cells = text.split('\n').find((line) => line.startsWith('| files/bad'))
  expect(cells?.match(/\|/g)).toHaveLength(5)
})

test('the page loads nothing, runs nothing, and draws its charts itself', () => {
  const page = evalPage(results)
  expect(page).toContain('default-src &#39;none&#39;')
  expect(page).toContain('<svg')
  expect(page).toContain('<span class="badge bad">regressed</span>')
  expect(page).not.toMatch(/<script|<link|src=|url\(|\son[a-z]+=/)
  expect(page).toContain('&lt;script&gt;')
})

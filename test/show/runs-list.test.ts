import { expect, test } from 'vitest'
import { type ListedRun, renderRuns } from '../../src/show/runs-list.ts'
import { terminalOf } from '../../src/show/terminal.ts'

const row: ListedRun = {
  ...{ run: '0192f3aa-0001-7000', started: '2026-11-21 02:30:00', finished: '2026-11-21 02:31:00' },
  ...{
    state: 'completed',
    suites: '[{"name":"files"}]',
    models: '[]',
    exposures: ['full'],
    repetitions: 3,
    seed: '1',
  },
  ...{ planned: 9, done: 9, infrastructure_errors: 0, budget_stops: 0, cost_usd: null, duration_ms: 60_000 },
  ...{
    version: '0.1.0',
    project: 'acme',
    replayed: 0,
    name: null,
    rescores: null,
    graders: 1,
    verdict: null,
    cells: [],
  },
}
const list = (...rows: readonly ListedRun[]) =>
  renderRuns(
    { rows, isWhole: true, command: 'calltrail', home: '/home' },
    terminalOf({ isTTY: false, columns: 120 }, {}),
  ).split('\n')

test('the best cell stands by its name, and nobody takes a baseline for a language model', () => {
  const cell = { model: 'baseline:lexical', model_kind: 'baseline', exposure: 'search', trials: 3 }
  const cells = [{ ...cell, passed: 1, failed: 1, not_judged: 1, infrastructure_errors: 0 }]
  const lines = list({ ...row, cells })
  expect(lines[1]).toMatch(/50 % search × baseline:lexical$/)
  expect(lines[2]).toBe('baseline:… is a baseline, not a language model')
  expect(list({ ...row, cells: cells.map((each) => ({ ...each, model: 'openai:m' })) })[2]).toBe('')
})

test('of a run without a pass, how many infrastructure errors it had is said', () => {
  const [head, first, second] = list({ ...row, infrastructure_errors: 9 }, row)
  expect(head).toMatch(/trials +errors +took/)
  expect(first).toMatch(/files +completed +9 +9 +1 min/)
  expect(second).toMatch(/completed +9 +1 min/)
  expect(list(row)[0]).not.toContain('errors')
})

test('runs that were compared show their verdict, those that grade again whose recordings; else there are no such columns', () => {
  expect(list(row)[0]).not.toMatch(/gate|grades/)
  const [head, first, second] = list(
    { ...row, verdict: 'insufficient data' },
    { ...row, run: '0192f3aa-0002-7000', rescores: row.run },
  )
  expect(head).toMatch(/state +gate +grades again +trials/)
  expect(first).toMatch(/completed +insufficient data +9/)
  expect(second).toMatch(/^0192f3aa-0002 .*completed +0192f3aa-0001 +9/)
})

test('a run stands by what it was called, with its suites, and with what the gate played beyond the plan', () => {
  const [head, first, second, note] = list({ ...row, name: 'nightly-7', replayed: 144 }, { ...row, done: 3 })
  expect(head).toMatch(/^run +started \(UTC\) +suites +state/)
  expect(first).toMatch(/^nightly-7 .* files +completed +9 \+ 144 +1 min/)
  expect(second).toMatch(/^0192f3aa-0001 .* 3\/9 +1 min/)
  expect(note).toBe('trials: of the plan + played again by the gate')
})

test('a pipe gets every column whole; a screen gives up the best cell first, and its suites last', () => {
  const cell = { model: 'anthropic:claude-haiku-4-5', model_kind: 'language model', exposure: 'composite' }
  const judged = { passed: 1, failed: 1, not_judged: 0, infrastructure_errors: 0, trials: 2 }
  const suites = JSON.stringify(['files', 'guard', 'memory', 'small-talk'].map((name) => ({ name })))
  const rows = [
    { ...row, suites, replayed: 144, verdict: 'insufficient data' as const, cells: [{ ...cell, ...judged }] },
  ]
  const shown = (columns: number, isTTY = true) => {
    const terminal = terminalOf({ isTTY, columns }, {})
    const text = renderRuns({ rows, isWhole: true, command: 'calltrail', home: '/h' }, terminal)
    return text.trimEnd().split('\n')
  }
  for (const wide of [shown(80, false), shown(200)])
    expect(wide[1]).toMatch(/memory, small-talk .* 50 % composite × anthropic:claude-haiku-4-5$/)
  expect(shown(130)[1]).toMatch(/memory, small-talk .* 1 min +50 %$/)
  expect(shown(130)[2]).toContain('trials: of the plan + played again by the gate')
  expect(shown(80)).toHaveLength(2)
  expect(shown(80)[1]).toMatch(/ files, gua\S*… +completed +insufficient data/)
  for (const columns of [80, 130, 200])
    for (const line of shown(columns)) expect(line.length).toBeLessThanOrEqual(columns)
})

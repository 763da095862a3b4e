import { expect, test } from 'vitest'
import { renderRuns } from '../../src/show/runs-list.ts'
import { terminalOf } from '../../src/show/terminal.ts'
import type { RunRow } from '../../src/store/queries.ts'

const row: RunRow = {
  ...{ run: '0192f3aa-0001-7000', started: '2026-11-21 02:30:00', finished: '2026-11-21 02:31:00' },
  ...{ state: 'completed', suites: '[]', models: '[]', exposures: ['full'], repetitions: 3, seed: '1' },
  ...{ planned: 9, done: 9, infrastructure_errors: 0, budget_stops: 0, cost_usd: null, duration_ms: 60_000 },
  ...{ version: '0.1.0', project: 'acme', replayed: 0, rescores: null, graders: 1, verdict: null, cells: [] },
}
const list = (...rows: readonly RunRow[]) =>
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
  expect(first).toMatch(/completed +9 +9 +1 min/)
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

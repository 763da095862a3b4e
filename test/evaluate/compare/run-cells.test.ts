import { expect, test } from 'vitest'
import { runCells } from '../../../src/evaluate/compare/run-cells.ts'
import type { RunCellRow } from '../../../src/store/queries.ts'

interface Trial {
  readonly id?: string
  readonly truth?: string
  readonly outcome?: RunCellRow['outcomes'][number]
  readonly turns?: number
  readonly definitions?: number | null
  readonly tokens?: number | null
}

/** As the database gives them. */
const rowOf = (trials: readonly Trial[], more: Partial<RunCellRow> = {}): RunCellRow => ({
  ...{ model: 'openai:m', exposure: 'full', suite: 'files', is_estimate: false },
  cases: trials.map(({ id = 'x' }) => id),
  truths: trials.map(({ truth = 't' }) => truth),
  outcomes: trials.map(({ outcome = 'passed' }) => outcome),
  model_turns: trials.map(({ turns = 1 }) => turns),
  definition_tokens: trials.map(({ definitions = null }) => definitions),
  total_tokens: trials.map(({ tokens = null }) => tokens),
  ...more,
})

test('the repetitions of a case are counted together, infrastructure errors in their own number alone; no tokens are known ones', () => {
  const trials: readonly Trial[] = [
    { outcome: 'failed', turns: 3, tokens: 500 },
    { outcome: 'failed', turns: 2, definitions: 0, tokens: 0 },
    { outcome: 'infrastructure', turns: 7, definitions: 1000, tokens: 900 },
    { outcome: 'not judged', turns: 1, definitions: 10 },
    { outcome: 'passed', turns: 2, definitions: 10, tokens: 400 },
    { outcome: 'passed', turns: 4, definitions: 20, tokens: 600 },
  ]
  expect(runCells([rowOf(trials)], [])[0]?.cases).toEqual([
    {
      ...{ suite: 'files', id: 'x', truth: 't', passed: 2, n: 4, notJudged: 1, infrastructureErrors: 1 },
      ...{ modelTurns: 12, definitionTokens: 10 + 20 + 80, definitionRequests: 9 },
      ...{ totalTokens: 1500, tokenTrials: 4 },
    },
  ])
})

test('cases are told apart by suite, id and truth', () => {
  const first = rowOf([{}, {}, { truth: 'u' }, { id: 'y', truth: 'u' }])
  const second = rowOf([{ id: 'y', truth: 'u' }], { suite: 'other' })
  const [cell, ...others] = runCells([first, second], [])
  expect(others).toEqual([])
  expect(cell?.cases.map(({ suite, id, truth, passed }) => [suite, id, truth, passed])).toEqual([
    ['files', 'x', 't', 2],
    ['files', 'x', 'u', 1],
    ['files', 'y', 'u', 1],
    ['other', 'y', 'u', 1],
  ])
})

test('a cell has the scores of its own, and is an estimate where one of its suites is', () => {
  const slim = { exposure: 'slim' }
  const rows = [rowOf([]), rowOf([], slim), rowOf([], { ...slim, suite: 'other', is_estimate: true })]
  const score = { model: 'openai:m', exposure: 'full', grader: 'selection', value: 0.5 }
  const others = [{ model: 'openai:n' }, slim].map((other) => ({ ...score, ...other, value: 1 }))
  const cells = runCells(rows, [score, ...others])
  expect(cells.map(({ scores, isEstimate }) => [...scores, isEstimate])).toEqual([
    [['selection', 0.5], false],
    [['selection', 1], true],
  ])
})

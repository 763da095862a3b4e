import { expect, test } from 'vitest'
import { runCells } from '../../../src/evaluate/compare/run-cells.ts'
import type { RunCellRow } from '../../../src/store/queries.ts'

type Trial = readonly [
  suite: string,
  id: string,
  truth: string,
  outcome: RunCellRow['outcomes'][number],
  turns: number,
  definitions: number | null,
  tokens: number | null,
  isEstimate: boolean,
]

/** As the database gives them. */
const rowOf = (trials: readonly Trial[]): RunCellRow => ({
  ...{ run: 'a', model: 'openai:m', exposure: 'full' },
  suites: trials.map((trial) => trial[0]),
  cases: trials.map((trial) => trial[1]),
  truths: trials.map((trial) => trial[2]),
  outcomes: trials.map((trial) => trial[3]),
  model_turns: trials.map((trial) => trial[4]),
  definition_tokens: trials.map((trial) => trial[5]),
  total_tokens: trials.map((trial) => trial[6]),
  total_tokens_estimated: trials.map((trial) => trial[7]),
})

const casesOf = (...trials: readonly Trial[]) => runCells('a', [rowOf(trials)], [])[0]?.cases

test('the repetitions of a case are counted together, infrastructure errors in their own number alone', () => {
  const trials: readonly Trial[] = [
    ['files', 'x', 't', 'failed', 3, null, 500, false],
    ['files', 'x', 't', 'infrastructure', 7, 1000, 900, true],
    ['files', 'x', 't', 'not judged', 1, 10, null, false],
    ['files', 'x', 't', 'passed', 2, 10, 400, false],
    ['files', 'x', 't', 'passed', 4, 20, 600, false],
  ]
  expect(casesOf(...trials)).toEqual([
    {
      ...{ suite: 'files', id: 'x', truth: 't', passed: 2, n: 3, notJudged: 1, infrastructureErrors: 1 },
      ...{ modelTurns: 10, definitionTokens: 10 + 20 + 80, definitionRequests: 7 },
      ...{ totalTokens: 1500, tokenTrials: 3, isEstimate: true },
    },
  ])
})

test('cases are told apart by suite, id and truth', () => {
  const trial = (suite: string, id: string, truth: string): Trial => [
    suite,
    id,
    truth,
    'passed',
    1,
    1,
    1,
    false,
  ]
  const names = casesOf(
    trial('a', 'x', 't'),
    trial('a', 'x', 't'),
    trial('a', 'x', 'u'),
    trial('a', 'y', 'u'),
    trial('b', 'y', 'u'),
  )
  expect(names?.map(({ suite, id, truth, passed }) => [suite, id, truth, passed])).toEqual([
    ['a', 'x', 't', 2],
    ['a', 'x', 'u', 1],
    ['a', 'y', 'u', 1],
    ['b', 'y', 'u', 1],
  ])
})

test('of a run are its own cells, each with the scores of its own', () => {
  const cell = rowOf([])
  const score = { run: 'a', model: 'openai:m', exposure: 'full', grader: 'selection', value: 0.5 }
  const others = [{ run: 'b' }, { model: 'openai:n' }, { exposure: 'slim' }].map((other) => ({
    ...score,
    ...other,
    value: 1,
  }))
  const cells = runCells('a', [cell, { ...cell, run: 'b' }], [score, ...others])
  expect(cells.map(({ scores }) => [...scores])).toEqual([[['selection', 0.5]]])
})

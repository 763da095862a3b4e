import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Params, Store } from '../../src/domain/store.ts'
import { runCells } from '../../src/evaluate/compare/run-cells.ts'
import { openHome } from '../../src/journal/home.ts'
import type { NamedRunRow, QueryName, RunCellRow, RunRow, RunScoreRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { all } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let store: Store<QueryName>
const [at, later, latest] = ['07.123456', '08', '09'].map((second) => `2026-11-20 02:14:${second}`)
const run = 'run-1'

function trialRow(trial: string, more: object) {
  return {
    ...{ run, trial, session: trial, at, suite: 'files', tags: [], case: 'x', case_hash: 'a'.repeat(64) },
    ...{
      model: 'openai:m',
      model_kind: 'language model',
      exposure: 'full',
      repetition: 1,
      outcome: 'passed',
    },
    ...{ message: null, model_turns: 2, tool_calls: 1, definition_tokens: 10, total_tokens: 100 },
    ...{ total_tokens_estimated: false, violations: 0, retrieval_hit: null, duration_ms: 1, stopped: null },
    ...more,
  }
}

function scoreRow(trial: string, value: number | null, more: object = {}) {
  return {
    ...{ run, trial, at, grader: 'selection', value, passed: true, reason: '', details: {} },
    ...more,
  }
}

beforeAll(async () => {
  store = await openStore({ home: openHome(folder.path).path })
  const started = { event: 'started', at, suites: '[]', models: '[]', exposures: ['full', 'slim'], seed: 1 }
  await store.append({
    runs: [
      { run, ...started, trials: 1, planned: 4, version: '0', part: '1/2' },
      { run, ...started, at: later, trials: 2, planned: 4, version: '0', part: '2/2' },
      { run, event: 'finished', at: latest, trials: 9, planned: 9, version: '0', part: '2/2' },
      { run: 'unbegun', event: 'finished', at, state: 'completed' },
      { run: 'run-2', ...started, at: '2026-11-21 02:14:07', trials: 3, planned: 1, version: '0' },
    ],
    trials: [
      trialRow('t1', {}),
      trialRow('t2', {
        ...{ at: latest, repetition: 2, outcome: 'failed', definition_tokens: null, total_tokens: null },
      }),
      trialRow('t3', { at: later, case: 'a', total_tokens_estimated: true, outcome: 'infrastructure' }),
      trialRow('t4', { repetition: 3 }),
      trialRow('t5', { suite: 'archive', case_hash: 'b'.repeat(64) }),
      trialRow('t6', { exposure: 'slim', outcome: 'not judged', definition_tokens: 2.5 }),
      trialRow('t7', { run: 'run-2' }),
    ],
    scores: [
      ...[scoreRow('t1', 1), scoreRow('t2', 0), scoreRow('t5', null), scoreRow('t4', 1)],
      ...[
        scoreRow('t3', 1),
        scoreRow('t1', 0.25, { grader: 'arguments' }),
        scoreRow('t6', 1, { grader: 'answer' }),
      ],
      scoreRow('t7', 1, { run: 'run-2' }),
    ],
  })
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

test('the cells of a run hold its planned trials, those of which something is unknown among them, with the scores of those that had no infrastructure error', async () => {
  const params = { run, repetitions: 2 }
  const rows = await all(store.query<RunCellRow>('run_cells', params))
  const scores = await all(store.query<RunScoreRow>('run_cell_scores', params))
  const none = { passed: 0, n: 0, notJudged: 0, infrastructureErrors: 0, modelTurns: 2 }
  const known = { definitionTokens: 20, definitionRequests: 2, totalTokens: 100, tokenTrials: 1 }
  const unknown = { definitionTokens: 0, definitionRequests: 0, totalTokens: 0, tokenTrials: 0 }
  const [first, second] = ['a', 'b'].map((letter) => letter.repeat(16))
  expect(runCells(rows, scores)).toEqual([
    {
      ...{ model: 'openai:m', exposure: 'full', isEstimate: true },
      scores: new Map([
        ['arguments', 0.25],
        ['selection', 0.5],
      ]),
      cases: [
        { suite: 'archive', id: 'x', truth: second, ...none, passed: 1, n: 1, ...known },
        {
          suite: 'files',
          id: 'a',
          truth: first,
          ...none,
          modelTurns: 0,
          infrastructureErrors: 1,
          ...unknown,
        },
        { suite: 'files', id: 'x', truth: first, ...none, ...known, passed: 1, n: 2, modelTurns: 4 },
      ],
    },
    {
      ...{ model: 'openai:m', exposure: 'slim', isEstimate: false, scores: new Map() },
      cases: [
        { suite: 'files', id: 'x', truth: first, ...none, ...known, notJudged: 1, definitionTokens: 5 },
      ],
    },
  ])
})

test('a run is named by the beginning of its id, newest first, with what it was asked for', async () => {
  const named = (params: Params) => all(store.query<NamedRunRow>('runs_named', params))
  const told = { started: '2026-11-20T02:14:07.123456Z', exposures: ['full', 'slim'] }
  expect(await named({ run: 'run-' })).toEqual([
    { run: 'run-2', ...told, started: '2026-11-21T02:14:07.000000Z', repetitions: 3 },
    { run: 'run-1', ...told, repetitions: 2 },
  ])
  expect((await named({ run: 'run-2', limit: 1 })).map((row) => row.run)).toEqual(['run-2'])
})

test('a run whose beginning was lost is told with lists of nothing', async () => {
  const [row] = await all(store.query<RunRow>('runs', { run: 'unbegun' }))
  expect(row).toMatchObject({ run: 'unbegun', started: null, state: 'completed', exposures: [] })
  expect([row?.suites, row?.models].map((text) => JSON.parse(text ?? ''))).toEqual([[], []])
})

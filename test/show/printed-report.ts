import type { Cell } from '../../src/evaluate/cell.ts'
import { type EvalReport, renderEvalReport } from '../../src/show/eval-report.ts'
import { terminalOf } from '../../src/show/terminal.ts'

export const pipe = terminalOf({ isTTY: false, columns: 100 }, {})

export const cell = (model: string, exposure: string, more: Partial<Cell> = {}): Cell => ({
  model,
  modelKind: model.startsWith('baseline:') ? 'baseline' : 'language model',
  exposure,
  passRate: { rate: 0.52, low: 0.44, high: 0.6, n: 44 },
  repeated: [],
  trials: 44,
  notJudged: 0,
  infrastructureErrors: 0,
  selectionF1: 0.64,
  argumentAccuracy: null,
  definitionTokens: 4612,
  totalTokens: 5049,
  totalTokensEstimated: true,
  costUsd: null,
  savingVsFull: null,
  violationsPer100: 1.13,
  retrievalHit: null,
  selectionGivenHit: null,
  turns: 2,
  addedTurns: null,
  ...more,
})

const failure = { category: 'not selected', reason: 'chose files/write, expected files/move' } as const

export const report: EvalReport = {
  run: '0192f3aa-0000-7000-8000-0000000000c1',
  started: '2026-11-21T02:30:00.000000Z',
  project: 'acme',
  suites: [{ name: 'files', cases: 44 }],
  part: null,
  models: [
    { name: 'baseline:lexical', kind: 'baseline' },
    { name: 'openai:gpt-x', kind: 'language model' },
  ],
  exposures: ['full', 'search'],
  repetitions: 1,
  gate: null,
  isStored: false,
  again: { resume: 'eval --resume 0192f3aa a.yaml', anew: 'eval a.yaml', isStopped: false },
  rescored: null,
  seed: 7,
  planned: 176,
  done: 176,
  replayed: 0,
  state: 'completed',
  infrastructureErrors: 0,
  budgetStops: 0,
  missing: 0,
  refusal: null,
  costUsd: 0,
  totals: { planned: 176, judged: 176, notJudged: 0, infrastructureErrors: 0, budgetStops: 0, missing: 0 },
  denominators: [],
  durationMs: 38_000,
  summary: {
    cells: [
      cell('baseline:lexical', 'full'),
      cell('baseline:lexical', 'search', {
        ...{ savingVsFull: 0.91, retrievalHit: 0.8, selectionGivenHit: 0.75, turns: 3.25, addedTurns: 1.25 },
      }),
      cell('openai:gpt-x', 'full', { passRate: { rate: 0.9, low: 0.8, high: 0.95, n: 44 } }),
    ],
    failures: [
      {
        ...{ suite: 'files', case: 'rename-draft', passed: 0, judged: 3 },
        cells: [{ model: 'baseline:lexical', exposure: 'full', passed: 0, judged: 3 }],
        reasons: [{ failure, trials: 3, cells: [{ model: 'baseline:lexical', exposure: 'full' }] }],
      },
    ],
    categories: [{ category: 'not selected', trials: 3 }],
    endings: [],
    infrastructureEndings: [],
  },
  silent: ['baseline:random'],
  infrastructure: [],
  drafts: [],
  misses: [],
  teardowns: [],
  exampleChain: '4bf92f3577b34da6a3ce929d0e0e4736',
  command: 'calltrail',
}

/** As it is printed into a pipe, with what differs from `report`. */
export const lines = (more: Partial<EvalReport> = {}) =>
  renderEvalReport({ ...report, ...more }, pipe).split('\n')

import type { EntryData } from '../../../src/domain/entry.ts'
import type { GateReport } from '../../../src/domain/gate.ts'
import { cellDenominators, sumDenominators } from '../../../src/evaluate/cell-denominators.ts'
import { gradedTrial } from '../../../src/evaluate/graded-trial.ts'
import { summarise } from '../../../src/evaluate/summary.ts'
import type { EvalReport } from '../../../src/show/eval-report.ts'
import type { EvalResults } from '../../../src/show/reports/eval-results.ts'

const hostile = `wrong answer: <script>alert("1")</script> & | [x](https://evil.example) \u001b[2J\u202e ]]>`

const trial = (
  id: string,
  outcome: EntryData['trial']['outcome'],
  message: string | null = null,
  stopped: string | null = null,
) =>
  gradedTrial(
    {
      ...{ run: 'r', trial: `t-${id}`, suite: 'files', case: id, caseHash: '0', tags: [] },
      ...{ model: 'openai:m<1>', modelKind: 'language model', exposure: 'full', repetition: 1, outcome },
      ...{ message, modelTurns: 1, toolCalls: 1, definitionTokens: 10, totalTokens: 20, violations: 1 },
      ...{ retrievalHit: null, durationMs: 1500, stopped },
    },
    [],
  )

export const trials = [
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

const plan = { models: [{ name: 'openai:m<1>', kind: 'language model' }], exposures: ['full'] }

function counted(of: readonly (typeof trials)[number][], planned: number, budgetStops: number) {
  const summary = summarise(of)
  const denominators = cellDenominators({ ...plan, planned, budgetStops }, summary.cells)
  return { summary, denominators, totals: sumDenominators(denominators), planned, budgetStops }
}

export const results: EvalResults = {
  trials,
  unplayed: [],
  report: {
    ...{
      run: '0192',
      started: '2026-11-21T02:30:00.000000Z',
      project: '/srv/acme <tools>',
      suites: [{ name: 'files', cases: 4 }],
      ...plan,
      repetitions: 1,
      part: null,
    },
    ...{ seed: 1, done: 4, replayed: 24, state: 'completed', infrastructureErrors: 1, durationMs: 6000 },
    ...{
      ...counted(trials, 4, 0),
      missing: 0,
      refusal: null,
      costUsd: null,
      silent: [],
      infrastructure: [],
      drafts: [],
      misses: [],
      teardowns: [],
    },
    ...{
      gate,
      exampleChain: null,
      command: 'calltrail',
      isStored: false,
      again: { resume: '', anew: null, isStopped: false },
      rescored: null,
    },
  },
  violations: [
    {
      ...{ trial: 't-bad', chain: 'c1', policies: ['read only'], mode: 'observe', resource: 'files/write' },
      reason: hostile,
    },
  ],
  locate: (_, id) => (id === 'bad' ? { file: 'suites/my files.yaml', line: 12, column: 5 } : null),
}

const providers = [
  trial('good', 'passed', null, 'answered'),
  trial('garbage', 'infrastructure', 'openai answered with <html>It works!</html>', 'unreadable answer'),
  trial(
    'half a stream',
    'infrastructure',
    'openai ended its stream before the answer was complete',
    'half an answer',
  ),
  trial('broken JSON', 'failed', 'malformed: chose files/read (malformed)', 'answered'),
  trial('unknown tool', 'failed', 'unknown tool: chose ghost__tool, expected files/read', 'answered'),
  trial('parallel calls', 'failed', 'too many calls: decided on 400 calls at once', 'too many calls'),
  trial('endless calls', 'failed', 'too many calls: decided on 540 calls in all', 'call limit'),
  trial('endless loop', 'failed', 'loop: called files/read with the same arguments', 'step limit'),
  trial('refusal', 'failed', 'refused: it said "I will not."', 'refused'),
  trial('content filter', 'failed', 'content filter: the provider filtered request 1', 'content filter'),
  trial('context overflow', 'failed', 'context overflow: request 1 was longer', 'context overflow'),
  trial('unknown', 'not judged', null, 'answered'),
]
const errors = providers.flatMap(({ trial }) =>
  trial.outcome === 'infrastructure' ? [{ message: trial.message ?? '', ending: trial.stopped }] : [],
)
const trouble: EvalReport = {
  ...results.report,
  ...counted(providers, 15, 3),
  ...{ gate: null, state: 'budget stop', done: 12, infrastructureErrors: 2 },
  teardowns: [{ suite: 'files', case: 'good', trials: 2, of: 3, notes: [{ note: hostile, trials: 2 }] }],
  infrastructure: errors.map((error) => ({ where: 'files', trials: 1, ...error })),
}

/** A run in which providers did all that they can do wrong, and which its budget ended. */
export const troubled: EvalResults = {
  ...results,
  report: trouble,
  trials: providers,
  violations: [],
  unplayed: ['left', 'good', 'refusal'].map((id, index) => ({
    ...{ suite: 'files', case: id, model: 'openai:m<1>', exposure: 'full', repetition: index === 0 ? 1 : 2 },
  })),
}

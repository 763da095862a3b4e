import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { Cell } from '../../src/evaluate/cell.ts'
import type { Amounts } from '../../src/evaluate/run-budget.ts'
import { type EvalReport, renderEvalReport } from '../../src/show/eval-report.ts'
import { terminalOf } from '../../src/show/terminal.ts'

const pipe = terminalOf({ isTTY: false, columns: 100 }, {})

const cell = (model: string, exposure: string, more: Partial<Cell> = {}): Cell => ({
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

const report: EvalReport = {
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

const lines = (more: Partial<EvalReport> = {}) => renderEvalReport({ ...report, ...more }, pipe).split('\n')

describe('the report of a run', () => {
  test('says what was played, and how it ended', () => {
    expect(lines().slice(0, 2)).toEqual([
      'files · 44 cases × 2 models × 2 exposures = 176 trials · seed 7',
      '176/176 trials · 38 s · 0 infrastructure errors',
    ])
    expect(lines({ state: 'interrupted', done: 3 })[1]).toBe(
      'interrupted · 3/176 trials · 38 s · 0 infrastructure errors',
    )
  })

  test('says why a budget ended it, and the least that would have held one more request', () => {
    const stopped = (spent: number, toPlay: Amounts | null = null) => {
      const refusal = {
        ...{ trialsLeft: 9, toPlay },
        budget: { tokens: 500 },
        spent: { usd: 0, tokens: spent },
        wanted: { usd: 0, tokens: 1480 },
      }
      return lines({ refusal, state: 'budget stop', budgetStops: 176, done: 0 })
        .join(' ')
        .replaceAll(/\s+/g, ' ')
    }
    expect(stopped(0)).toContain(
      'Not even the first request fits: it may take 1,480 tokens, an answer among them, and 500 of 500 are left. It takes --budget-tokens 1480 at least.',
    )
    expect(stopped(400)).toContain('The next request does not fit: it may take 1,480 tokens')
    expect(stopped(400)).toContain('It takes --budget-tokens 1880 at least.')
    const all = (tokens: number) => stopped(400, { usd: 0, tokens })
    expect(all(3600)).toContain(
      '--budget-tokens 1880 at least, and about --budget-tokens 4000 for the 9 trials that are left too (an estimate, by what trials took so far).',
    )
    // Less than one request takes is not enough for nine.
    expect(all(100)).toContain('and about --budget-tokens 1900 for the 9 trials')
    expect(lines({ state: 'budget stop' }).join('\n')).toContain('used up while suspects were played again')
  })

  test('of a shard counts what is in it, and of how much', () => {
    const part = { shards: ['1/3'], ofCases: 44, ofTrials: 528 }
    const shard = { part, suites: [{ name: 'files', cases: 40 }], repetitions: 3, planned: 176 }
    expect(lines(shard).slice(0, 2).join(' ')).toContain(
      'files shard 1/3 · 40 of 44 cases × 2 models × 2 exposures × 3 repetitions · 176 of 528 trials · seed 7',
    )
  })

  test('says whose recordings it grades again, and by which graders and truths they were graded', () => {
    const rescored = {
      run: '0192f3aa-1111',
      graders: { before: 2, now: 3 },
      truths: [
        { suite: 'files', before: '7f3a7f3a7f3a7f3a', now: '91bc91bc91bc91bc' },
        { suite: 'notes', before: 'aaaa', now: 'aaaa' },
      ],
    }
    expect(lines({ rescored }).slice(2, 5).join(' ')).toContain(
      'grades the recordings of 0192f3aa-1111 again · graders 3, then 2 · truths of files 91bc91bc91bc, then 7f3a7f3a7f3a',
    )
    expect(
      lines({ rescored: { ...rescored, graders: { before: 3, now: 3 }, truths: [] } }).join(' '),
    ).toContain('graders 3 as then · the same truths')
  })

  test('has language models first, baselines labelled, unknown as a dash and estimates with a tilde', () => {
    const table = lines().slice(3, 9)
    expect(table.map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['exposure', 'pass [95 %]', 'F1', 'args', 'def. tokens', 'vs full', 'hit', 'all tokens', 'violations'],
      ['openai:gpt-x'],
      ['full', '90 % [80 –  95]', '.64', '–', '~4,612', '–', '–', '~5,049', '1.1'].flatMap((text) =>
        text.split(/\s{2,}/),
      ),
      ['baseline:lexical (baseline, not a language model)'],
      ['full', '52 % [44 –  60]', '.64', '–', '~4,612', '–', '–', '~5,049', '1.1'].flatMap((text) =>
        text.split(/\s{2,}/),
      ),
      ['search', '52 % [44 –  60]', '.64', '–', '~4,612', '−91 %', '.80', '~5,049', '1.1'].flatMap((text) =>
        text.split(/\s{2,}/),
      ),
    ])
  })

  test('never tells a saving without the turns it takes, and how what was found was chosen from', () => {
    expect(
      lines()
        .slice(10, 16)
        .map((line) => line.trim().split(/\s{2,}/)),
    ).toEqual([
      ['exposure', 'turns', 'added turns', 'selected if hit'],
      ['openai:gpt-x'],
      ['full', '2.0', '–', '–'],
      ['baseline:lexical (baseline, not a language model)'],
      ['full', '2.0', '–', '–'],
      ['search', '3.3', '+1.3', '.75'],
    ])
    const alone = { ...report.summary, cells: [cell('openai:gpt-x', 'full')] }
    expect(lines({ summary: alone }).join(' ')).not.toContain('turns')
  })

  test('says where it fails and why, without the model that guesses, and what to type next', () => {
    const text = lines().join('\n')
    expect(text).toContain('Where it fails most (without baseline:random)')
    expect(text).toContain('files/rename-draft  0/3  chose files/write, expected files/move')
    expect(text).toContain(`calltrail runs ${report.run}`)
    expect(text).toContain('calltrail chain 4bf92f3577b34da6')
  })

  test('says what to type next by how it ended', () => {
    const next = (more: Partial<EvalReport>) => lines(more).join('\n').split('\nnext\n')[1]?.split('\n') ?? []
    const resume = '  calltrail eval --resume 0192f3aa a.yaml'
    expect(next({})[0]).toBe(`  calltrail runs ${report.run}`)
    for (const state of ['interrupted', 'time limit', 'unfinished', 'failed'] as const)
      expect(next({ state })[0]).toBe(resume)
    expect(next({ again: { ...report.again, isStopped: true } })[0]).toBe(resume)
    expect(next({ state: 'running' })[0]).toBe(`  calltrail runs ${report.run}`)
    const refusal = {
      ...{ budget: { usd: 1, tokens: 500 }, spent: { usd: 0.5, tokens: 400 } },
      ...{ wanted: { usd: 0.1, tokens: 200 }, trialsLeft: 3 },
    }
    const stopped = (toPlay: { usd: number; tokens: number } | null) =>
      next({ state: 'budget stop', refusal: { ...refusal, toPlay } })[0]
    expect(stopped(null)).toBe(`${resume} --budget-tokens 600`)
    expect(stopped({ usd: 0.3, tokens: 900 })).toBe(`${resume} --budget-tokens 1300`)
    expect(stopped({ usd: 0.9, tokens: 900 })).toBe(`${resume} --budget-tokens 1300 --budget 1.4`)
    expect(next({ infrastructureErrors: 2 })[0]).toBe('  calltrail eval a.yaml')
    expect(next({ infrastructureErrors: 2, state: 'interrupted' }).slice(0, 3)).toEqual([
      ...[resume, expect.any(String), '  calltrail eval a.yaml'],
    ])
    const gate = { verdict: 'regressed', newest: 'r1', cells: [], calibration: null } as const
    expect(next({ gate })[0]).toBe(`  calltrail compare r1 ${report.run}`)
  })

  test('has the reason below a case whose name leaves no room beside it', () => {
    const [first] = report.summary.failures
    const summary = {
      ...report.summary,
      failures: first
        ? [{ ...first, case: 'rename-the-draft-of-the-letter-to-all-members-of-the-association-x' }]
        : [],
    }
    const text = lines({ summary })
    const at = text.findIndex((line) => line.includes('rename-the-draft'))
    expect(text[at]).toMatch(/association-x {2}0\/3$/)
    expect(text[at + 1]).toBe('      chose files/write, expected files/move')
  })

  test('shows infrastructure errors with what was said, and counts them beside the cells', () => {
    const infrastructure = [
      { where: 'files', trials: 4, message: 'server x ended\n  its stderr ends:\n  no disk', ending: null },
    ]
    const summary = { ...report.summary, cells: [cell('openai:gpt-x', 'full', { infrastructureErrors: 4 })] }
    const text = lines({ infrastructure, infrastructureErrors: 4, summary }).join('\n')
    expect(text).toContain('4 infrastructure errors')
    expect(text).toContain('no disk')
    expect(text).toMatch(/violations +errors\n.*\n.* 4\n/)
  })

  test.for([80, 120])('keeps to %d columns, and has no colour in a pipe', (columns) => {
    const long = { category: 'not selected', reason: 'x'.repeat(400) } as const
    const [first] = report.summary.failures
    const summary = {
      ...report.summary,
      failures: first
        ? [{ ...first, reasons: first.reasons.map((each) => ({ ...each, failure: long })) }]
        : [],
    }
    const suites = Array.from({ length: 9 }, (_, index) => ({ name: `suite-number-${index}`, cases: 1 }))
    const terminal = { ...pipe, columns }
    const text = renderEvalReport({ ...report, suites, summary }, terminal).split('\nnext')[0] ?? ''
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    expect(text).toContain('…')
    expect(text).not.toContain('\u001b')
  })

  test('breaks its title between the suites and what is played of them', () => {
    const suites = Array.from({ length: 4 }, (_, index) => ({ name: `suite-number-${index}`, cases: 11 }))
    expect(lines({ suites }).slice(0, 2)).toEqual([
      'suite-number-0, suite-number-1, suite-number-2, suite-number-3',
      '44 cases × 2 models × 2 exposures = 176 trials · seed 7',
    ])
  })

  test('marks tokens that a provider counted as no estimate', () => {
    const counted = cell('openai:gpt-x', 'full', { totalTokensEstimated: false })
    const text = lines({ summary: { ...report.summary, cells: [counted] } }).join('\n')
    expect(text).toMatch(/~4,612 .* 5,049 /)
  })

  test('counts the trials that came to no answer, by how they ended', () => {
    const endings = [
      { ending: 'context overflow', trials: 12 },
      { ending: 'refused', trials: 3 },
    ]
    expect(lines({ summary: { ...report.summary, endings } })).toContain(
      'Ended without an answer: context overflow 12 · refused 3',
    )
  })

  test('hostile names and reasons come out escaped', () => {
    const hostile = '\u001b[2J\u202eevil'
    const text = lines({
      suites: [{ name: hostile, cases: 1 }],
      infrastructure: [{ where: hostile, trials: 1, message: hostile, ending: hostile }],
      summary: {
        cells: [cell(hostile, hostile)],
        failures: [
          {
            ...{ suite: hostile, case: hostile, passed: 0, judged: 1 },
            cells: [{ model: hostile, exposure: hostile, passed: 0, judged: 1 }],
            reasons: [
              {
                failure: { category: 'not selected', reason: hostile },
                ...{ trials: 1, cells: [{ model: hostile, exposure: hostile }] },
              },
            ],
          },
        ],
        categories: [],
        endings: [{ ending: hostile, trials: 1 }],
        infrastructureEndings: [{ ending: hostile, trials: 1 }],
      },
    }).join('\n')
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).toContain('\\x1b[2J\\u202eevil')
  })
})

import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { renderEvalReport } from '../../src/show/eval-report.ts'

import { cell, lines, pipe, report } from './printed-report.ts'

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

  test('says that a budget was used up while suspects were played again', () => {
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
    const counts = {
      planned: 6,
      judged: 2,
      notJudged: 0,
      infrastructureErrors: 0,
      budgetStops: 0,
      missing: 4,
    }
    const part = { missing: 4, denominators: [{ model: 'm', exposure: 'full', ...counts }], rescored }
    const told = lines(part).join('\n')
    expect(told).toContain('the run did not grade them again: 4 trials\n  m · full: 2 of 6 graded')
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

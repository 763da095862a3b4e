import { expect, test } from 'vitest'
import type { Amounts } from '../../src/evaluate/run-budget.ts'
import type { EvalReport } from '../../src/show/eval-report.ts'
import { lines, report } from './printed-report.ts'

test('a report says what to type next by how the run ended', () => {
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

test('a report says why a budget ended the run, and the least that would have held one more request', () => {
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

import { expect, test } from 'vitest'
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
  const besides = 'eval a.yaml --shard 2/3 --run-id 0192f3aa'
  expect(next({ again: { ...report.again, besides } })[0]).toBe(`  calltrail ${besides}`)
  expect(next({ infrastructureErrors: 2 })[0]).toBe('  calltrail eval a.yaml')
  expect(next({ infrastructureErrors: 2, state: 'interrupted' }).slice(0, 3)).toEqual([
    ...[resume, expect.any(String), '  calltrail eval a.yaml'],
  ])
  const gate = { verdict: 'regressed', newest: 'r1', cells: [], calibration: null } as const
  expect(next({ gate })[0]).toBe(`  calltrail compare r1 ${report.run}`)
})

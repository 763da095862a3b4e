import { describe, expect, test } from 'vitest'
import type { PlannedTrial } from '../../src/evaluate/plan.ts'
import { planTrials } from '../../src/evaluate/plan.ts'
import { inShards, parseShard } from '../../src/evaluate/shard.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { calling, caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

const cases = ['a', 'b', 'c'].map((id) => caseOf(id, { calls: [expected('bench/pid')] }))
const suites = [suiteOf('files', ['bench'], cases)]
const models = ['scripted:x', 'scripted:y'].map((name) => scriptedModel(name, calling('bench/pid')))
const plan = { suites, models, exposures: ['full', 'search'], trials: 3, seed: 1 }
const nameOf = ({ testCase, model, exposure, repetition }: PlannedTrial) =>
  [testCase.id, model.name, exposure, repetition].join(' ')

describe('shards', () => {
  test('of a run are the run, each trial in one of them, each cell in all', () => {
    const all = planTrials(plan)
    for (const of of [1, 2, 5, 20]) {
      const shards = Array.from({ length: of }, (_, index) => inShards(all, plan, [{ index: index + 1, of }]))
      expect(shards.flat().map(nameOf).sort()).toEqual(all.map(nameOf).sort())
      const sizes = shards.map(({ length }) => length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(4)
    }
  })

  test('are written as 2/3, and nothing else is one', () => {
    expect(parseShard('2/3')).toEqual({ index: 2, of: 3 })
    for (const wrong of ['0/3', '4/3', '1', '1/0', 'a/b', '1/3/5', '-1/3'])
      expect(() => parseShard(wrong)).toThrow('is no shard')
  })

  test('say in the journal which they are, under one run', async () => {
    const run = '0192f3aa-0000-7000-8000-0000000000c1'
    const of = (index: number) => play({ suites, models, run, shards: [{ index, of: 2 }] })
    const [one, two] = [await of(1), await of(2)]
    expect([one.run.planned, two.run.planned, one.run.state]).toEqual([4, 2, 'completed'])
    expect(one.ofKind('run_started')).toMatchObject([{ run, planned: 6, shard: { index: 1, of: 2 } }])
    expect(one.ofKind('run_started')[0]?.part).not.toBe(two.ofKind('run_started')[0]?.part)
    const played = [one, two].flatMap(({ ofKind }) =>
      ofKind('trial').map((trial) => trial.case + trial.model),
    )
    expect(new Set(played).size).toBe(6)
  })
})

import { expect, test } from 'vitest'
import { planSize, planTrials } from '../../src/evaluate/plan.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { suiteOf } from './suites.ts'
import { testCase } from './transcripts.ts'

const suite = suiteOf('files', ['bench'], [testCase({}), { ...testCase({}), id: 'other' }])
const models = ['scripted:a', 'scripted:b'].map((name) => scriptedModel(name, []))
const plan = { suites: [suite], models, exposures: ['full', 'slim'], trials: 3, seed: 7 }

test('every case meets every model under every exposure, as often as asked', () => {
  const planned = planTrials(plan)
  const keys = planned.map(({ testCase: { id }, model, exposure, repetition }) =>
    [id, model.name, exposure, repetition].join(),
  )
  expect(new Set(keys).size).toBe(24)
  expect(planSize(plan)).toBe(24)
  expect(keys.slice(0, 4)).toEqual([
    'case,scripted:a,full,1',
    'case,scripted:a,slim,1',
    'case,scripted:b,full,1',
    'case,scripted:b,slim,1',
  ])
})

test('models and exposures meet the same seed, repetitions and cases another, and another run another', () => {
  const seeds = planTrials(plan).map(({ seed }) => seed)
  expect(new Set(seeds.slice(0, 4)).size).toBe(1)
  expect(new Set(seeds).size).toBe(6)
  expect(planTrials(plan).map(({ seed }) => seed)).toEqual(seeds)
  expect(planTrials({ ...plan, seed: 8 }).map(({ seed }) => seed)).not.toEqual(seeds)
})

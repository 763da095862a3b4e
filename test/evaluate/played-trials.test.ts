import { expect, test } from 'vitest'
import { noPrices } from '../../src/domain/prices.ts'
import { planTrials } from '../../src/evaluate/plan.ts'
import { knownTrials, playedSoFar } from '../../src/evaluate/played-trials.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'

const cases = ['a', 'b', 'c'].map((id) => caseOf(id, { answer: [{ contains: 'Hi' }] }))
const models = [scriptedModel('scripted:m', [{ text: 'Hi.' }])]
const suites = [suiteOf('files', ['bench'], cases)]
const plan = { suites, models, exposures: ['full'], trials: 1, seed: 1 }

async function playedOnce() {
  const { run, home } = await play({ suites, models })
  const reader = readJournal(home)
  const [recorded] = await findRuns(reader, [run.run])
  if (!recorded) throw new Error('no such run')
  return { run, played: await playedSoFar(reader, recorded, noPrices) }
}

test('a run that is taken up has its trials in the order of the plan', async () => {
  const { run, played } = await playedOnce()
  const second = { ...played, trials: run.trials.slice(1, 2) }
  const again = await play({ suites, models, run: run.run, played: second })
  expect(again.ofKind('trial').map((trial) => trial.case)).toEqual(['a', 'c'])
  expect(again.run.trials.map(({ trial }) => trial.case)).toEqual(['a', 'b', 'c'])
})

test('beyond the plan is what suspects were played for, not what another shard played', async () => {
  const { run, played } = await playedOnce()
  const [a, b, c] = run.trials
  if (!a || !b || !c) throw new Error('not all were played')
  const suspect = { ...b, trial: { ...b.trial, repetition: 2 } }
  const planned = planTrials(plan).slice(0, 2)
  const known = knownTrials(planned, { ...played, trials: [c, suspect, b] })
  expect(known).toEqual({ planned: [null, b], more: [suspect] })
})

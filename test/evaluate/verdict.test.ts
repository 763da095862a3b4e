import { expect, test } from 'vitest'
import { judgeTrial } from '../../src/evaluate/verdict.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { decided, modelTurn, testCase, transcript } from './transcripts.ts'

const judgedWith = { infrastructure: null, redactor: createRedactor(Buffer.alloc(32)), judge: null }
const forbidding = testCase({ forbid: ['files/write'] })
const overflow = { answer: '', stopped: 'context overflow' } as const

test('a request that was turned away passes nothing, not even a case that only forbids', async () => {
  const silent = transcript([modelTurn({ finishReason: 'context_overflow' })], overflow)
  expect(await judgeTrial(forbidding, silent, judgedWith)).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^context overflow: request 1 was longer/),
  })
})

test('a model that reached the limit of its answer before it said anything passes nothing', async () => {
  const silent = transcript([modelTurn({ finishReason: 'length' })], { answer: '', stopped: 'truncated' })
  const message = 'truncated: answer 1 reached the limit of its length'
  expect(await judgeTrial(forbidding, silent, judgedWith)).toMatchObject({ outcome: 'failed', message })
})

test('a turn of too many calls passes nothing either, whatever the calls are', async () => {
  const decisions = Array.from({ length: 101 }, (_, index) => decided(`c${index}`, 'files/read'))
  const flood = transcript([modelTurn({ decisions })], { answer: '', stopped: 'too many calls' })
  expect(await judgeTrial(forbidding, flood, judgedWith)).toMatchObject({
    outcome: 'failed',
    message: 'too many calls: decided on 101 calls at once, 100 at most: files/read',
  })
})

test('where something was said before, the graders decide', async () => {
  const said = transcript([modelTurn({ text: 'Let me see.' }), modelTurn({})], overflow)
  expect(await judgeTrial(forbidding, said, judgedWith)).toMatchObject({ outcome: 'passed' })
  expect(await judgeTrial(forbidding, transcript([modelTurn({})]), judgedWith)).toMatchObject({
    outcome: 'passed',
  })
})

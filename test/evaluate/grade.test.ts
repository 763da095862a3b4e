import { expect, test } from 'vitest'
import type { Transcript } from '../../src/domain/grader.ts'
import type { Expectation } from '../../src/domain/suite.ts'
import { gradeTranscript } from '../../src/evaluate/grade.ts'
import { calling, expected, modelTurn, testCase, transcript } from './transcripts.ts'

const { signal } = new AbortController()
const grade = (expect: Partial<Expectation>, seen: Transcript) =>
  gradeTranscript(testCase(expect), seen, signal)

const read = expected('files/read', { path: { equals: 'a' } })

test('a trial passes when every judge that is asked passes', async () => {
  const { outcome, scores } = await grade(
    { calls: [read], forbid: ['files/write'], answer: [{ contains: 'done' }] },
    calling(['files/read', { path: 'a' }]),
  )
  expect(outcome).toBe('passed')
  expect(scores.map(({ grader }) => grader)).toEqual([
    'selection',
    'arguments',
    'forbidden',
    'answer',
    'tokens',
  ])
})

test('one that fails is enough', async () => {
  expect((await grade({ calls: [read] }, calling(['files/read', { path: 'b' }]))).outcome).toBe('failed')
  expect((await grade({ calls: [read] }, calling())).outcome).toBe('failed')
})

test('what could not be judged is neither passed nor failed', async () => {
  const seen = calling(['files/read', { path: '[redacted:key:1]' }])
  expect((await grade({ calls: [read] }, seen)).outcome).toBe('not judged')
})

test('a failure beats what could not be judged', async () => {
  const seen = calling(['files/read', { path: '[redacted:key:1]' }])
  expect((await grade({ calls: [read], answer: [{ contains: '8080' }] }, seen)).outcome).toBe('failed')
})

test('unknown tokens leave the outcome alone', async () => {
  const seen = transcript([modelTurn({ definitionTokens: null, totalTokens: null, text: 'Done.' })])
  const { outcome, scores } = await grade({ calls: [] }, seen)
  expect(outcome).toBe('passed')
  expect(scores.at(-1)).toMatchObject({ grader: 'tokens', value: null })
})

test('superset needs no call, and then no arguments either', async () => {
  expect((await grade({ calls: [read], match: 'superset' }, calling())).outcome).toBe('passed')
})

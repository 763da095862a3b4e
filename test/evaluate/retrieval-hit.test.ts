import { expect, test } from 'vitest'
import { retrievalHit } from '../../src/evaluate/retrieval-hit.ts'
import { calling, expected, testCase, transcript } from './transcripts.ts'

const { expect: wanted } = testCase({
  calls: [expected('files/write'), expected('files/edit', {}, ['files/move']), expected('memory/delete')],
})
const retrieval = (...tools: string[]) => ({ type: 'retrieval', query: 'q', tools }) as const

test('a tool that any search offered is a hit, and so is its alternative', () => {
  const seen = transcript([retrieval('files/write', 'files/read'), retrieval('files/move')])
  expect(retrievalHit(wanted, seen)).toBeCloseTo(2 / 3, 12)
})

test('a search that found nothing is a miss', () => {
  expect(retrievalHit(wanted, transcript([retrieval()]))).toBe(0)
})

test('without a search, or without an expected call, there is nothing to hit', () => {
  expect(retrievalHit(wanted, calling(['files/write']))).toBeNull()
  expect(retrievalHit(testCase({ calls: [] }).expect, transcript([retrieval('files/read')]))).toBeNull()
})

import { expect, test } from 'vitest'
import { attemptsOf } from '../../../src/evaluate/graders/attempts.ts'
import { callTurn, decided, denial, modelTurn, transcript } from '../transcripts.ts'

test('decisions of one turn that share an id are told apart', async () => {
  const writing = (path: string) => decided('same', 'files/write', { path })
  const [denied, first, second] = [writing('a'), writing('b'), writing('c')]
  const malformed = decided('same', 'files/write', null)
  const seen = transcript([
    modelTurn({ decisions: [malformed, denied, first, second] }),
    denial(denied),
    callTurn(second),
    callTurn(first),
  ])
  const attempts = attemptsOf(seen)
  expect(attempts.map(({ fate, call }) => [fate, call?.arguments])).toEqual([
    ['malformed', undefined],
    ['denied', undefined],
    ['called', { path: 'b' }],
    ['called', { path: 'c' }],
  ])
})

test('so are those that share an id and say the same', async () => {
  const same = decided('same', 'files/write')
  const calls = [callTurn(same), callTurn(same)]
  const attempts = attemptsOf(transcript([modelTurn({ decisions: [same, { ...same }] }), ...calls]))
  expect(attempts.map(({ call }) => call)).toEqual(calls)
  expect(new Set(attempts.map(({ decision }) => decision)).size).toBe(2)
})

import { afterEach, expect, test } from 'vitest'
import { playAgain } from '../../src/cli/play-again.ts'

const { argv } = process
afterEach(() => {
  process.argv = argv
})

function again(words: string, { shard, runId }: { readonly shard?: string; readonly runId?: string } = {}) {
  process.argv = ['node', 'calltrail', ...words.split(' ')]
  const options = { ...(shard !== undefined && { shard }), ...(runId !== undefined && { runId }) }
  return playAgain('0192', ['a.yaml'], options, false)
}

test('a shard names the one after it, under the id of the run', () => {
  expect(again('eval a.yaml --shard 1/3', { shard: '1/3' }).besides).toBe(
    'eval --run-id 0192 a.yaml --shard 2/3',
  )
  expect(again('eval --shard=2/3 1/3 2/3', { shard: '2/3' }).besides).toBe(
    'eval --run-id 0192 --shard=3/3 1/3 2/3',
  )
  expect(again('eval --shard 1/3 -- a.yaml', { shard: '1/3' }).besides).toBe(
    'eval --run-id 0192 --shard 2/3 -- a.yaml',
  )
  expect(again('eval a.yaml --run-id n1 --shard 1/3', { shard: '1/3', runId: 'n1' }).besides).toBe(
    'eval a.yaml --run-id n1 --shard 2/3',
  )
})

test('the last shard names none, and neither does a run without', () => {
  expect(again('eval a.yaml --shard 3/3', { shard: '3/3' })).not.toHaveProperty('besides')
  expect(again('eval a.yaml')).toEqual({ resume: 'eval --resume 0192 a.yaml', anew: 'eval a.yaml' })
})

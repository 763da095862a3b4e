import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { run, temporaryFolder } from './calltrail.ts'

const suite = resolve('suites/quickstart/small-talk.yaml')

test('the shards of a run are of one division, and which of them were begun is said', async () => {
  const setting = { env: { CALLTRAIL_HOME: temporaryFolder() } }
  const play = (...how: readonly string[]) => run(['eval', ...how, suite], setting)
  const planned = ['--run-id=build', '--model=baseline:lexical', '--exposure=full']
  expect((await play(...planned, '--shard=1/2')).code).toBe(0)
  const other = await play(...planned, '--shard=3/3')
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining('the run build was begun here as 1/2'),
  ])
  const rest = await play('--resume=build')
  expect([rest.code, rest.stderr]).toEqual([
    0,
    expect.stringContaining('only 1/2 was begun here; for another'),
  ])
  const whole = await play('--resume=build', '--shard=2/2')
  expect([whole.code, whole.stderr]).toEqual([0, expect.not.stringContaining('was begun here')])
}, 60_000)

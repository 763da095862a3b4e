import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const suite = resolve('suites/quickstart/small-talk.yaml')

test('the shards of a run are of one division, and it is taken up as those that were begun here', async () => {
  const setting = { env: { CALLTRAIL_HOME: temporaryFolder() } }
  const play = (...how: readonly string[]) => runHere(['eval', ...how, suite], setting)
  const planned = ['--run-id=build', '--model=baseline:lexical', '--exposure=full']
  for (const shard of ['1/3', '2/3']) expect((await play(...planned, `--shard=${shard}`)).code).toBe(0)
  const other = await play(...planned, '--shard=4/4')
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining('the run build was begun here as 1/3'),
  ])
  for (const [said, part] of [
    ['--trials=2', 'trials'],
    ['--seed=2', 'seed'],
    ['--exposure=slim', 'exposures'],
  ] as const) {
    const { code, stderr } = await play(...planned, '--shard=3/3', said)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`begun here with other ${part}: its shards`)])
  }
  for (let time = 0; time < 2; time += 1) {
    const { code, stderr } = await play('--resume=build')
    expect([code, stderr]).toEqual([0, expect.stringContaining('only 1/3, 2/3 was begun here; for another')])
    expect(stderr).toContain('nothing was left to play')
  }
  const last = await play(...planned, '--shard=3/3')
  expect([last.code, last.stderr]).toEqual([0, expect.not.stringContaining('was begun here')])
  const { runs } = JSON.parse((await runHere(['runs', '--json'], setting)).stdout)
  expect(runs).toMatchObject([{ name: 'build', state: 'completed', done: 7 }])
}, 90_000)

import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { holdRun } from '../../src/cli/run-lock.ts'
import { temporaryHome } from '../journal/temporary-home.ts'

const shard = (index: number, of = 3) => ({ index, of })
const played = `the run one is being played by process ${process.pid}`

test('a run is held once, whole or by shards that have nothing in common', () => {
  const home = temporaryHome()
  const release = holdRun(home, 'one', null)
  for (const part of [null, shard(1), shard(1, 1)]) expect(() => holdRun(home, 'one', part)).toThrow(played)
  holdRun(home, 'two', null)()
  holdRun(home, 'one-2', null)()
  release()
  const parts = [holdRun(home, 'one', shard(1)), holdRun(home, 'one', shard(2))]
  for (const part of [null, shard(1), shard(1, 2)]) expect(() => holdRun(home, 'one', part)).toThrow(played)
  for (const release of parts) release()
  holdRun(home, 'one', null)()
  expect(readdirSync(home.path).filter((name) => name.startsWith('run-'))).toEqual([])
})

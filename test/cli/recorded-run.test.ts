import { expect, test } from 'vitest'
import { recordedRun } from '../../src/cli/recorded-run.ts'
import { runIdOf } from '../../src/cli/run-id.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { openTestJournal, temporaryHome } from '../journal/temporary-home.ts'

const begun = (run: string) => ({
  ...{ run, suites: [], models: [], exposures: ['full'] },
  ...{ trials: 1, seed: 1, planned: 3, version: '0.1.0' },
})

test('a run is named by its id, the beginning of it, what --run-id gave to its shards, or as the latest that was played', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const named = runIdOf('nightly-7')
  for (const shard of [1, 2])
    journal.append('run_started', null, { ...begun(named), shard: { index: shard, of: 2 } })
  journal.append('run_started', null, begun('aa-1'))
  journal.append('run_started', null, begun('aa-2'))
  journal.append('run_started', null, { ...begun('again'), rescores: 'aa-2' })
  journal.flush()
  const found = async (name: string) => (await recordedRun(readJournal(home), name)).run
  expect(
    await Promise.all(['nightly-7', named, named.slice(0, 9), 'aa-1', 'latest', 'again'].map(found)),
  ).toEqual([...[named, named, named, 'aa-1', 'aa-2', 'again']])
  await expect(found('aa')).rejects.toThrow('aa is the beginning of several runs')
  await expect(found('nightly-8')).rejects.toThrow('no run nightly-8')
})

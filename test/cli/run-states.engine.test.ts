import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTestJournal, temporaryHome } from '../journal/temporary-home.ts'
import { start } from './calltrail.ts'
import { runHere } from './run-here.ts'

const begun = (name: string) => ({
  ...{ run: name, suites: [], models: [], exposures: ['full'] },
  ...{ trials: 1, seed: 1, planned: 3, version: '0.1.0' },
})

test('runs tells one that is under way from one whose process was killed', { timeout: 60_000 }, async () => {
  const home = temporaryHome()
  const [living, killed] = [openTestJournal(home), openTestJournal(home)]
  living.append('run_started', null, begun('run-living'))
  killed.append('run_started', null, begun('run-killed'))
  const shard = { run: 'run-sharded', part: 'one' }
  living.append('run_started', null, { ...begun('run-sharded'), ...shard, shard: { index: 1, of: 2 } })
  const counts = { done: 2, infrastructureErrors: 0, durationMs: 1 }
  living.append('run_finished', null, { ...shard, state: 'completed', ...counts })
  living.flush()
  killed.flush()
  // The note of a process that has gone.
  const { child, ended } = start(['--version'])
  await ended
  const note = join(home.journal, killed.log, 'recorder.json')
  writeFileSync(note, JSON.stringify({ ...JSON.parse(readFileSync(note, 'utf8')), pid: child.pid }))
  expect(readdirSync(home.journal)).toHaveLength(2)

  const env = { CALLTRAIL_HOME: home.path }
  const { stdout } = await runHere(['runs', '--json'], { env })
  const states = JSON.parse(stdout).runs.map((row: { run: string; state: string }) => [row.run, row.state])
  expect(Object.fromEntries(states)).toEqual({
    'run-living': 'running',
    'run-killed': 'unfinished',
    // One shard of two.
    'run-sharded': 'running',
  })
  expect((await runHere(['runs', 'run-living'], { env })).stdout).toContain('running')
})

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { run } from './calltrail.ts'
import { runHere } from './run-here.ts'
import { offline, scheduled } from './scheduled.ts'

const records = 'schedules.json'

test.for<[point: string, at: { file: string; nth: number; when: 'before' | 'after' }]>([
  ['before it has noted what it starts', { file: records, nth: 2, when: 'before' }],
  ['once it has noted what it starts', { file: records, nth: 2, when: 'after' }],
  ['before it has noted what came of it', { file: records, nth: 3, when: 'before' }],
  ['once it has noted what came of it', { file: records, nth: 3, when: 'after' }],
  ['while the evaluation tells its result', { file: '.result.json', nth: 1, when: 'before' }],
])('killed %s, nothing is played twice and nothing is left out', { timeout: 60_000 }, async ([, at]) => {
  const provider = await startOpenAiServer(() => ({ text: 'No tool fits this.' }))
  onTestFinished(() => provider.close())
  const setting = scheduled(offline.replace('baseline:lexical]', 'openai:some]'))
  const env = { ...setting.env, OPENAI_API_KEY: testKey, OPENAI_BASE_URL: `${provider.url}/v1` }
  const hook = pathToFileURL(resolve('test/fixtures/kill-at-rename.mjs'))
  const killed = { NODE_OPTIONS: `--import=${hook}`, KILL_AT: JSON.stringify(at) }
  const first = await run(['schedule', '--once'], { ...setting, env: { ...env, ...killed } })
  expect([first.signal, first.code]).toEqual(at.file === records ? ['SIGKILL', null] : [null, 3])
  const { stdout } = await run(['schedule', '--once', '--json'], { ...setting, env })
  const { runs } = JSON.parse((await runHere(['runs', '--json'], setting)).stdout)
  expect(runs).toMatchObject([{ state: 'completed', done: 7 }])
  expect(provider.requests).toHaveLength(7)
  const { schedules } = JSON.parse(stdout)
  expect(schedules).toMatchObject([{ again: null, running: null, last: { run: runs[0].run } }])
})

import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { run, start, temporaryFolder } from './calltrail.ts'

test('Ctrl-C keeps what is done, says so, and ends with 130', async () => {
  const asked = { resolve: () => {} }
  const hanging = new Promise<void>((resolve) => {
    asked.resolve = resolve
  })
  const provider = await startOpenAiServer((_, nth) => {
    if (nth < 3) return { text: 'No tool fits this.' }
    asked.resolve()
    return new Promise(() => {})
  })
  const env = {
    CALLTRAIL_HOME: join(temporaryFolder(), 'home'),
    OPENAI_API_KEY: testKey,
    OPENAI_BASE_URL: `${provider.url}/v1`,
  }
  const args = ['eval', 'suites/quickstart/small-talk.yaml', '--model', 'openai:slow', '--exposure', 'full']
  const { child, ended } = start([...args, '--concurrency', '1'], { env })
  await Promise.race([hanging, once(child, 'close')])
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  await provider.close()
  expect(code).toBe(130)
  expect(stderr).toContain('what is done is kept')
  expect(stdout).toContain('3/7')
  const { runs } = JSON.parse((await run(['runs', '--json'], { env })).stdout)
  expect(runs).toMatchObject([{ state: 'interrupted', done: 3, planned: 7 }])
}, 40_000)

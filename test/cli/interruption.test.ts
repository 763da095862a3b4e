import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

/** An evaluation whose model answers `answers` times and then hangs; resolves when it does. */
async function startHanging(answers: number, more: Readonly<Record<string, string>> = {}) {
  const asked = { resolve: () => {} }
  const hanging = new Promise<void>((resolve) => {
    asked.resolve = resolve
  })
  const provider = await startOpenAiServer((_, nth) => {
    if (nth < answers) return { text: 'No tool fits this.' }
    asked.resolve()
    return new Promise(() => {})
  })
  onTestFinished(() => provider.close())
  const env = {
    CALLTRAIL_HOME: join(temporaryFolder(), 'home'),
    OPENAI_API_KEY: testKey,
    OPENAI_BASE_URL: `${provider.url}/v1`,
    ...more,
  }
  const args = ['eval', 'suites/quickstart/small-talk.yaml', '--model', 'openai:slow', '--exposure', 'full']
  const { child, ended } = start([...args, '--concurrency', '1'], { env })
  await Promise.race([hanging, once(child, 'close')])
  return { child, ended, env }
}

test('Ctrl-C keeps what is done, says so, and ends with 130', async () => {
  const { child, ended, env } = await startHanging(3)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect(code).toBe(130)
  expect(stderr).toContain('what is done is kept')
  expect(stdout).toContain('3/7')
  const { runs } = JSON.parse((await runHere(['runs', '--json'], { env })).stdout)
  expect(runs).toMatchObject([{ state: 'interrupted', done: 3, planned: 7 }])
}, 40_000)

test('Ctrl-C twice ends at once, and leaves no copy of a workspace behind', async () => {
  const TMPDIR = temporaryFolder()
  const { child, ended } = await startHanging(0, { TMPDIR })
  const copies = () => readdirSync(TMPDIR).filter((name) => name.startsWith('calltrail-'))
  expect(copies()).toHaveLength(1)
  // Stopped, it takes both signals in one turn.
  for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) child.kill(signal)
  expect((await ended).code).toBe(130)
  expect(copies()).toEqual([])
}, 40_000)

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { temporaryFolder } from './calltrail.ts'

interface CellDocument {
  readonly model: string
  readonly exposure: string
  readonly pass_rate: { readonly rate: number; readonly high: number }
  readonly selection_f1: number
  readonly retrieval_hit: number | null
  readonly saving_vs_full: number | null
}

/** What `npm start -- ARGS` runs once all is installed and built. */
const npmStart = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  node(['scripts/start.mjs', ...args], env)

async function node(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env.PATH, TMPDIR: tmpdir(), ...env },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}

test('the quickstart comes out as it must: chance at the bottom, words above it, search cheap', async () => {
  const provider = await startOpenAiServer(() => ({ text: 'Nobody asked me.' }))
  const key = { OPENAI_API_KEY: testKey, OPENAI_BASE_URL: `${provider.url}/v1` }
  const home = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  // Of the four exposures the two that its figures are about: all of them would take twice as long.
  const exposures = ['full', 'search']
  const named = exposures.flatMap((name) => ['--exposure', name])
  const { code, stdout } = await npmStart(['--json', ...named], { ...home, ...key })
  await provider.close()
  expect(code).toBe(0)
  expect(provider.requests, 'a key in the environment is never used unasked').toEqual([])

  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ state: 'completed', planned: 204, done: 204, infrastructure_errors: 0 })
  const cells: readonly CellDocument[] = report.summary.cells
  const cellOf = (model: string, exposure: string) =>
    cells.find((cell) => cell.model === model && cell.exposure === exposure)
  for (const exposure of exposures) {
    const [random, lexical] = [cellOf('baseline:random', exposure), cellOf('baseline:lexical', exposure)]
    expect(random?.pass_rate?.rate, `${exposure}: near chance`).toBeLessThan(0.15)
    expect(random?.selection_f1, `${exposure}: near chance`).toBeLessThan(0.2)
    expect(lexical?.pass_rate?.rate, `${exposure}: above chance`).toBeGreaterThan(
      random?.pass_rate?.high ?? 1,
    )
    expect(lexical?.retrieval_hit === null).toBe(exposure !== 'search')
  }
  const search = cellOf('baseline:lexical', 'search')
  expect(search?.saving_vs_full).toBeGreaterThan(0.9)
  expect(search?.retrieval_hit).toBeGreaterThan(0.4)
  expect(search?.retrieval_hit).toBeLessThan(1)

  // Graded again, every trial comes to what the live grading came to.
  const again = await node(['dist/cli/main.js', 'rescore', report.run, 'suites/quickstart', '--json'], home)
  expect([again.code, again.stderr]).toEqual([0, ''])
  const rescored = {
    of: report.run,
    trials: 204,
    changed: [],
    other_scores: 0,
    unknown_cases: [],
    new_truths: [],
  }
  expect(JSON.parse(again.stdout)).toMatchObject(rescored)
}, 150_000)

test('a model that is named is played beside the baselines, and needs its key', async () => {
  const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  const { code, stderr } = await npmStart(['--model', 'openai:gpt-x'], env)
  expect(stderr).toContain('OPENAI_API_KEY is not set')
  expect(code).toBe(2)
})

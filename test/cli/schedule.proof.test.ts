import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { run, start } from './calltrail.ts'
import { runHere } from './run-here.ts'
import { offline, scheduled, suite } from './scheduled.ts'

/** The address of a listener on loopback that takes JSON. */
async function listener(take: (body: unknown) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    take(await json(request))
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

function filesWith(folder: string, text: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return files.filter((file) => readFileSync(file).includes(text))
}

/** Until it has said so on stderr. */
async function untilSaid(child: ReturnType<typeof start>['child'], what: string): Promise<void> {
  let said = ''
  while (!said.includes(what)) {
    const [chunk] = await Promise.race([once(child.stderr, 'data'), once(child, 'close')])
    if (!Buffer.isBuffer(chunk)) throw new Error(`it ended, and said:\n${said}`)
    said += chunk.toString()
  }
}

test('--once plays what never ran, keeps exit code and verdict, and has nothing to do when asked again', async () => {
  const told: unknown[] = []
  const address = await listener((body) => told.push(body))
  const webhooks = `webhooks: [{ url: "$` + `{HOOK}/T0SECRET", when: always }] }`
  const { cwd, env } = scheduled(offline.replace(/}$/, `, ${webhooks}`))
  const setting = { cwd, env: { ...env, HOOK: address } }
  const { code, stdout, stderr } = await run(['schedule', '--once', '--json'], setting)
  expect([code, stderr]).toEqual([0, expect.stringContaining('nightly: begins, it never ran')])
  const { schedules } = JSON.parse(stdout)
  expect(schedules).toMatchObject([
    { name: 'nightly', last: { cause: 'first', exit_code: 0, verdict: 'insufficient data' } },
  ])
  expect(told).toMatchObject([{ schedule: 'nightly', run: schedules[0].last.run, exit_code: 0 }])
  expect(stdout + stderr).not.toContain('T0SECRET')
  expect(filesWith(env.CALLTRAIL_HOME, 'T0SECRET')).toEqual([])
  const again = await run(['schedule', '--once'], setting)
  expect([again.code, again.stderr]).toEqual([0, ''])
  expect(again.stdout).toContain('insufficient data (exit 0)')
}, 120_000)

test('a suite that is not there is a mistake of the configuration', async () => {
  const setting = scheduled(offline.replace(suite, 'nowhere/*.yaml'))
  const { code, stderr } = await run(['schedule'], setting)
  expect([code, stderr]).toEqual([2, expect.stringContaining('no suite (*.yaml) in')])
})

test.for<[is: string, written: string, said: string]>([
  [
    'an exposure',
    offline.replace('[full]', '[fulll]'),
    'schedules.nightly.exposures: there is no exposure fulll',
  ],
  [
    'a model',
    offline.replace('lexical', 'lexicall'),
    'schedules.nightly.models: Unknown baseline "lexicall"',
  ],
])('%s that is not there is told before its time comes', async ([, written, said]) => {
  const { child, ended } = start(['schedule'], scheduled(written))
  onTestFinished(() => void child.kill('SIGKILL'))
  const { code, stderr } = await ended
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
})

test('a home has one scheduler, and another once that was killed', async () => {
  const setting = scheduled(offline)
  const first = start(['schedule'], setting)
  await untilSaid(first.child, 'keeping nightly')
  const second = await run(['schedule'], setting)
  expect([second.code, second.stderr]).toEqual([
    3,
    expect.stringContaining(`process ${first.child.pid} keeps the schedules`),
  ])
  first.child.kill('SIGKILL')
  await first.ended
  const third = start(['schedule'], setting)
  await untilSaid(third.child, 'keeping nightly')
  third.child.kill('SIGTERM')
  expect((await third.ended).code).toBe(0)
}, 20_000)

test('stopped, it lets the evaluation under way end cleanly, and takes it up the next time', async () => {
  let asked = () => {}
  const hanging = new Promise<void>((resolve) => {
    asked = resolve
  })
  let hangs = true
  const provider = await startOpenAiServer((_, nth) => {
    if (!hangs || nth < 2) return { text: 'No tool fits this.' }
    asked()
    return new Promise(() => {})
  })
  onTestFinished(() => provider.close())
  const setting = scheduled(offline.replace('baseline:lexical]', 'openai:slow], concurrency: 1'))
  const env = { ...setting.env, OPENAI_API_KEY: testKey, OPENAI_BASE_URL: `${provider.url}/v1` }
  const { child, ended } = start(['schedule', '--once'], { ...setting, env })
  await Promise.race([hanging, once(child, 'close')])
  child.kill('SIGTERM')
  expect((await ended).code).toBe(130)
  const { runs } = JSON.parse((await runHere(['runs', '--json'], setting)).stdout)
  expect(runs).toMatchObject([{ state: 'interrupted', done: 2, planned: 7 }])
  const { schedules } = JSON.parse((await run(['schedule', '--list', '--json'], setting)).stdout)
  const [{ run: stopped }] = runs
  expect(schedules).toMatchObject([
    { again: 'first', resume: stopped, running: null, last: { exit_code: 130, run: stopped } },
  ])
  hangs = false
  const before = provider.requests.length
  const { stdout, stderr } = await run(['schedule', '--once', '--json'], { ...setting, env })
  expect(stderr).toContain(`nightly: takes up ${stopped}`)
  expect(JSON.parse(stdout).schedules).toMatchObject([{ resume: null, last: { run: stopped, exit_code: 0 } }])
  expect(provider.requests.length - before).toBe(5)
}, 120_000)

test('one that hangs is ended when its time is up, and everybody is told', async () => {
  const told: unknown[] = []
  const address = await listener((body) => told.push(body))
  const provider = await startOpenAiServer(() => new Promise(() => {}))
  onTestFinished(() => provider.close())
  const hanging = offline.replace('baseline:lexical]', 'openai:slow], timeLimit: 2s')
  const setting = scheduled(hanging.replace(/}$/, `, webhooks: [{ url: "${address}" }] }`))
  const env = { ...setting.env, OPENAI_API_KEY: testKey, OPENAI_BASE_URL: `${provider.url}/v1` }
  const { code, stdout } = await run(['schedule', '--once', '--json'], { ...setting, env })
  expect(code).toBe(3)
  const last = { exit_code: 3, timed_out: true }
  expect(JSON.parse(stdout).schedules).toMatchObject([{ again: null, running: null, last }])
  expect(told).toMatchObject([{ schedule: 'nightly', timed_out: true }])
}, 120_000)

import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runIdOf } from '../../src/cli/run-id.ts'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { run, start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }
const prices = 'prices: { "openai:slow": { input: 1000, output: 2000 } }\n'

/** A folder with a suite of seven cases, and a provider that holds its answers from `hangsAt` on until it is told to let go. */
async function setting(hangsAt: number) {
  const asked = { resolve: () => {} }
  const hanging = new Promise<void>((resolve) => {
    asked.resolve = resolve
  })
  let hangs = true
  const server = await startOpenAiServer((_, nth) => {
    if (!hangs || nth < hangsAt) return { text: 'yes', usage }
    asked.resolve()
    return new Promise(() => {})
  })
  onTestFinished(() => server.close())
  const cwd = temporaryFolder()
  const bench = {
    command: process.execPath,
    args: [join(import.meta.dirname, '../fixtures/mcp/workbench.mjs')],
  }
  writeFileSync(join(cwd, 'mcp.json'), JSON.stringify({ mcpServers: { bench } }))
  writeFileSync(join(cwd, 'calltrail.yaml'), `mcpServers: mcp.json\n${prices}`)
  const cases = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(
    (id) => `  - { id: ${id}, prompt: Is ${id} a letter?, expect: { answer: { contains: 'yes' } } }\n`,
  )
  mkdirSync(join(cwd, 'suites'))
  writeFileSync(
    join(cwd, 'suites/words.yaml'),
    `suite: words\ntoolset: { servers: [bench] }\ncases:\n${cases.join('')}`,
  )
  const env = {
    CALLTRAIL_HOME: join(cwd, 'home'),
    OPENAI_API_KEY: testKey,
    OPENAI_BASE_URL: `${server.url}/v1`,
    TMPDIR: cwd,
  }
  return { server, place: { cwd, env }, hanging, letGo: () => (hangs = false) }
}

async function trialsIn(home: string) {
  const trials: string[] = []
  const journal = readJournal(homeAt(home))
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, 0))
      if (entry.kind === 'trial')
        trials.push(JSON.stringify([entry.data.run, entry.data.case, entry.data.repetition]))
  return trials
}

async function namesIn(home: string) {
  const names: (string | undefined)[] = []
  const journal = readJournal(homeAt(home))
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, 0))
      if (entry.kind === 'run_started') names.push(entry.data.name)
  return names
}

const played = ['eval', 'suites/words.yaml', '--model', 'openai:slow', '--exposure', 'full']

test('a run that was killed is taken up where it was, and nothing is played twice', async () => {
  const { server, place, hanging, letGo } = await setting(5)
  const begun = runIdOf('nightly-7').slice(0, 4)
  const { child, ended } = start(
    [...played, '--concurrency', '2', '--trials', '2', '--run-id', 'nightly-7'],
    place,
  )
  await Promise.race([hanging, once(child, 'close')])
  const beside = await runHere(['eval', '--resume', begun], place)
  expect([beside.code, beside.stderr]).toEqual([
    2,
    expect.stringContaining(`is being played by process ${child.pid}`),
  ])
  child.kill('SIGKILL')
  expect((await ended).signal).toBe('SIGKILL')
  letGo()
  const [before, done] = [server.requests.length, (await trialsIn(place.env.CALLTRAIL_HOME)).length]
  expect(done).toBeGreaterThanOrEqual(4)
  const changed = await runHere(['eval', '--resume', begun, '--model', 'baseline:lexical'], place)
  expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('leave out --model')])

  const both = await Promise.all([1, 2].map(() => run(['eval', '--resume', begun, '--json'], place)))
  const [first = both[0], second] = both.sort((a, b) => Number(a.code) - Number(b.code))
  // One of them, or, where it came once the other had ended, nothing to play.
  if (second?.code !== 0)
    expect([second?.code, second?.stderr]).toEqual([
      2,
      expect.stringMatching(/is being played by process \d+/),
    ])
  expect(first?.code).toBe(0)
  const report = JSON.parse(first?.stdout ?? '')
  expect(report).toMatchObject({ state: 'completed', planned: 14, done: 14, missing: 0, repetitions: 2 })
  expect(server.requests.length - before).toBe(14 - done)
  const trials = await trialsIn(place.env.CALLTRAIL_HOME)
  expect(trials).toHaveLength(14)
  expect(new Set(trials).size).toBe(14)
  // 1,000 tokens in, 100 out; those that the killed process was waiting for are not known.
  expect(report.cost_usd).toBeCloseTo(14 * 1.2)
  expect(report.summary.cells[0].cost_usd).toBeCloseTo(1.2)

  // Both parts of it have its name.
  const names = await namesIn(place.env.CALLTRAIL_HOME)
  expect([names.length > 1, new Set(names)]).toEqual([true, new Set(['nightly-7'])])
  const { runs } = JSON.parse((await runHere(['runs', '--json'], place)).stdout)
  expect(runs).toMatchObject([
    { run: report.run, name: 'nightly-7', state: 'completed', done: 14, planned: 14, replayed: 0 },
  ])
  const again = JSON.parse((await runHere(['runs', report.run, '--json'], place)).stdout)
  expect(again).toMatchObject({ summary: report.summary, cost_usd: report.cost_usd })
  expect((await runHere(['audit', 'verify'], place)).code).toBe(0)
}, 60_000)

test('a budget ends a run cleanly, with a denominator of its own, and what is left can be played', async () => {
  const { server, place, letGo } = await setting(0)
  letGo()
  const files = ['--json', '--report', 'junit=junit.xml']
  const capped = await run(
    [...played, '--concurrency', '1', '--budget', '4.5', '--no-stream', ...files],
    place,
  )
  const report = JSON.parse(capped.stdout)
  expect(capped.code).toBe(0)
  expect(report).toMatchObject({ state: 'budget stop', missing: 0, infrastructure_errors: 0 })
  expect(report.done + report.budget_stops).toBe(7)
  expect(report.budget_stops).toBeGreaterThan(0)
  expect(report.done).toBe(server.requests.length)
  expect(report.cost_usd).toBeLessThanOrEqual(4.5)
  expect(report.denominators).toEqual([
    expect.objectContaining({ planned: 7, judged: report.done, budget_stops: report.budget_stops }),
  ])
  const junit = readFileSync(join(place.cwd, 'junit.xml'), 'utf8')
  expect(junit.match(/<skipped>budget stop<\/skipped>/g)).toHaveLength(report.budget_stops)
  const shown = (await runHere(['runs', report.run], place)).stdout
  expect(shown).toContain(`Not judged, for the budget is used up: ${report.budget_stops} trial`)

  const again = await runHere(['eval', '--resume', report.run, '--json'], place)
  expect(again.stderr).toContain('the budget of the run holds on: 4.5 USD\n')
  expect(JSON.parse(again.stdout)).toMatchObject({ state: 'budget stop', done: report.done })
  const more = ['eval', '--resume', report.run, '--budget', '20', '--json']
  const rest = JSON.parse((await runHere(more, place)).stdout)
  expect(rest).toMatchObject({ run: report.run, state: 'completed', done: 7, budget_stops: 0 })
  expect(rest.cost_usd).toBeCloseTo(7 * 1.2)
  // As it began, without saying --no-stream again.
  expect(server.requests.map(({ stream }) => stream === true)).toEqual(Array(7).fill(false))
  const nothing = await runHere(['eval', '--resume', 'latest', '--json'], place)
  expect([nothing.code, nothing.stderr]).toEqual([0, expect.stringMatching(/nothing was left to play\n$/)])
  const still = JSON.parse(nothing.stdout)
  expect(still).toMatchObject({ run: report.run, done: 7, summary: rest.summary, cost_usd: rest.cost_usd })
  expect(still.duration_ms).toBeGreaterThan(rest.duration_ms)
  const unpriced = await runHere([...played, '--model', 'openai:other', '--budget', '1'], place)
  expect([unpriced.code, unpriced.stderr]).toEqual([
    2,
    expect.stringContaining('the price of openai:other is not known'),
  ])
}, 60_000)

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbeddingsServer } from '../fixtures/providers/embeddings-server.ts'
import { fixture } from '../tools/servers.ts'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

/** Of one text, in US dollars: 40 tokens, as the server counts. */
const ofText = 0.04
const price = 'prices: { "openai:small": { input: 1000, output: 0 } }\n'
const played = [
  'eval',
  'suites/s.yaml',
  '--model',
  'baseline:lexical',
  '--exposure',
  'search',
  '--concurrency',
  '1',
]

/** Four cases that are searched for once each; nobody but the embeddings is paid. */
async function setting(prices: string) {
  const server = await startEmbeddingsServer((text) => [text.length, 1])
  onTestFinished(() => server.close())
  const cwd = temporaryFolder()
  const { command, args } = fixture('workbench.mjs')
  const servers = `mcpServers: ${JSON.stringify({ bench: { command, args } })}\n`
  writeFileSync(join(cwd, 'calltrail.yaml'), `${servers}embeddings: openai:small\n${prices}`)
  const cases = ['a', 'b', 'c', 'd'].map(
    (id) =>
      `  - { id: ${id}, prompt: "Echo the title \\"${id}\\".", expect: { calls: [{ tool: bench/echo }] } }\n`,
  )
  mkdirSync(join(cwd, 'suites'))
  writeFileSync(
    join(cwd, 'suites/s.yaml'),
    `suite: s\ntoolset: { servers: [bench] }\ncases:\n${cases.join('')}`,
  )
  return { server, place: { cwd, env: { ...server.env, CALLTRAIL_HOME: join(cwd, 'home') } } }
}

test('runs, rescore and a run that is taken up say of embeddings what eval said', async () => {
  const { server, place } = await setting(price)
  const json = async (...args: string[]) => JSON.parse((await runHere([...args, '--json'], place)).stdout)
  const sent = () => server.requests.reduce((sum, { length }) => sum + length, 0)
  const whole = await json(...played)
  const [tools = 0, ...queries] = server.requests.map(({ length }) => length)
  expect(queries).toEqual([1, 1, 1, 1])
  expect(whole.cost_usd).toBeCloseTo(sent() * ofText)
  // Two queries fit, beside the tools, and less than a third.
  const budget = (tools + 2) * ofText + 0.002
  const capped = await json(...played, '--budget', `${budget}`)
  expect(capped).toMatchObject({ state: 'budget stop', done: 2, budget_stops: 2, infrastructure_errors: 0 })
  expect(capped.cost_usd).toBeCloseTo((tools + 2) * ofText)
  expect(capped.summary.cells[0].cost_usd).toBeCloseTo(ofText)
  expect(await json('runs', capped.run)).toMatchObject({ cost_usd: capped.cost_usd, summary: capped.summary })

  const rest = await json('eval', '--resume', capped.run, '--budget', '5')
  expect(rest).toMatchObject({ run: capped.run, state: 'completed', done: 4 })
  // The servers were started anew, and their tools embedded anew.
  expect(rest.cost_usd).toBeCloseTo((2 * tools + 4) * ofText)
  expect(sent() * ofText).toBeCloseTo(whole.cost_usd + rest.cost_usd)
  const { runs } = await json('runs')
  expect(runs).toMatchObject([{ run: capped.run, cost_usd: rest.cost_usd }, { cost_usd: whole.cost_usd }])
  const { run: again } = await json('rescore', capped.run)
  expect((await json('runs', again)).summary.cells).toMatchObject([
    { cost_usd: rest.summary.cells[0].cost_usd },
  ])
}, 60_000)

test('embeddings without a price make a cost unknown, and refuse a budget in dollars', async () => {
  const { place } = await setting('')
  const { code, stdout } = await runHere(played, place)
  expect([code, stdout]).toEqual([0, expect.stringContaining('cost unknown')])
  const refused = await runHere([...played, '--budget', '1'], place)
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('the price of openai:small is not known'),
  ])
  // No exposure asks them, so their key and their price are not missed.
  const env = { CALLTRAIL_HOME: place.env.CALLTRAIL_HOME }
  const full = ['eval', 'suites/s.yaml', '--model', 'baseline:lexical', '--exposure', 'full', '--budget', '1']
  expect((await runHere(full, { ...place, env })).code).toBe(0)
}, 60_000)

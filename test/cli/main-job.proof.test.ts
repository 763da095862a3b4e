import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { openStore } from '../../src/store/stores.ts'
import { startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { type Handler, type ProviderServer, testKey } from '../fixtures/providers/provider-server.ts'
import { journalLines, storedLines } from '../store/recorded-home.ts'
import { type Ended, run } from './calltrail.ts'

// The whole way, as a user goes it: real servers, both wire formats, the embedded engine, the built program.
let home: string
let providers: readonly ProviderServer[]
let ended: Ended

/** A model that reads config.yaml, whatever it is asked. */
const reader: Handler = ({ messages }) => {
  const turns = Array.isArray(messages) ? messages.length : 0
  if (turns > 1) return { text: 'It listens on port 8080.' }
  const args = JSON.stringify({ path: 'config.yaml' })
  return { calls: [{ id: 'call_abc', name: 'filesystem__read_text_file', arguments: args }] }
}

const env = () => ({
  CALLTRAIL_HOME: home,
  OPENAI_API_KEY: testKey,
  OPENAI_BASE_URL: `${providers[0]?.url}/v1`,
  ANTHROPIC_API_KEY: testKey,
  ANTHROPIC_BASE_URL: `${providers[1]?.url}`,
})

beforeAll(async () => {
  home = join(mkdtempSync(join(tmpdir(), 'calltrail-job-')), 'home')
  providers = await Promise.all([startOpenAiServer(reader), startAnthropicServer(reader)])
  const models = ['openai:gpt-test', 'anthropic:claude-test', 'baseline:lexical'].flatMap((name) => [
    '--model',
    name,
  ])
  const args = [
    'eval',
    'suites/quickstart/guard.yaml',
    ...models,
    '--exposure',
    'full',
    '--exposure',
    'search',
  ]
  ended = await run([...args, '--json'], { env: env() })
}, 60_000)
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.close()))
  rmSync(join(home, '..'), { recursive: true })
})

async function json(...args: readonly string[]) {
  const { code, stdout, stderr } = await run([...args, '--json'], { env: env() })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

describe('eval', () => {
  test('ends with 0 and prints one JSON document', () => {
    expect(ended.code).toBe(0)
    const report = JSON.parse(ended.stdout)
    expect(report).toMatchObject({ state: 'completed', planned: 42, done: 42 })
    expect(report.summary.cells).toHaveLength(6)
  })

  test('keeps keys out of everything that it writes', async () => {
    const lines = Object.values(await journalLines(readJournal(homeAt(home)))).flat()
    expect(lines.length).toBeGreaterThan(300)
    expect(lines.filter((line) => line.includes(testKey))).toEqual([])
  })
})

test('a disk that refuses the journal is told, and costs the exit code', async () => {
  const aside = join(home, '..', 'aside')
  const server = await startClickHouseHttp({ directory: join(home, '..', 'aside-server') })
  const suite = ['suites/quickstart/guard.yaml', '--model', 'baseline:lexical', '--exposure', 'full']
  const lossy = await run(['eval', ...suite, '--json'], {
    env: { ...env(), CALLTRAIL_HOME: aside, CLICKHOUSE_URL: `${server.url}/calltrail` },
    through: ['bash', '-c', 'ulimit -S -f 16; exec "$@"', 'limited'],
  })
  await server.close()
  expect(JSON.parse(lossy.stdout)).toMatchObject({ state: 'completed', done: 7, infrastructure_errors: 0 })
  expect(lossy.stderr).toMatch(/file too large|EFBIG/i)
  expect(lossy.code).toBe(3)
})

describe('what was recorded', () => {
  test('is open to its owner alone: folders 0700, files 0600', () => {
    const kept = readdirSync(home, { recursive: true, withFileTypes: true })
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
    const open = kept.filter((entry) => modeOf(join(entry.parentPath, entry.name)).slice(1) !== '00')
    expect(open.map(({ name }) => name)).toEqual([])
    expect(modeOf(home)).toBe('700')
    expect(kept.length).toBeGreaterThan(50)
  })

  test('entries of the journal and rows of the database are equal, both ways, and not none', async () => {
    const store = await openStore({ home })
    try {
      const [journal, stored] = [await journalLines(readJournal(homeAt(home))), await storedLines(store)]
      expect(Object.keys(journal).length).toBeGreaterThan(0)
      expect(stored).toEqual(journal)
    } finally {
      await store.close()
    }
  })

  test('runs shows the run, and runs RUN its report, as eval gave it', async () => {
    const { runs } = await json('runs')
    expect(runs).toHaveLength(1)
    const report = JSON.parse(ended.stdout)
    expect(runs[0]).toMatchObject({ run: report.run, state: 'completed', planned: 42, done: 42 })
    const again = await json('runs', report.run.slice(0, 20))
    expect(again.summary).toEqual(report.summary)
  })

  test('CLICKHOUSE_URL reads the same runs from a server, filled from the same journal', async () => {
    const server = await startClickHouseHttp({
      directory: join(home, '..', 'server'),
      user: 'ct',
      password: 'p@ss',
    })
    const CLICKHOUSE_URL = `${server.url}/calltrail`
    const user = { CLICKHOUSE_USER: 'ct', CLICKHOUSE_PASSWORD: 'p@ss' }
    const there = await run(['runs', '--json'], { env: { ...env(), CLICKHOUSE_URL, ...user } })
    const refused = await run(['runs'], {
      env: { ...env(), CLICKHOUSE_URL, CLICKHOUSE_USER: 'ct', CLICKHOUSE_PASSWORD: 'x' },
    })
    await server.close()
    const gone = await run(['runs'], { env: { ...env(), CLICKHOUSE_URL, ...user } })
    expect(JSON.parse(there.stdout)).toEqual(await json('runs'))
    expect([refused.code, gone.code]).toEqual([3, 3])
    expect(refused.stderr).toContain('ct')
    expect(gone.stderr).toContain(new URL(server.url).host)
    for (const { stderr } of [refused, gone]) expect(stderr).not.toContain('p@ss')
  })

  test('chains finds the calls of a model, and chain shows prompt, decision, policy, call and response', async () => {
    const { chains } = await json('chains', '--tool', 'read_text_file', '--limit', '100')
    const anthropic = chains.find(({ models }: { models: string[] }) =>
      models.includes('anthropic:claude-test'),
    )
    const { spans } = await json('chain', anthropic.chain.slice(0, 12))
    const kinds = spans.map(({ kind }: { kind: string }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['model', 'decision', 'policy', 'tool']))
    const tool = spans.find(({ kind }: { kind: string }) => kind === 'tool')
    expect(tool).toMatchObject({
      name: 'filesystem/read_text_file',
      outcome: 'ok',
      user: 'quickstart',
      tier: 1,
    })
    expect(tool.output).toContain('port: 8080')
  })

  test('prompts are the words of the suite', async () => {
    const { chains } = await json('chains', '--limit', '100')
    const suite = readFileSync('suites/quickstart/guard.yaml', 'utf8')
    expect(chains).toHaveLength(42)
    for (const { prompt } of chains) expect(suite).toContain(prompt)
  })
})

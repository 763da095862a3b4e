import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evalReports } from '../../src/cli/eval-reports.ts'
import { UsageError } from '../../src/errors.ts'
import { gradersVersion } from '../../src/evaluate/graders/graders.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { type ProviderServer, testKey } from '../fixtures/providers/provider-server.ts'
import { writeEarlierRuns } from './earlier-runs.ts'
import { runHere } from './run-here.ts'

// A model on loopback that answers as it is asked to, but for a case that it has forgotten: the whole way, with the real engine.
const folder = mkdtempSync(join(tmpdir(), 'calltrail-gate-'))
const cases = ['one', 'two', 'three', 'four', 'five', 'six']
let provider: ProviderServer

beforeAll(async () => {
  provider = await startOpenAiServer(({ messages }) => {
    const asked = JSON.stringify(messages)
    const text = asked.includes('forget') && asked.includes('three') ? 'no idea' : 'yes, certainly'
    return { text, usage: { prompt_tokens: 70, completion_tokens: 10, total_tokens: 80 } }
  })
})
afterAll(async () => {
  await provider.close()
  rmSync(folder, { recursive: true })
})

interface Night {
  readonly name: string
  readonly earlier: number
  /** Runs of another project with a suite of the same name. */
  readonly elsewhere?: number
  /** Earlier runs that name no project, as older versions recorded them. */
  readonly unnamed?: number
  /** What the prompts ask of the model. */
  readonly prompt?: string
  readonly flags?: readonly string[]
}

/** One night after so many; the provider's mood is in the prompts. */
async function night({
  name,
  earlier,
  elsewhere = 0,
  unnamed = 0,
  prompt = 'Answer yes',
  flags = ['--gate'],
}: Night) {
  const place = join(folder, name)
  mkdirSync(place)
  const workbench = join(import.meta.dirname, '../fixtures/mcp/workbench.mjs')
  const server = { command: process.execPath, args: [workbench] }
  writeFileSync(join(place, 'mcp.json'), JSON.stringify({ mcpServers: { bench: server } }))
  const prices = 'prices: { "openai:gpt-x": { input: 1000, output: 3000 } }'
  writeFileSync(join(place, 'calltrail.yaml'), `mcpServers: mcp.json\n${prices}\n`)
  const lines = cases.map(
    (id) => `  - { id: ${id}, prompt: ${prompt} to ${id}., expect: { answer: { contains: 'yes' } } }\n`,
  )
  const home = join(place, 'home')
  const model = 'openai:gpt-x'
  const suite = `suite: words\ntoolset: { servers: [bench] }\ncases:\n${lines.join('')}`
  writeFileSync(join(place, 'words.yaml'), suite)
  const before = { home, folder: place, suite: 'words.yaml', model, trials: 3 }
  if (elsewhere > 0) await writeEarlierRuns({ ...before, runs: elsewhere, project: 'example.org/other' })
  if (unnamed > 0) await writeEarlierRuns({ ...before, runs: unnamed, project: '' })
  await writeEarlierRuns({ ...before, runs: earlier })
  const env = {
    ...{ CALLTRAIL_HOME: home, OPENAI_BASE_URL: `${provider.url}/v1`, OPENAI_API_KEY: testKey },
    GITHUB_STEP_SUMMARY: join(place, 'summary.md'),
  }
  const command = (...args: readonly string[]) => runHere(args, { cwd: place, env })
  const ended = await command(
    'eval',
    'words.yaml',
    '--model',
    model,
    '--exposure',
    'full',
    ...flags,
    '--json',
  )
  return { ...ended, report: JSON.parse(ended.stdout || '{}'), command }
}

describe('a night', () => {
  test('on which the model has forgotten a case is found, named, and ends with 1', async () => {
    const { code, report, command } = await night({
      name: 'forgot',
      earlier: 14,
      prompt: 'Do not forget yes',
      flags: [
        '--gate',
        ...['junit=junit.xml', 'html=run.html', 'sarif=run.sarif'].flatMap((to) => ['--report', to]),
      ],
    })
    expect(code).toBe(1)
    const [cell] = report.gate.cells
    expect(report.gate.verdict).toBe('regressed')
    expect(cell).toMatchObject({ verdict: 'regressed', nights: 14, comparable: 6, played_again: 12 })
    expect(cell.suspects).toEqual([
      expect.objectContaining({
        tonight: { passed: 0, n: 3 },
        before: { passed: 42, n: 42 },
        again: { passed: 0, n: 2 },
        fresh: { passed: 0, n: 10 },
        is_confirmed: true,
      }),
    ])
    // What was played again is in the journal, and in no rate.
    expect(report).toMatchObject({ done: 18, planned: 18, replayed: 12 })
    expect(report.summary.cells[0].pass_rate).toMatchObject({ n: 18, rate: 15 / 18 })
    const again = JSON.parse((await command('runs', report.run, '--json')).stdout)
    expect(again.summary).toEqual(report.summary)
    expect(again).toMatchObject({ replayed: 12, started: report.started, project: report.project })
    // Ten cents for each of 18 trials, and for each of the 12 that were played again.
    expect([report.cost_usd, again.cost_usd]).toEqual([3, 3])
    const { runs } = JSON.parse((await command('runs', '--json')).stdout)
    expect(runs[0]).toMatchObject({ done: 18, replayed: 12, name: null, cells: [{ trials: 18, passed: 15 }] })
    const written = (file: string) => readFileSync(join(folder, 'forgot', file), 'utf8')
    expect(written('junit.xml')).toContain('words/three passed 42/42 before: 0/3 now, then 0/2 and 0/10')
    expect(written('run.html')).toContain('<span class="badge bad">regressed</span>')
    expect(JSON.parse(written('run.sarif')).runs[0].results).toEqual([])
    expect(written('summary.md')).toMatch(/^## calltrail: regressed\n/)
    expect(written('summary.md')).toContain('18/18 trials + 12 played again by the gate')
    const compared = JSON.parse((await command('compare', runs[1].run, 'latest', '--json')).stdout)
    expect(compared.b.gate).toEqual({ verdict: 'regressed', cases: ['words/three'] })
    expect(compared.cells).toMatchObject([
      {
        verdict: 'no difference seen',
        changed: [{ case: 'three', a: { passed: 3, n: 3 }, b: { passed: 0, n: 3 } }],
      },
    ])
    const sameNight = ['eval', 'words.yaml', '--model', 'openai:gpt-x', '--exposure', 'full', '--gate']
    const next = await command(...sameNight)
    expect([next.code, next.stdout]).toEqual([
      1,
      expect.stringMatching(/words\/three passed 42\/42 before[\s\S]+regressed in 1 earlier run/),
    ])
    const graded = JSON.parse((await command('rescore', report.run, 'words.yaml', '--json')).stdout)
    const rescored = JSON.parse((await command('runs', graded.run, '--json')).stdout)
    expect([graded.trials, rescored.done, rescored.planned, rescored.replayed]).toEqual([30, 18, 18, 12])
  })

  test('like the others passes, and says what it would have seen and how often it cries wolf', async () => {
    const same = { name: 'same', earlier: 4, unnamed: 10, flags: ['--strict-gate'] }
    const { code, report } = await night(same)
    expect(code).toBe(0)
    expect(report.gate.cells[0].nights).toBe(14)
    expect(report.gate).toMatchObject({ verdict: 'pass', calibration: { false_alarms: expect.any(Number) } })
    const [cell] = report.gate.cells
    expect(cell).toMatchObject({ shortcomings: [], suspects: [], played_again: 0, changed_truths: [] })
    expect(cell.detectable_rate).toBeGreaterThan(0.3)
    expect(cell.drift.detectable).toBeGreaterThan(0)
  })

  test('with too little history of its own project is told so, and fails where the gate is strict', async () => {
    const few = await night({ name: 'few', earlier: 2, elsewhere: 6, flags: ['--strict-gate'] })
    expect([few.code, few.report.gate.verdict]).toEqual([1, 'insufficient data'])
    expect(few.report.gate.cells[0].shortcomings).toEqual([{ kind: 'few nights', nights: 2, needed: 5 }])
    expect(few.stderr).toContain('6 runs of example.org/other; this is')
    const { runs } = JSON.parse((await few.command('runs', '--json')).stdout)
    const args = ['words.yaml', '--model', 'openai:gpt-x', '--exposure', 'full', '--gate']
    const other = await few.command('eval', ...args, '--baseline', runs.at(-1).run)
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('is a run of example.org/other, and this is'),
    ])
  })
})

test('a baseline that is not there ends with 2 before any model is asked', async () => {
  const asked = provider.requests.length
  const { code, stderr } = await night({ name: 'absent', earlier: 0, flags: ['--baseline', 'abc'] })
  expect(code).toBe(2)
  expect(stderr).toContain('no run abc')
  expect(provider.requests).toHaveLength(asked)
})

test('a report that there is none of is a mistake', () => {
  expect(evalReports(['junit=a', 'sarif=b'])).toHaveLength(2)
  for (const wrong of ['pdf=a', 'junit', 'junit=', 'constructor=a'])
    expect(() => evalReports([wrong])).toThrow(UsageError)
})

const judgement = (report: { gate: { verdict: string; cells: readonly { nights: number }[] } }) => [
  report.gate.verdict,
  report.gate.cells[0]?.nights,
]

test('a run that was given answers of another again is no night, and is compared with none', async () => {
  const { report, command } = await night({ name: 'cached', earlier: 5, flags: ['--cache', '--trials', '3'] })
  const asked = provider.requests.length
  const evaluate = (...args: readonly string[]) =>
    command('eval', 'words.yaml', '--model', 'openai:gpt-x', '--exposure', 'full', '--json', ...args)
  const cached = await evaluate('--cache', '--trials', '3')
  const again = JSON.parse(cached.stdout)
  expect(cached.stderr).toContain(`${report.done} answers from the cache, 0 asked for`)
  expect([again.done, provider.requests.length]).toEqual([report.done, asked])
  // The first of the two had to ask.
  expect(judgement(JSON.parse((await evaluate('--gate')).stdout))).toEqual(['pass', 6])
  const resumed = await command('eval', '--resume', again.run, 'words.yaml', '--gate')
  expect([resumed.code, resumed.stderr]).toEqual([
    2,
    expect.stringContaining('start a new run without --cache'),
  ])
}, 60_000)

test('a verdict is kept with what it was made of; recordings that were graded again are one night, and say whose they are', async () => {
  const { report, command } = await night({ name: 'kept', earlier: 6 })
  expect(judgement(report)).toEqual(['pass', 6])
  const json = async (...args: readonly string[]) => JSON.parse((await command(...args, '--json')).stdout)
  expect((await json('runs', report.run)).gate).toEqual(report.gate)
  const { run: again } = await json('rescore', report.run, 'words.yaml')
  expect((await command('rescore', again, 'words.yaml')).stderr).toContain(`rescore ${report.run}`)
  const { runs } = await json('runs')
  expect(runs.slice(0, 2)).toMatchObject([
    { run: again, rescores: report.run, graders: gradersVersion, verdict: null },
    { run: report.run, rescores: null, verdict: 'pass' },
  ])
  const graders = { before: gradersVersion, now: gradersVersion }
  expect((await json('runs', again)).rescored).toMatchObject({ run: report.run, graders })

  const next = await json('eval', 'words.yaml', '--model', 'openai:gpt-x', '--exposure', 'full', '--gate')
  expect(judgement(next)).toEqual(['pass', 7])
  // Not one of those that it is compared with.
  expect(judgement(await json('eval', '--resume', next.run, 'words.yaml', '--gate'))).toEqual(['pass', 7])
}, 60_000)

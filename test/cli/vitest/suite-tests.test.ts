import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { fixture } from '../../tools/servers.ts'
import { temporaryFolder } from '../calltrail.ts'
import { runHere } from '../run-here.ts'

const bench = fixture('workbench.mjs')

const suite = `suite: bench
toolset: bench
cases:
  - { id: says-a, prompt: Say a., expect: { calls: [{ tool: bench/echo, args: { title: a } }], answer: { contains: Said } } }
  - { id: says-b, prompt: Say b., expect: { calls: [{ tool: bench/echo, args: { title: b } }] } }
  - { id: breaks, prompt: Break., expect: { calls: [] } }
  - { id: drafted, draft: true, prompt: Say a., expect: { calls: [] } }
  - { id: greets, prompt: Hello., expect: { calls: [] } }
`

const script = `
- prompt: Say a
  turns:
    - { calls: [{ tool: bench/pid }, { tool: bench/echo, arguments: { title: a, depth: 2 } }] }
    - { text: Said a. }
- prompt: Say b
  turns: [{ text: I would rather not. }]
- prompt: Hello
  turns: [{ text: Hi. }]
`

/** Types are part of what is tested: what is expected to be an error must be one. */
const tests = `import { expect, test } from 'vitest'
import { type PlayedTrial, suiteTests } from 'calltrail/vitest'

const played: PlayedTrial[] = []
await suiteTests('suite.yaml', {
  models: ['scripted:script.yaml'],
  exposures: ['full'],
  trials: 2,
  check: (each) => {
    played.push(each)
    expect(each).toHaveCalledTool('bench/echo')
  },
})

test('matchers see what was recorded', () => {
  const [a, , b] = played
  if (!a || !b) throw new Error('nothing was played')
  expect(a).toHavePassed()
  expect(b).not.toHavePassed()
  expect(a).toHaveScored('arguments')
  expect(a.transcript).toHaveCalledTool('bench/echo')
  expect(a).toHaveCalledTool('bench/echo', { title: 'a' })
  expect(a).toHaveCalledTool('bench/echo', { title: expect.stringMatching(/^a/) })
  expect(a).not.toHaveCalledTool('bench/echo', { title: 'b' })
  expect(a).toHaveCalledToolsInOrder(['bench/pid', 'bench/echo'])
  expect(a).not.toHaveCalledToolsInOrder(['bench/echo', 'bench/pid'])
  expect(a).toHaveAnswered('Said')
  expect(b).toHaveAnswered(/rather not/)
  expect(() => expect(b).toHaveCalledTool('bench/echo')).toThrow('expected a call of bench/echo, found no call')
  // @ts-expect-error a tool has a name
  expect(() => expect(a).toHaveCalledTool(7)).toThrow()
})
`

interface Result {
  readonly title: string
  readonly ancestorTitles: readonly string[]
  readonly status: string
  readonly failureMessages: readonly string[]
}

async function node(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { cwd, env: { PATH: process.env.PATH, ...env } })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr }
}

/** A project that has calltrail and vitest installed. */
function project(): { readonly cwd: string; readonly env: { readonly CALLTRAIL_HOME: string } } {
  const cwd = temporaryFolder()
  const servers = JSON.stringify({ bench: { command: bench.command, args: bench.args } })
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(resolve('.'), join(cwd, 'node_modules/calltrail'))
  for (const name of ['vitest', '@types'])
    symlinkSync(resolve('node_modules', name), join(cwd, 'node_modules', name))
  const files = {
    'package.json': '{ "type": "module" }',
    'calltrail.yaml': `mcpServers: ${servers}\ntoolsets: { bench: { servers: [bench] } }\n`,
    'suite.yaml': suite,
    'script.yaml': script,
    'suite.test.ts': tests,
  }
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(cwd, name), contents)
  return { cwd, env: { CALLTRAIL_HOME: join(cwd, 'home') } }
}

test('a suite is a test for each case × model × exposure, and what they play is one run', async () => {
  const { cwd, env } = project()
  const vitest = resolve('node_modules/vitest/vitest.mjs')
  const { stdout, stderr } = await node([vitest, 'run', '--reporter=json'], cwd, env)
  const { testResults } = JSON.parse(stdout || stderr)
  const results: readonly Result[] = testResults[0].assertionResults
  const names = results.map(({ ancestorTitles, title, status }) => [...ancestorTitles, title, status])
  const cell = ['bench', 'scripted:script.yaml × full']
  expect([names, results.at(-1)?.failureMessages, stderr]).toEqual([
    [
      [...cell, 'says-a', 'passed'],
      [...cell, 'says-b', 'failed'],
      [...cell, 'breaks', 'failed'],
      [...cell, 'drafted', 'skipped'],
      [...cell, 'greets', 'failed'],
      ['matchers see what was recorded', 'passed'],
    ],
    [],
    expect.any(String),
  ])
  expect(results[1]?.failureMessages[0]).toContain('0 of 2 trials passed, expected 2: not selected')
  expect(results[2]?.failureMessages[0]).toContain('not judged, for an infrastructure error')
  expect(results[4]?.failureMessages[0]).toContain('expected a call of bench/echo')
  const { runs } = JSON.parse((await runHere(['runs', '--json'], { cwd, env })).stdout)
  expect(runs).toMatchObject([{ state: 'completed', planned: 10, done: 10, infrastructure_errors: 2 }])
}, 60_000)

test('its types hold where they are used, and in what the docs show', async () => {
  const { cwd, env } = project()
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync('docs/nightly.md', 'utf8')) ?? []
  writeFileSync(join(cwd, 'example.ts'), example)
  const tsc = resolve('node_modules/typescript/bin/tsc')
  const options = '--noEmit --strict --skipLibCheck --target es2023 --module nodenext --types node'
  const { stdout } = await node([tsc, ...options.split(' '), 'suite.test.ts', 'example.ts'], cwd, env)
  expect(stdout).toBe('')
}, 60_000)

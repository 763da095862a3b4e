import { once } from 'node:events'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { start, temporaryFolder } from './calltrail.ts'
import { writeEarlierRuns } from './earlier-runs.ts'
import { runHere } from './run-here.ts'

const ids = ['one', 'two', 'three', 'four', 'five', 'six']

/** A model that has forgotten a case, and that once stops answering at this request, counted over all who ask. */
async function forgetful() {
  const hold = { at: Number.POSITIVE_INFINITY, asked: () => {} }
  const server = await startOpenAiServer(({ messages }, nth) => {
    if (nth < hold.at) return { text: JSON.stringify(messages).includes('three') ? 'no idea' : 'yes' }
    hold.asked()
    return new Promise(() => {})
  })
  onTestFinished(() => server.close())
  /** Resolves when it is asked for the one after so many more. */
  const holdAfter = (more: number) =>
    new Promise<void>((resolve) => {
      hold.at = server.requests.length + more
      hold.asked = resolve
    })
  const letGo = () => {
    hold.at = Number.POSITIVE_INFINITY
  }
  return { server, holdAfter, letGo }
}

test('a gated run that is killed twice and taken up comes to the verdict of one that was not', async () => {
  const { server, holdAfter, letGo } = await forgetful()
  const cwd = temporaryFolder()
  const bench = {
    command: process.execPath,
    args: [join(import.meta.dirname, '../fixtures/mcp/workbench.mjs')],
  }
  writeFileSync(join(cwd, 'mcp.json'), JSON.stringify({ mcpServers: { bench } }))
  writeFileSync(join(cwd, 'calltrail.yaml'), 'mcpServers: mcp.json\n')
  const cases = ids.map(
    (id) => `  - { id: ${id}, prompt: Say yes to ${id}., expect: { answer: { contains: 'yes' } } }\n`,
  )
  writeFileSync(
    join(cwd, 'words.yaml'),
    `suite: words\ntoolset: { servers: [bench] }\ncases:\n${cases.join('')}`,
  )
  const home = join(cwd, 'whole')
  const model = 'openai:gpt-x'
  await writeEarlierRuns({ home, folder: cwd, suite: 'words.yaml', model, runs: 6, trials: 3 })
  cpSync(home, join(cwd, 'killed'), { recursive: true })

  const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: testKey, TMPDIR: cwd }
  const played = ['words.yaml', '--model', model, '--exposure', 'full', '--concurrency', '2']
  const gated = ['--gate', '--json']
  const whole = await runHere(['eval', ...played, ...gated], { cwd, env: { ...env, CALLTRAIL_HOME: home } })
  const { gate } = JSON.parse(whole.stdout)
  expect([whole.code, gate.verdict, server.requests.length]).toEqual([1, 'regressed', 18 + 2 + 10])

  const place = { cwd, env: { ...env, CALLTRAIL_HOME: join(cwd, 'killed') } }
  const kill = async (args: readonly string[], after: number) => {
    const hanging = holdAfter(after)
    const { child, ended } = start(args, place)
    await Promise.race([hanging, once(child, 'close')])
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    letGo()
  }
  // In the middle of the plan; then, with 11 to 13 of it left, while the suspect is played again.
  const id = '0192f3aa-0000-7000-8000-0000000000c1'
  await kill(['eval', ...played, ...gated, '--run-id', id], 7)
  // It is compared as it was begun, whoever takes it up.
  const resume = ['eval', '--resume', id, 'words.yaml', '--concurrency', '2', '--json']
  await kill(resume, 17)
  const { code, stdout, stderr } = await runHere(resume, place)
  const report = JSON.parse(stdout)
  expect([code, report.state, report.done]).toEqual([1, 'completed', 18])
  expect(report.gate).toEqual(gate)
  expect(stderr).toContain('compared as it was begun: --baseline latest --gate')
  const trials = await trialsOf(id, place.env.CALLTRAIL_HOME)
  expect([trials.length, new Set(trials).size]).toEqual([30, 30])
}, 60_000)

async function trialsOf(run: string, home: string): Promise<readonly string[]> {
  const trials: string[] = []
  const journal = readJournal(homeAt(home))
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, 0))
      if (entry.kind === 'trial' && entry.data.run === run)
        trials.push(`${entry.data.case} ${entry.data.repetition}`)
  return trials
}

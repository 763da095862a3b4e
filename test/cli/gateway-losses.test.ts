import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { homeAt, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { type ProviderServer, testKey } from '../fixtures/providers/provider-server.ts'
import { beginSession } from '../record/gateway/stdio-bridge/raw-client.ts'
import { type HttpServer, startHttpServer } from '../tools/http-server.ts'
import { fixture } from '../tools/servers.ts'
import { callOf, startGateway } from './started-gateway.ts'

// What cannot be recorded is counted and told; whoever calls through the gateway notices nothing.

let provider: ProviderServer
let remote: HttpServer
beforeEach(async () => {
  provider = await startOpenAiServer(() => ({ text: 'Hello.' }))
  remote = await startHttpServer()
})
afterEach(async () => {
  await Promise.all([provider.close(), remote.stop()])
})

type Surroundings = Parameters<typeof startGateway>[1]

/** A gateway before a provider, a server over HTTP and one over stdio; `before` happens before the first of them is asked. */
async function open(surroundings: Surroundings = {}, before = (_home: string) => {}) {
  const { command, args, cwd } = fixture('raw-lines.mjs')
  const url = remote.definition.transport === 'http' ? remote.definition.url : ''
  const config = { mcpServers: { remote: { url }, local: { command, args, cwd } } }
  const gateway = await startGateway({ ...config, upstreams: { openai: provider.url } }, surroundings)
  const { base, env } = gateway
  before(env.CALLTRAIL_HOME)
  const [overHttp, overStdio] = [
    await beginSession(`${base}/mcp/remote`),
    await beginSession(`${base}/mcp/local`),
  ]
  const question = {
    model: 'gpt-x',
    messages: [{ role: 'user', content: `Which port? ${'x'.repeat(5_000)}` }],
  }
  let id = 0

  /** The statuses of all three, and what the two servers answer. */
  async function callAll() {
    id += 1
    const asked = await fetch(`${base}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${testKey}` },
      body: JSON.stringify(question),
    })
    await asked.arrayBuffer()
    const greet = callOf(id, 'x'.repeat(5_000)).replace('"echo"', '"greet"')
    const [greeted, answered] = [
      await overHttp.post(greet),
      await overStdio.post(callOf(id).replace('tools/call', 'bytes')),
    ]
    return [asked.status, greeted.answer, answered.answer]
  }
  const losses = async () => {
    const health: unknown = await (await fetch(`${base}/healthz`)).json()
    return z.object({ losses: z.object({ entries: z.number(), bodies: z.number() }) }).parse(health).losses
  }
  const metrics = async () => (await fetch(`${base}/metrics`)).text()
  return { ...gateway, callAll, losses, metrics }
}

const answers = [200, expect.stringContaining('hello'), expect.stringContaining('"big":12345678901234567890')]

async function journalOf(home: string) {
  const reader = readJournal(homeAt(home))
  const entries = []
  for (const { log } of await reader.logs())
    for await (const { entry } of reader.entries(log, 0)) entries.push(entry)
  return entries
}

test.runIf(process.platform === 'linux')(
  'a full disk: calls go on, the loss is counted and told, and what waited is written once there is room',
  async () => {
    const through = ['bash', '-c', 'ulimit -S -f 16; exec "$@"', 'limited']
    const { callAll, losses, metrics, child, said, stop, env } = await open({ through })
    for (let turn = 0; turn < 20; turn++) expect(await callAll()).toEqual(answers)
    const lost = await losses()
    expect(lost.entries).toBeGreaterThan(0)
    expect(await metrics()).toMatch(/calltrail_journal_lost\{what="entries"\} [1-9]/)
    expect(said()).toMatch(/could not record \d+ entr.*EFBIG/)
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
    expect(await callAll()).toEqual(answers)
    await expect.poll(losses).toEqual({ entries: 0, bodies: 0 })
    expect((await stop()).code).toBe(0)
    const entries = await journalOf(env.CALLTRAIL_HOME)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index))
    expect(entries.filter(({ kind }) => kind === 'tool_result')).toHaveLength(21)
    expect(entries.filter(({ kind }) => kind === 'model_response')).toHaveLength(21)
  },
)

describe('a folder that cannot be written', () => {
  test('while the gateway runs: calls go on, and what waited is written once the folder is back', async () => {
    // No permissions keep root from writing; a file in the place of the folder does.
    const { callAll, losses, metrics, said, stop, env } = await open({}, (home) => {
      renameSync(homeAt(home).journal, join(home, 'aside'))
      writeFileSync(homeAt(home).journal, '')
    })
    expect(await callAll()).toEqual(answers)
    expect((await losses()).entries).toBeGreaterThan(3)
    expect(await metrics()).toMatch(/calltrail_journal_lost\{what="entries"\} [1-9]/)
    expect(said()).toMatch(/could not record \d entr.* and \d bod.*EEXIST/)
    rmSync(homeAt(env.CALLTRAIL_HOME).journal)
    openHome(env.CALLTRAIL_HOME)
    await expect.poll(losses).toEqual({ entries: 0, bodies: 0 })
    await stop()
    const kinds = (await journalOf(env.CALLTRAIL_HOME)).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['model_response', 'tool_result', 'frame']))
  })

  test('at its start: calls go on, and the loss is counted and told', async () => {
    const { callAll, losses, metrics, said, stop } = await open({ env: { CALLTRAIL_HOME: '/dev/null/home' } })
    expect(await callAll()).toEqual(answers)
    expect((await losses()).entries).toBeGreaterThan(3)
    expect(await metrics()).toMatch(/calltrail_journal_lost\{what="entries"\} [1-9]/)
    expect(said()).toMatch(/cannot record yet: .*\/dev\/null\/home/)
    expect((await stop()).stderr).toMatch(/could not record \d+ entries and \d+ bodies/)
  })
})

test('a store that nobody answers for: the gateway does not ask it, and records all the same', async () => {
  const { callAll, losses, stop, env } = await open({
    env: { CLICKHOUSE_URL: 'http://127.0.0.1:1/calltrail' },
  })
  expect(await callAll()).toEqual(answers)
  expect(await losses()).toEqual({ entries: 0, bodies: 0 })
  expect(await stop()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('ECONNREFUSED') })
  const kinds = (await journalOf(env.CALLTRAIL_HOME)).map(({ kind }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['model_response', 'tool_result', 'frame']))
})

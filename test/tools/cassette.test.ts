import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CassetteSource, RecordedCall, ToolSnapshot } from '../../src/domain/cassette.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { textOf } from '../../src/domain/tool.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { openCassette } from '../../src/tools/cassette.ts'
import { expectGone, isRunning } from './processes.ts'
import { call, context, fixture, toolset } from './servers.ts'

const redactor = createRedactor(randomBytes(32))
const snapshot: ToolSnapshot = {
  ...{ server: 'bench', id: 'first', serverVersion: '1.2.3' },
  tools: ['echo', 'pid', 'refuse', 'die'].map((name) => ({ name, inputSchema: { type: 'object' } })),
}
const calls: readonly RecordedCall[] = [
  {
    tool: 'bench/echo',
    arguments: { title: 'a' },
    answer: { content: [{ type: 'text', text: 'recorded' }], isError: false },
  },
  {
    tool: 'bench/refuse',
    arguments: {},
    answer: { layer: 'json-rpc', code: -32602, message: 'no such colour' },
  },
  { tool: 'bench/die', arguments: {}, answer: { layer: 'no_answer', code: null, message: null } },
]

function opened(miss: CassetteSource['miss'], snapshots = [snapshot]) {
  const source = { file: 'x.cassette.json', miss, snapshots: [snapshot] }
  const definition = toolset(miss === 'live' ? ['bench'] : [], { cassette: source })
  const running = openCassette(definition, source, [fixture('workbench.mjs')])
  onTestFinished(() => running.close())
  const trial = running.forTrial({ writes: false, replay: { recording: { snapshots, calls }, redactor } })
  onTestFinished(() => trial.close())
  const ask = (name: string, given: JsonObject = {}) => trial.callTool(call(name, given), context())
  return { running, trial, ask }
}

describe('a cassette', () => {
  test('shows the tools of the case as they were, and answers what was recorded', async () => {
    const { running, trial, ask } = opened('fail')
    const tools = await trial.listTools(context())
    expect(tools.map(({ name }) => name)).toEqual(['bench/echo', 'bench/pid', 'bench/refuse', 'bench/die'])
    expect(await running.listTools()).toBe(tools)
    expect(await ask('bench/echo', { title: 'a' })).toEqual({ ...calls[0]?.answer, replay: 'recorded' })
  })

  test('answers a call that failed as the server did, and one without an answer with that', async () => {
    const { ask } = opened('fail')
    const refused = { content: [{ type: 'text', text: 'no such colour' }], isError: true, replay: 'recorded' }
    expect(await ask('bench/refuse')).toEqual(refused)
    expect(await ask('bench/die')).toMatchObject({
      content: [{ text: 'The call got no result (no answer).' }],
      isError: true,
    })
  })

  test('says of a miss that it is one, and nothing of what would have been right', async () => {
    const { ask } = opened('fail')
    const missed = await ask('bench/echo', { title: 'b' })
    expect(missed).toMatchObject({ isError: true, replay: 'missed' })
    expect(JSON.stringify(missed)).not.toMatch(/"a"|echo/)
    const unknown = await ask('bench/ecko')
    expect(unknown).toMatchObject({ isError: true })
    expect(unknown.replay).toBeUndefined()
  })

  test('asks the real server where it may, and says so; what is redacted goes nowhere', async () => {
    const { ask } = opened('live')
    expect(await ask('bench/echo', { title: 'a' })).toMatchObject({ replay: 'recorded' })
    const live = await ask('bench/echo', { title: 'b' })
    expect(live).toMatchObject({ structuredContent: { received: { title: 'b' } }, replay: 'live' })
    expect(await ask('bench/echo', { title: '[redacted:token:1]' })).toMatchObject({ replay: 'missed' })
  })

  test('ends the real server when it is closed', async () => {
    const { running, trial, ask } = opened('live')
    const pid = Number(textOf(await ask('bench/pid')))
    expect(isRunning(pid)).toBe(true)
    await trial.close()
    await running.close()
    await expectGone([pid])
  })

  test('is played from its beginning in every trial', async () => {
    const { running, ask } = opened('fail')
    await ask('bench/echo', { title: 'a' })
    expect(await ask('bench/echo', { title: 'a' })).toMatchObject({ replay: 'missed' })
    const replay = { recording: { snapshots: [snapshot], calls }, redactor }
    const next = running.forTrial({ writes: false, replay })
    expect(await next.callTool(call('bench/echo', { title: 'a' }), context())).toMatchObject({
      replay: 'recorded',
    })
  })
})

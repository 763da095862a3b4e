import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Composite } from '../../../src/domain/action.ts'
import { fixture, toolset } from '../../tools/servers.ts'
import { connect, serveToolset } from './served-toolset.ts'

const folder = mkdtempSync(join(tmpdir(), 'exposed-session-'))
afterAll(() => rmSync(folder, { recursive: true }))

const composite: Composite = {
  tools: [],
  actions: [
    {
      name: 'say_and_wait',
      description: 'Says it, and waits.',
      inputSchema: { type: 'object' },
      steps: [
        {
          ...{ id: 'said', call: 'bench/echo', args: { title: 'said' }, when: [] },
          undo: { call: 'bench/echo', args: { title: 'taken back' } },
        },
        { id: 'waited', call: 'bench/wait', args: {}, when: [] },
      ],
      onFailure: 'undo',
    },
  ],
}

/** A client that has called an action, whose first step is done and whose second waits. */
async function midAction(era: 'legacy' | 'modern') {
  const served = await serveToolset({
    definition: toolset(['bench'], { composite }),
    servers: [fixture('workbench.mjs')],
    exposure: 'composite',
    folder,
  })
  const client = await connect(served.url, era)
  await client.listTools()
  const giving = new AbortController()
  const called = client.callTool({ name: 'say_and_wait' }, { signal: giving.signal }).catch(() => 'given up')
  const made = async () => (await served.recorded())('tool_request').map(({ tool }) => tool)
  await expect.poll(made).toEqual(['say_and_wait', 'bench/echo', 'bench/wait'])
  return { ...served, made, called, giveUp: () => giving.abort(), close: () => client.close() }
}

test.each(['legacy', 'modern'] as const)(
  'an action that a client of the %s era gives up is undone, and recorded as cancelled with what was undone',
  async (era) => {
    const { recorded, made, called, giveUp, close, stop } = await midAction(era)
    giveUp()
    expect(await called).toBe('given up')
    const outcomes = async () => (await recorded())('tool_result').map(({ outcome }) => outcome)
    const told = [
      'say_and_wait did not come to its end.',
      expect.stringMatching(/^Step waited \(bench\/wait\) failed: cancelled: ./),
      'Whether it was done is not known.',
      'Step said (bench/echo) was undone with bench/echo.',
    ]
    await expect
      .poll(async () => (await outcomes()).map(({ layer }) => layer))
      .toEqual([...['ok', 'cancelled', 'ok', 'cancelled']])
    expect((await outcomes()).at(-1)?.message?.split('\n')).toEqual(told)
    expect(await made()).toEqual(['say_and_wait', 'bench/echo', 'bench/wait', 'bench/echo'])
    await close()
    await stop()
  },
)

test('a session whose connection is cut, at a gateway that ends, ends once its action is undone', async () => {
  const { entries, stop } = await midAction('modern')
  await stop()
  const [session] = (await entries()).flatMap(({ kind, session }) =>
    kind === 'tool_request' ? [session] : [],
  )
  const kinds = (await entries()).flatMap(({ kind, ...entry }) => (entry.session === session ? [kind] : []))
  expect(kinds.slice(-6)).toEqual([
    ...['tool_request', 'tool_result', 'tool_request', 'tool_result', 'tool_result', 'session_closed'],
  ])
})

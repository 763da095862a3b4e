import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Composite } from '../../../src/domain/action.ts'
import { wireName } from '../../../src/domain/tool.ts'
import { createExposure, exposureNames } from '../../../src/tools/exposures/exposures.ts'
import { context, fixture, reference, toolset } from '../../tools/servers.ts'
import { connect, serveToolset } from './served-toolset.ts'

const folder = mkdtempSync(join(tmpdir(), 'toolset-routes-'))
const servers = [
  fixture('workbench.mjs'),
  reference('filesystem', [folder]),
  fixture('misbehaving.mjs', ['dies'], { name: 'broken' }),
]
const curated = ['filesystem/read_text_file', 'bench/echo']
const composite = {
  tools: ['filesystem/read_text_file'],
  actions: [
    {
      name: 'say_twice',
      description: 'Says it twice.',
      inputSchema: { type: 'object', properties: { word: { type: 'string' } } },
      steps: ['one', 'two'].map((id) => ({
        ...{ id, call: 'bench/echo', args: { title: '{{ input.word }}' }, when: [] },
      })),
      onFailure: 'stop',
    },
  ],
} satisfies Composite
const definition = toolset(['bench', 'filesystem', 'broken'], { curated, composite })
writeFileSync(join(folder, 'config.yaml'), 'port: 8080\n')

const served = new Map<string, Awaited<ReturnType<typeof serveToolset>>>()
/** The other one lives in the model request. */
const servable = exposureNames.filter((name) => name !== 'native')
beforeAll(async () => {
  for (const name of servable)
    served.set(name, await serveToolset({ definition, servers, exposure: name, folder }))
})
afterAll(async () => {
  for (const each of served.values()) await each.stop()
  rmSync(folder, { recursive: true })
})
const at = (exposure: string) => {
  const found = served.get(exposure)
  if (!found) throw new Error(exposure)
  return found
}

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  test.each(servable)(
    'sees the toolset through %s as a trial does, and gets what the server says',
    async (name) => {
      const { url, tools } = at(name)
      const scored = createExposure(name, definition).expose(tools)
      const client = await connect(url, era)
      const list = (await client.listTools()).tools
      const expected = await scored.listTools(context())
      expect(list.map((tool) => [tool.name, tool.description])).toEqual(
        expected.map((tool) => [wireName(tool.name), tool.description]),
      )
      const given = { path: join(folder, 'config.yaml') }
      const inner = { name: 'filesystem/read_text_file', arguments: given }
      const code = `return tools.filesystem.read_text_file(${JSON.stringify(given)})`
      const call = expected.some(({ discovery }) => discovery === 'call')
        ? { name: 'call_tool', arguments: inner }
        : name === 'code'
          ? { name: 'run_code', arguments: { code } }
          : inner
      const direct = await scored.callTool({ id: '1', ...call }, context())
      const result = await client.callTool({ ...call, name: wireName(call.name) })
      expect(result.content).toEqual(direct.content)
      expect(result.structuredContent).toEqual(direct.structuredContent)
      expect(JSON.stringify(result.content)).toContain('8080')
      await client.close()
    },
  )

  test('is told what a tool did wrong, and that a tool is not there', async () => {
    const client = await connect(at('full').url, era)
    expect(await client.callTool({ name: 'bench__fail' })).toMatchObject({ isError: true })
    expect(await client.callTool({ name: 'bench__ecko' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('bench/echo') }],
    })
    await client.close()
  })
})

test.each([
  ['full', 'bench__grown'],
  ['deferred', 'bench/grown'],
  ['code', 'grown('],
])(
  'the client of SDK v1 is served through %s too, and told when the list has changed',
  async (name, shown) => {
    const { url } = at(name)
    const client = new ClientV1({ name: 'v1', version: '1' })
    let changed = () => {}
    const told = new Promise<void>((resolve) => {
      changed = resolve
    })
    client.fallbackNotificationHandler = async ({ method }) => {
      if (method === 'notifications/tools/list_changed') changed()
    }
    // Its types are those without exactOptionalPropertyTypes.
    await client.connect(new TransportV1(url) as Parameters<ClientV1['connect']>[0])
    const grow = { name: 'bench/grow', arguments: {} }
    const calls = {
      full: { name: 'bench__grow' },
      deferred: { name: 'call_tool', arguments: grow },
      code: { name: 'run_code', arguments: { code: 'await tools.bench.grow()' } },
    }
    await client.callTool(calls[name as keyof typeof calls])
    await told
    expect(JSON.stringify((await client.listTools()).tools)).toContain(shown)
    await client.close()
  },
)

test('a server that does not start shows no tools, and is told', async () => {
  expect(at('full').failures).toContain('broken')
})

test('progress comes to the client, and a call that it gives up ends at the server', async () => {
  const client = await connect(at('full').url, 'modern')
  const stop = new AbortController()
  const waiting = client.callTool({ name: 'bench__wait' }, { signal: stop.signal })
  setTimeout(() => stop.abort(), 300)
  await expect(waiting).rejects.toThrow()
  await expect
    .poll(async () => JSON.stringify((await client.callTool({ name: 'bench__cancelled' })).content))
    .toContain('1')
  await client.close()
})

describe('what is recorded', () => {
  test.each([
    ['composite', { name: 'say_twice', arguments: { word: 'x' } }],
    [
      'code',
      {
        name: 'run_code',
        arguments: { code: 'for (const title of "xx") await tools.bench.echo({ title })' },
      },
    ],
  ])('through %s, every call that was made below the one of the client', async (exposure, call) => {
    const { url, recorded } = at(exposure)
    const client = await connect(url, 'modern')
    const before = (await recorded())('tool_request').length
    expect((await client.callTool(call)).isError).toBeFalsy()
    await client.close()
    const [outer, ...inner] = (await recorded())('tool_request').slice(before)
    expect(outer).toMatchObject({ tool: call.name, server: null, parentSpan: null })
    const below = { tool: 'bench/echo', server: 'bench', parentSpan: outer?.span }
    expect(inner).toMatchObject([below, below])
  })

  test('is the call that the client made and the one that the exposure made of it, with evidence and client', async () => {
    const { url, recorded } = at('search')
    const client = await connect(url, 'modern')
    const before = (await recorded())('tool_request').length
    await client.callTool({
      name: 'call_tool',
      arguments: { name: 'bench/echo', arguments: { title: 'x' } },
      _meta: { 'claudecode/toolUseId': 'toolu_1' },
    })
    await client.close()
    const of = await recorded()
    const [outer, inner] = of('tool_request').slice(before)
    expect(outer).toMatchObject({
      tool: 'call_tool',
      server: null,
      parentSpan: null,
      evidence: { callId: 'toolu_1' },
    })
    expect(outer?.identity.client).toEqual({ value: 'modern-client/1', source: 'self-reported' })
    expect(inner).toMatchObject({ tool: 'bench/echo', server: 'bench', parentSpan: outer?.span })
    expect(inner?.evidence.callId).toBeUndefined()
    expect(
      of('tool_result')
        .slice(-2)
        .map(({ outcome }) => outcome.layer),
    ).toEqual(['ok', 'ok'])
    expect(of('tool_definitions').map(({ server }) => server)).toEqual(
      expect.arrayContaining(['bench', 'filesystem']),
    )
  })
})

describe('a request that is not right', () => {
  const ask = (body: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(at('full').url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    })
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

  test('of a session that nobody has: 404', async () => {
    expect((await ask(list, { 'mcp-session-id': 'none' })).status).toBe(404)
  })

  test('without a session, and no `initialize`: 400, and nothing is left of it', async () => {
    const { recorded } = at('full')
    const before = (await recorded())('session_opened').length
    expect((await ask(list)).status).toBe(400)
    expect((await recorded())('session_opened')).toHaveLength(before)
  })

  test('whose header names another tool than its body: 400', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const call = { ...list, method: 'tools/call', params: { name: 'bench__echo', arguments: {}, _meta } }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }
    const wrong = await ask(call, { ...headers, 'mcp-name': 'bench__fail' })
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: -32020 } }])
    expect((await ask(call, { ...headers, 'mcp-name': 'bench__echo' })).status).toBe(200)
  })
})

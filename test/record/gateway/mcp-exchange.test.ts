import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { filesUnder } from '../../journal/temporary-home.ts'
import { type HttpServer, startHttpServer } from '../../tools/http-server.ts'
import { openGateway, post } from './open-gateway.ts'

let servers: readonly HttpServer[]

// One session each: what a server has told one client is no matter of another's.
beforeAll(async () => {
  servers = await Promise.all(Array.from({ length: 6 }, () => startHttpServer()))
})
afterAll(() => Promise.all(servers.map((server) => server.stop())))

const urlOf = (server: HttpServer | undefined) =>
  server?.definition.transport === 'http' ? server.definition.url : ''
const open = (server: HttpServer | undefined) =>
  openGateway(() => ({ text: '' }), undefined, { remote: urlOf(server) })

async function useVersion1(url: string) {
  const client = new Client({ name: 'v1', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(url))
  await client.connect(transport as Parameters<typeof client.connect>[0])
  const answers = [await client.listTools(), await client.callTool({ name: 'greet', arguments: {} })]
  await transport.terminateSession()
  await client.close()
  return answers
}

async function useVersion2(url: string) {
  const client = new ModernClient({ name: 'v2', version: '2' })
  await client.connect(new ModernTransport(new URL(url)))
  const answers = [await client.listTools(), await client.callTool({ name: 'greet', arguments: {} })]
  await client.close()
  return answers
}

describe('MCP over HTTP through the gateway', () => {
  test('the v1 client gets what it gets without it, and its call is recorded with its session', async () => {
    const direct = await useVersion1(urlOf(servers[0]))
    const { base, recorded } = await open(servers[1])
    expect(await useVersion1(`${base}/mcp/remote`)).toEqual(direct)
    const { of, text } = await recorded()
    expect(of('session_opened')).toMatchObject([
      { type: 'http', server: 'remote', identity: { client: { value: 'v1/1', source: 'self-reported' } } },
    ])
    expect(of('tool_request')).toMatchObject([{ tool: 'remote/greet', server: 'remote', readOnly: true }])
    const [result] = of('tool_result')
    expect(result?.outcome.layer).toBe('ok')
    expect(text(result?.result ?? null)).toContain('hello')
    expect(of('tool_definitions')).toMatchObject([{ server: 'remote', serverVersion: '0.9.0', count: 1 }])
    expect(of('session_closed')).toMatchObject([{ reason: 'ended' }])
  })

  test('the v2 client gets what it gets without it', async () => {
    const direct = await useVersion2(urlOf(servers[2]))
    const { base, recorded } = await open(servers[3])
    expect(await useVersion2(`${base}/mcp/remote`)).toEqual(direct)
    expect((await recorded()).of('tool_request')).toMatchObject([{ tool: 'remote/greet' }])
  })

  test('status, headers and bytes are the same, of what no server understands too', async () => {
    const { base, recorded } = await open(servers[4])
    const accept = { accept: 'application/json, text/event-stream' }
    const sent: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', accept],
      ['{"jsonrpc":"2.0","id":1.0,"method":"tools/list","extra":12345678901234567890}', accept],
      ['not json', accept],
      ['', accept],
      ['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', { 'mcp-session-id': 'nobody', ...accept }],
      ['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', { accept: 'text/plain' }],
    ]
    for (const [body, headers] of sent)
      expect(await post(`${base}/mcp/remote`, body, headers)).toEqual(
        await post(urlOf(servers[4]), body, headers),
      )
    const { of } = await recorded()
    expect(of('frame').filter(({ malformed }) => malformed).length).toBeGreaterThan(0)
  })

  test('a connection on which nothing was said leaves nothing', async () => {
    const deaf = createServer((_, response) => response.writeHead(405).end()).listen(0, '127.0.0.1')
    await once(deaf, 'listening')
    const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/mcp`
    const { base, recorded } = await openGateway(() => ({ text: '' }), undefined, { deaf: url })
    expect((await post(`${base}/mcp/deaf`, '')).status).toBe(405)
    deaf.closeAllConnections()
    deaf.close()
    expect((await recorded()).entries).toEqual([])
  })

  test('a server that nobody configured is none of ours', async () => {
    const { base } = await open(servers[5])
    expect(await post(`${base}/mcp/other`, '{}')).toMatchObject({
      status: 404,
      bytes: expect.stringContaining('/mcp/remote'),
    })
  })

  test('the traceparent of the headers is that of the call, unless the call has one of its own', async () => {
    const { base, recorded } = await open(servers[5])
    const of = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`
    const params = { name: 'greet', arguments: {} }
    const call = (more: object) =>
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, ...more } })
    const url = `${base}/mcp/remote`
    await post(url, call({}), { traceparent: of('a') })
    await post(url, call({ _meta: { traceparent: of('b') } }), { traceparent: of('a') })
    await post(url, call({}))
    const requests = (await recorded()).of('tool_request')
    expect(requests.map(({ evidence }) => evidence.traceparent)).toEqual([
      { value: of('a'), from: 'header' },
      { value: of('b'), from: '_meta' },
      undefined,
    ])
  })

  test('what a client is allowed to send passes to its server, and to nothing that is written', async () => {
    const { base, home, journal, gateway } = await open(servers[5])
    const headers = {
      authorization: 'Bearer s3cr3t-of-the-client',
      'x-custom': 'kept',
      accept: 'application/json',
    }
    await post(`${base}/mcp/remote`, '{"jsonrpc":"2.0","id":1,"method":"ping"}', headers)
    expect(servers[5]?.headers.at(-1)).toMatchObject({
      authorization: headers.authorization,
      'x-custom': 'kept',
    })
    gateway.close()
    journal.flush()
    const files = [...filesUnder(home.journal).values()].join('\n')
    expect(files).toContain('session_opened')
    expect(files).not.toContain('s3cr3t-of-the-client')
  })
})

describe('a call that gets no answer', () => {
  const modern = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
  const callOf = (_meta: object) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'x', arguments: {}, _meta },
    })

  /** An upstream that does the one thing. */
  async function behindIt(act: (response: ServerResponse) => void) {
    const server = createServer((request, response) => request.resume().on('end', () => act(response)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
    return openGateway(() => ({ text: '' }), undefined, { remote: url })
  }

  const streaming = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begun\n\n')

  test('for a status alone is an HTTP failure, in both eras', async () => {
    const { base, recorded } = await behindIt((response) =>
      response.writeHead(502).end('<h1>Bad Gateway</h1>'),
    )
    for (const meta of [{}, modern]) await post(`${base}/mcp/remote`, callOf(meta))
    const { of } = await recorded()
    expect(of('tool_result').map(({ outcome }) => outcome)).toEqual([
      { layer: 'http', code: 502, message: null },
      { layer: 'http', code: 502, message: null },
    ])
  })

  test.for(['<html>It works!</html>', '{"jsonrpc":"2.0","id":7,"resu', '{"id":7}', '[1]'])(
    'for %s sent as JSON is malformed, in both eras',
    async (said) => {
      const { base, recorded } = await behindIt((response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(said),
      )
      for (const meta of [{}, modern]) await post(`${base}/mcp/remote`, callOf(meta))
      const { of } = await recorded()
      expect(of('tool_result').map(({ outcome }) => outcome.layer)).toEqual(['malformed', 'malformed'])
    },
  )

  test('because nobody is there is a transport failure', async () => {
    const { base, recorded } = await openGateway(() => ({ text: '' }), undefined, {
      remote: 'http://127.0.0.1:1/mcp',
    })
    const asked = await post(`${base}/mcp/remote`, callOf({}).replace('"id":7', '"id":7.0'))
    expect(asked.status).toBe(502)
    expect(asked.bytes).toMatch(
      /^\{"jsonrpc":"2\.0","id":7\.0,"error":\{"code":-32000,"message":"calltrail: 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    )
    const unread = await post(`${base}/mcp/remote`, '[]')
    expect(unread).toMatchObject({ status: 502, bytes: expect.stringContaining('"id":null,"error"') })
    const { of } = await recorded()
    expect(of('tool_result')).toMatchObject([
      { outcome: { layer: 'transport', message: expect.stringMatching(/./) } },
    ])
  })

  test.for([
    ['2026-07-28 is cancelled by closing its stream', modern, ['cancelled']],
    ['an older revision may still be answered elsewhere', {}, []],
  ] as const)('%s', async ([, meta, layers]) => {
    const { base, soFar } = await behindIt(streaming)
    const leaving = new AbortController()
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const asked = fetch(`${base}/mcp/remote`, {
      ...{ method: 'POST', headers, body: callOf(meta), signal: leaving.signal },
    })
    await asked
    leaving.abort()
    const results = async () => (await soFar()).of('tool_result').map(({ outcome }) => outcome.layer)
    if (layers.length > 0) await expect.poll(results).toEqual(layers)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await results()).toEqual(layers)
  })

  test('before its stream ends is a transport failure as of 2026-07-28', async () => {
    const { base, recorded } = await behindIt((response) => {
      streaming(response)
      response.end()
    })
    await post(`${base}/mcp/remote`, callOf(modern))
    const { of } = await recorded()
    expect(of('tool_result')).toMatchObject([
      { outcome: { layer: 'transport', message: expect.stringContaining('stream ended') } },
    ])
  })
})

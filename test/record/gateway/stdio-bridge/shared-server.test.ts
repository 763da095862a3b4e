import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../../cli/calltrail.ts'
import { expectGone } from '../../../tools/processes.ts'
import { fixture, reference } from '../../../tools/servers.ts'
import { openBridge, textOf, version2, type Way } from './clients.ts'
import { accept, eventsIn, exchange, type Headers, modern, readEvents, send } from './raw-client.ts'

const dual = fixture('dual-era.mjs', [], { name: 'dual' })
const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
const capabilities = 'io.modelcontextprotocol/clientCapabilities'
const call = (name: string, args: object = {}) => ({ name, arguments: args as Record<string, unknown> })

async function useDual(way: Way) {
  const { client } = await version2(way)
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { colour: 'blue' } }))
  const progress: unknown[] = []
  return {
    era: client.getNegotiatedProtocolVersion(),
    tools: await client.listTools(),
    echoed: await client.callTool(call('echo', { text: 'é\n"' })),
    counted: await client.callTool(call('count', { to: 3 }), { onprogress: (each) => progress.push(each) }),
    ordered: await client.callTool(call('order')),
    wrong: await client.callTool(call('echo', { text: 7 })).catch((error: Error) => error.message),
    progress,
  }
}

describe('a server of 2026-07-28 behind the gateway', () => {
  test('answers the v2 client as it does itself: calls, progress, questions back', async () => {
    const { url, recorded } = await openBridge(dual)
    const through = await useDual(url)
    expect(through).toEqual(await useDual(dual))
    expect(through).toMatchObject({ era: '2026-07-28', progress: [{ progress: 1 }, {}, {}] })
    expect(textOf(through.ordered)).toBe('ordered in blue')
    const { of } = await recorded()
    const calls = of('tool_request')
    expect(calls.map(({ tool }) => tool)).toEqual(
      expect.arrayContaining(['dual/echo', 'dual/count', 'dual/order']),
    )
    expect(calls[0]?.identity.client).toEqual({ value: 'v2/2', source: 'self-reported' })
    expect(of('tool_result')).toHaveLength(calls.length)
  })

  test('speaks the older eras with clients that do', async () => {
    const { url } = await openBridge(dual)
    const { client } = await version2(url, 'legacy')
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25')
    expect(textOf(await client.callTool(call('echo', { text: 'old' })))).toBe('old')
  })

  test('a server that knows no 2026-07-28 is found out, and used as it can be', async () => {
    const { url } = await openBridge(reference('everything'))
    const { client } = await version2(url)
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25')
    expect(textOf(await client.callTool(call('echo', { message: 'found' })))).toContain('found')
  })

  test('one process answers all clients of a principal, each its own questions, under ids that are the same', async () => {
    const { url } = await openBridge(dual)
    const clients = await Promise.all([version2(url), version2(url), version2(url)])
    const pids = await Promise.all(clients.map(({ client }) => client.callTool(call('pid'))))
    expect(new Set(pids.map(textOf)).size).toBe(1)
    const seen: number[][] = [[], [], []]
    const counted = await Promise.all(
      clients.map(({ client }, index) =>
        client.callTool(call('count', { to: index + 2 }), {
          onprogress: ({ total }) => void seen[index]?.push(total ?? 0),
        }),
      ),
    )
    expect(counted.map(textOf)).toEqual(['counted to 2', 'counted to 3', 'counted to 4'])
    expect(seen).toEqual([
      [2, 2],
      [3, 3, 3],
      [4, 4, 4, 4],
    ])
  })

  test('a closed stream is a cancelled call, and no one else is disturbed', async () => {
    const { url, recorded } = await openBridge(dual)
    const [one, other] = await Promise.all([version2(url), version2(url)])
    const abort = new AbortController()
    const waiting = one.client.callTool(call('wait'), { signal: abort.signal })
    const counting = other.client.callTool(call('count', { to: 20 }))
    await sleep(200)
    abort.abort()
    await expect(waiting).rejects.toThrow()
    await vi.waitFor(async () => expect(textOf(await other.client.callTool(call('cancelled')))).toBe('1'))
    expect(textOf(await counting)).toBe('counted to 20')
    const { of } = await recorded()
    const { span } = of('tool_request').find(({ tool }) => tool === 'dual/wait') ?? {}
    expect(of('tool_result').find((result) => result.span === span)?.outcome.layer).toBe('cancelled')
  })

  test('subscriptions stay open and tell each listener under its own id', async () => {
    const { url } = await openBridge(dual)
    const heard: number[] = [0, 0]
    const clients = await Promise.all([version2(url), version2(url)])
    const subscriptions = await Promise.all(
      clients.map(({ client }, index) => {
        client.setNotificationHandler('notifications/tools/list_changed', () => {
          heard[index] = (heard[index] ?? 0) + 1
        })
        return client.listen({ toolsListChanged: true })
      }),
    )
    await clients[0]?.client.callTool(call('grow'))
    await vi.waitFor(() => expect(heard).toEqual([1, 1]))
    await subscriptions[0]?.close()
    await sleep(100)
    expect(textOf(await clients[1]?.client.callTool(call('grown')))).toBe('grown')
  })

  test('a crash is told to each call that waits, and the next one finds a new process', async () => {
    const { url, told } = await openBridge(dual)
    const { client } = await version2(url)
    const before = textOf(await client.callTool(call('pid')))
    const calls = [client.callTool(call('wait')), client.callTool(call('die'))]
    for (const each of await Promise.allSettled(calls))
      expect(each).toMatchObject({
        status: 'rejected',
        reason: { message: 'server dual exited with code 7' },
      })
    expect(told).toEqual(['server dual exited with code 7\nits stderr ends:\n  | the floor gave way'])
    expect(textOf(await client.callTool(call('pid')))).not.toBe(before)
    await expectGone([Number(before)])
  })
})

describe('what HTTP asks for', () => {
  const { body, headers } = modern(1, 'tools/call', call('echo', { text: 'x' }))
  const without = (name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name))

  test.for([
    ['no Mcp-Method', without('mcp-method')],
    ['another Mcp-Method', { ...headers, 'mcp-method': 'tools/list' }],
    ['no Mcp-Name', without('mcp-name')],
    ['another Mcp-Name', { ...headers, 'mcp-name': 'pid' }],
    ['an Mcp-Name in a wrong encoding', { ...headers, 'mcp-name': '=?base64?Z?=' }],
    ['no MCP-Protocol-Version', without('mcp-protocol-version')],
    ['another MCP-Protocol-Version', { ...headers, 'mcp-protocol-version': '2025-11-25' }],
  ] as const)('%s: 400 and -32020', async ([, sent]) => {
    const { url, recorded } = await openBridge(dual)
    const { status, answer } = await exchange(url, body, sent)
    expect([status, JSON.parse(answer).id, JSON.parse(answer).error.code]).toEqual([400, 1, -32020])
    expect((await recorded()).of('tool_result')).toMatchObject([{ outcome: { code: -32020 } }])
  })

  test('an argument that its tool wants in a header too must be the same there', async () => {
    const { url } = await openBridge(dual)
    const list = modern(1, 'tools/list')
    await exchange(url, list.body, list.headers)
    const region = { region: 'é', size: 2 }
    const { body: asked, headers: sent } = modern(2, 'tools/call', call('ship', region))
    const encoded = `=?base64?${Buffer.from('é').toString('base64')}?=`
    const told = async (more: Headers) => {
      const { status, answer } = await exchange(url, asked, { ...sent, ...more })
      return [status, JSON.parse(answer).error?.code]
    }
    expect(await told({})).toEqual([400, -32020])
    expect(await told({ 'mcp-param-region': 'e', 'mcp-param-size': '2' })).toEqual([400, -32020])
    expect(await told({ 'mcp-param-region': encoded, 'mcp-param-size': '3' })).toEqual([400, -32020])
    expect(await told({ 'mcp-param-region': encoded, 'mcp-param-size': '2.0' })).toEqual([200, undefined])
  })

  test('a name that no header can hold stands in it encoded', async () => {
    const { url } = await openBridge(dual)
    const { body: odd, headers: named } = modern(1, 'tools/call', call('é', {}))
    const encoded = `=?base64?${Buffer.from('é').toString('base64')}?=`
    const { answer } = await exchange(url, odd, { ...named, 'mcp-name': encoded })
    expect(answer).not.toContain('-32020')
  })

  test.for([
    ['an unknown method', modern(1, 'tools/juggle'), 404, -32601],
    ['a version that the server does not know', versioned('2099-01-01'), 400, -32022],
    [
      'a request without capabilities',
      modern(1, 'tools/list', {}, { [capabilities]: undefined }),
      400,
      -32602,
    ],
    ['an answer that is an error of the tool', modern(1, 'tools/call', call('none')), 200, -32602],
    ['a batch', { ...modern(1, 'tools/list'), body: `[${modern(1, 'tools/list').body}]` }, 400, -32600],
  ] as const)('%s is told by its status', async ([, { body: asked, headers: sent }, status, code]) => {
    const { url } = await openBridge(dual)
    const answered = await exchange(url, asked, sent)
    expect([answered.status, JSON.parse(answered.answer).error.code]).toEqual([status, code])
  })

  test('a notification is accepted; a cancellation by name is not passed on, as others use the same ids', async () => {
    const { url } = await openBridge(raw)
    const asked = modern(1, 'silent')
    const waiting = send(url, 'POST', { ...accept, ...asked.headers }, asked.body)
    const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}'
    const { 'mcp-method': _, ...notified } = asked.headers
    expect((await exchange(url, cancel, notified)).status).toBe(202)
    const { answer } = await exchange(url, modern(2, 'received').body, modern(2, 'received').headers)
    const lines = JSON.parse(answer).result.lines.map((line: string) =>
      Buffer.from(line, 'base64').toString(),
    )
    expect(lines.join('\n')).not.toContain('cancelled')
    await exchange(url, '{"jsonrpc":"2.0","method":"notifications/release","params":{"id":1}}', notified)
    expect((await waiting).statusCode).toBe(200)
  })
})

describe('bytes', () => {
  test('all but ids and tokens reaches both sides to the letter', async () => {
    const { url } = await openBridge(raw)
    const { body, headers } = modern('"1"', 'bytes', { n: 0 }, { progressToken: 'p' })
    const sent = body.replace('"n":0', '"n": 12345678901234567890, "é\\u00e9":1.0').replace('{', '{ \n')
    const { answer } = await exchange(url, sent, headers)
    expect(answer).toBe(
      '{ "jsonrpc":"2.0",  "id":"\\"1\\"","result":{"big":12345678901234567890,"one":1.0,"e":"\\u00e9é","z":{"a":1,"a":2}},"extra":1.50}',
    )
    const { body: next, headers: also } = modern(2, 'received')
    const { lines } = JSON.parse((await exchange(url, next, also)).answer).result
    const line = Buffer.from(lines[0], 'base64').toString()
    expect(line).toBe(
      sent.replace('\n', ' ').replace('"\\"1\\""', '1').replace('"progressToken":"p"', '"progressToken":1'),
    )
  })

  test('messages of several MiB pass in both directions', async () => {
    const { url } = await openBridge(raw)
    const bytes = 6 * 1024 * 1024
    const { body, headers } = modern(1, 'big', { bytes, padding: 'y'.repeat(bytes) })
    expect(JSON.parse((await exchange(url, body, headers)).answer).result.text).toHaveLength(bytes)
  })

  test('a client that does not read is let go, holds up nobody, and fills no memory', async () => {
    const doneFile = join(temporaryFolder(), 'done')
    const { url } = await openBridge(fixture('raw-lines.mjs', [doneFile], { name: 'raw' }))
    const before = process.memoryUsage().arrayBuffers
    const { body, headers } = modern(1, 'flood', { mebibytes: 160 })
    const stream = await send(url, 'POST', { ...accept, ...headers }, body)
    await vi.waitFor(() => expect(existsSync(doneFile)).toBe(true), 15_000)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(96 * 1024 * 1024)
    const other = modern(2, 'pid')
    expect((await exchange(url, other.body, other.headers)).status).toBe(200)
    await expect(readEvents(stream, () => false)).rejects.toThrow('aborted')
  })

  test('an answer that takes long begins its stream without it', async () => {
    const { url } = await openBridge(raw)
    const { body, headers } = modern(1, 'silent')
    const stream = await send(url, 'POST', { ...accept, ...headers }, body)
    expect(stream.headers).toMatchObject({ 'content-type': 'text/event-stream' })
    const release = '{"jsonrpc":"2.0","method":"notifications/release","params":{"id":1}}'
    await exchange(url, release, { 'mcp-protocol-version': '2026-07-28' })
    let text = ''
    for await (const chunk of stream) text += chunk
    expect(eventsIn(text)).toEqual([{ id: '', data: '{"jsonrpc":"2.0","id":1,"result":{"late":true}}' }])
  })
})

function versioned(version: string) {
  const { body, headers } = modern(
    1,
    'tools/list',
    {},
    { 'io.modelcontextprotocol/protocolVersion': version },
  )
  return { body, headers: { ...headers, 'mcp-protocol-version': version } }
}

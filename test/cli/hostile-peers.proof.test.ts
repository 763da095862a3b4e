import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { beginSession, eventsIn } from '../record/gateway/stdio-bridge/raw-client.ts'
import { runHere } from './run-here.ts'
import { callOf, jsonOrEvents, startGateway } from './started-gateway.ts'

// Whoever is before or behind the gateway may be broken, or mean it badly: it answers, keeps to its memory, and lives.

let act: (response: ServerResponse) => void = (response) => response.end('{}')
const upstream = createServer((incoming, response) => incoming.resume().on('end', () => act(response)))

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
})
afterAll(() => {
  upstream.closeAllConnections()
  upstream.close()
})

/** A gateway before that upstream, and more servers. */
function open(servers: object = {}) {
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`
  return startGateway({ mcpServers: { up: { url }, ...servers } })
}

const call = callOf(1)

/** A connection that has sent so much. */
async function sending(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** Another server, of which each connection gets the same bytes for an answer, and no more. */
async function speaking(bytes: string): Promise<object> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write(bytes))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` }
}

const local = (script: string) => ({ command: process.execPath, args: ['-e', script] })
const head = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } }
const welcome = JSON.stringify({ jsonrpc: '2.0', id: 'init', result: head })
const json = { 'content-type': 'application/json' }

describe('the gateway lives', () => {
  test('with 5,000 connections that say nothing, or half of something', async () => {
    const { port, post, isWell, stop } = await open({ local: local('') })
    act = (response) => response.writeHead(200, json).end('{"jsonrpc":"2.0"}')
    const rest = 'HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n'
    const said = [
      `POST /mcp/up ${rest}\r\n{"jsonrpc"`,
      `POST /mcp/local ${rest}content-type: application/json\r\n\r\n{"jsonrpc"`,
      '',
    ]
    const sockets: Socket[] = []
    while (sockets.length < 5000) {
      const more = Array.from({ length: 250 }, (_, nth) => sending(port, said[nth % said.length] ?? ''))
      sockets.push(...(await Promise.all(more)))
    }
    expect((await post('up', call)).status).toBe(200)
    expect(await isWell()).toBe(true)
    for (const socket of sockets) socket.destroy()
    await expect.poll(isWell).toBe(true)
    await stop()
  }, 60_000)

  test.runIf(process.platform === 'linux')(
    'with large bodies that stall, keeps to its memory, and has room for small ones',
    async () => {
      const { base, port, post, megabytes, isWell, stop } = await open({ local: local('') })
      act = (response) => response.writeHead(200, json).end('{"jsonrpc":"2.0"}')
      const held = async () =>
        / (\d+)$/.exec(
          /^calltrail_held_body_bytes.*$/m.exec(await (await fetch(`${base}/metrics`)).text())?.[0] ?? '',
        )?.[1]
      const before = megabytes()
      const spaces = Buffer.alloc(30_000_000, ' ')
      const sockets = await Promise.all(
        Array.from({ length: 24 }, async (_, nth) => {
          const start = `POST /mcp/${nth % 2 ? 'up' : 'local'} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 60000000\r\n`
          const socket = await sending(port, `${start}content-type: application/json\r\n\r\n`)
          const isRefused = once(socket, 'data')
          const isSent = new Promise((resolve) => socket.write(spaces, resolve))
          await Promise.race([isSent, isRefused])
          return socket
        }),
      )
      await sleep(200)
      expect(megabytes() - before).toBeLessThan(450)
      expect(Number(await held())).toBeGreaterThan(200_000_000)
      expect((await post('up', call)).status).toBe(200)
      expect(await isWell()).toBe(true)
      for (const socket of sockets) socket.destroy()
      await expect.poll(held).toBe('0')
      await stop()
    },
    30_000,
  )

  test('under headers that never end, and a request that is none', async () => {
    const { port, isWell, stop } = await open()
    const bomb = await sending(port, `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n${'x: y\r\n'.repeat(200_000)}`)
    expect(String(await once(bomb, 'data'))).toMatch(/^HTTP\/1\.1 4\d\d/)
    const noise = await sending(port, '\u0000\u0001 what is this\r\n\r\n')
    expect(String(await once(noise, 'data'))).toMatch(/^HTTP\/1\.1 400/)
    expect(await isWell()).toBe(true)
    await stop()
  })

  test('before servers whose headers never end, or that speak no HTTP, and tells it in the terms of MCP', async () => {
    const { post, isWell, stop } = await open({
      bomb: await speaking(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(200_000)}`),
      noise: await speaking('220 mail.example ESMTP\r\n'),
    })
    for (const server of ['bomb', 'noise']) {
      const asked = await post(server, call)
      const { id, error } = JSON.parse(await asked.text())
      expect([asked.status, id, error.code]).toEqual([502, 1, -32_000])
      expect(error.message).toMatch(/^calltrail: 127\.0\.0\.1:\d+ cannot be reached: ./)
    }
    expect(await isWell()).toBe(true)
    await stop()
  })

  test.runIf(process.platform === 'linux')(
    'before a server that floods a client that does not read, and keeps to its memory',
    async () => {
      const { base, megabytes, isWell, stop } = await open()
      let isWanted = true
      act = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const event = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'x', params: { text: 'y'.repeat(60_000) } })}\n\n`
        const flood = () => {
          while (isWanted && response.write(event));
          if (isWanted) response.once('drain', flood)
        }
        response.on('close', () => {
          isWanted = false
        })
        flood()
      }
      const before = megabytes()
      const asked = request(`${base}/mcp/up`, { method: 'POST', headers: jsonOrEvents }).end(call)
      asked.on('error', () => {})
      const [answer] = await once(asked, 'response')
      answer.pause()
      await sleep(2_000)
      expect(megabytes() - before).toBeLessThan(150)
      expect(await isWell()).toBe(true)
      asked.destroy()
      await expect.poll(() => isWanted).toBe(false)
      await stop()
    },
    30_000,
  )

  test.for([
    ['an answer', json],
    ['an event', { 'content-type': 'text/event-stream' }],
  ] as const)('before a server that says half of %s and stalls: nobody else waits', async ([, type]) => {
    const { base, post, stop } = await open()
    const metrics = async () => (await fetch(`${base}/metrics`)).text()
    const stalled = new Promise<ServerResponse>((resolve) => {
      act = (response) => {
        response.writeHead(200, type).write('data: {"jsonrpc":')
        resolve(response)
      }
    })
    const asked = request(`${base}/mcp/up`, { method: 'POST', headers: jsonOrEvents }).end(call)
    asked.on('error', () => {})
    const response = await stalled
    act = (other) => other.writeHead(200, json).end('{"jsonrpc":"2.0"}')
    expect((await post('up', call)).status).toBe(200)
    expect(await metrics()).toMatch(/in_flight\{route="\/mcp\/up"\} 1/)
    asked.destroy()
    await expect.poll(() => response.destroyed).toBe(true)
    await expect.poll(metrics).toMatch(/in_flight\{route="\/mcp\/up"\} 0/)
    await stop()
  })

  test('before a stdio server that says half of a line and stalls: other sessions go on, and its client can end it', async () => {
    const script = `
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line)
        if (method === 'initialize') console.log(${JSON.stringify(welcome)})
        else if (params.arguments.text === 'stall') process.stdout.write('{"jsonrpc":"2.0","id":')
        else console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } }))
      })`
    const { base, env, isWell, stop } = await open({ local: local(script) })
    const [stalled, other] = [
      await beginSession(`${base}/mcp/local`),
      await beginSession(`${base}/mcp/local`),
    ]
    const waiting = await stalled.open(callOf(1, 'stall'))
    expect((await other.post(callOf(2))).answer).toContain('"id":2,"result"')
    expect(await isWell()).toBe(true)
    expect((await stalled.delete()).status).toBe(200)
    const [told] = eventsIn((await buffer(waiting)).toString()).slice(-1)
    expect(JSON.parse(told?.data ?? '')).toMatchObject({ id: 1, error: { code: -32_000 } })
    await stop()
    const { chains } = JSON.parse((await runHere(['chains', '--json'], { env })).stdout)
    expect(chains.map(({ errors }: { errors: number }) => errors).sort()).toEqual([0, 1])
  })

  test('before a server that hangs up in the middle, and says so to the client and in the record', async () => {
    const { env, post, isWell, stop } = await open()
    act = (response) => {
      response.writeHead(200, { ...json, 'content-length': '1000' })
      response.write('{"jsonrpc":', () => response.destroy())
    }
    await expect(post('up', call).then((response) => response.text())).rejects.toThrow()
    act = (response) => response.destroy()
    const gone = await post('up', call)
    expect([gone.status, await gone.text()]).toEqual([502, expect.stringContaining('cannot be reached')])
    expect(await isWell()).toBe(true)
    await stop()
    const { chains } = JSON.parse((await runHere(['chains', '--json'], { env })).stdout)
    expect(chains.map(({ errors }: { errors: number }) => errors)).toEqual([1, 1])
  })

  test('under JSON that is none, and a batch of nothing, which pass and are recorded as that', async () => {
    const { env, post, stop } = await open()
    const seen: string[] = []
    act = (response) => {
      seen.push('asked')
      response.writeHead(400, json).end('{"jsonrpc":"2.0","id":null,"error":{}}')
    }
    for (const body of ['{"jsonrpc":', '[]', '42', '\u0000'])
      expect((await post('up', body)).status).toBe(400)
    expect(seen).toHaveLength(4)
    await stop()
    const reader = readJournal(homeAt(env.CALLTRAIL_HOME))
    let malformed = 0
    for (const { log } of await reader.logs())
      for await (const { entry } of reader.entries(log, 0))
        if (entry.kind === 'frame' && entry.data.malformed && entry.data.direction === 'to server')
          malformed += 1
    expect(malformed).toBe(4)
  })
})

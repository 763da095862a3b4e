import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, start, temporaryFolder } from './calltrail.ts'

// Whoever is before or behind the gateway may be broken, or mean it badly: it answers, keeps to its memory, and lives.

let act: (response: ServerResponse) => void = (response) => response.end('{}')
const upstream = createServer((incoming, response) => incoming.resume().on('end', () => act(response)))
let gateway: ChildProcess
let port = 0
let env: Record<string, string>
let stop: () => Promise<unknown>

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
})
afterAll(() => {
  upstream.closeAllConnections()
  upstream.close()
})

async function open(): Promise<void> {
  const folder = temporaryFolder()
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify({ mcpServers: { up: { url } } }))
  env = { CALLTRAIL_HOME: join(folder, 'home') }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('/mcp/up')) await once(child.stderr, 'data')
  gateway = child
  port = Number(/:(\d+)\/mcp\/up/.exec(said)?.[1])
  stop = () => {
    child.kill('SIGTERM')
    return ended
  }
}

const isWell = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const call = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'x', arguments: {} },
})
const post = (body = call) => fetch(`http://127.0.0.1:${port}/mcp/up`, { method: 'POST', headers, body })

function megabytes(): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** A connection that has sent so much. */
async function sending(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

describe('the gateway lives', () => {
  test('with 5,000 connections that say nothing, or half of something', async () => {
    await open()
    act = (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0"}')
    const half = `POST /mcp/up HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{"jsonrpc"`
    const sockets: Socket[] = []
    while (sockets.length < 5000)
      sockets.push(
        ...(await Promise.all(Array.from({ length: 250 }, (_, nth) => sending(nth % 2 === 0 ? half : '')))),
      )
    expect((await post()).status).toBe(200)
    expect(await isWell()).toBe(true)
    for (const socket of sockets) socket.destroy()
    await expect.poll(isWell).toBe(true)
    await stop()
  }, 60_000)

  test('under headers that never end, and a request that is none', async () => {
    await open()
    const bomb = await sending(`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n${'x: y\r\n'.repeat(200_000)}`)
    expect(String(await once(bomb, 'data'))).toMatch(/^HTTP\/1\.1 4\d\d/)
    const noise = await sending('\u0000\u0001 what is this\r\n\r\n')
    expect(String(await once(noise, 'data'))).toMatch(/^HTTP\/1\.1 400/)
    expect(await isWell()).toBe(true)
    await stop()
  })

  test.runIf(process.platform === 'linux')(
    'before a server that floods a client that does not read, and keeps to its memory',
    async () => {
      await open()
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
      const asked = request(`http://127.0.0.1:${port}/mcp/up`, { method: 'POST', headers }).end(call)
      asked.on('error', () => {})
      const [answer] = await once(asked, 'response')
      answer.pause()
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      expect(megabytes() - before).toBeLessThan(150)
      expect(await isWell()).toBe(true)
      asked.destroy()
      await expect.poll(() => isWanted).toBe(false)
      await stop()
    },
    30_000,
  )

  test('before a server that hangs up in the middle, and says so to the client and in the record', async () => {
    await open()
    act = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"jsonrpc":', () => response.destroy())
    }
    await expect(post().then((response) => response.text())).rejects.toThrow()
    act = (response) => response.destroy()
    const gone = await post()
    expect([gone.status, await gone.text()]).toEqual([502, expect.stringContaining('upstream_unreachable')])
    expect(await isWell()).toBe(true)
    await stop()
    const { chains } = JSON.parse((await run(['chains', '--json'], { env })).stdout)
    expect(chains.map(({ errors }: { errors: number }) => errors)).toEqual([1, 1])
  })

  test('under JSON that is none, and a batch of nothing, which pass', async () => {
    await open()
    const seen: string[] = []
    act = (response) => {
      seen.push('asked')
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"jsonrpc":"2.0","id":null,"error":{}}')
    }
    for (const body of ['{"jsonrpc":', '[]', '42', '\u0000']) expect((await post(body)).status).toBe(400)
    expect(seen).toHaveLength(4)
    await stop()
  })
})

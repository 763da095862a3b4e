import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExchangeTap } from '../../../src/record/gateway/exchange-tap.ts'
import { forwardHttp } from '../../../src/record/gateway/forward-http.ts'

/** Answers with the body that it got, in pieces of the size that a header asks for. */
const echo = createServer(async (request, response) => {
  const body = await buffer(request)
  const size = Number(request.headers['x-piece']) || body.length || 1
  response.writeHead(200, { 'content-type': String(request.headers['x-type'] ?? 'application/octet-stream') })
  for (let at = 0; at < body.length; at += size) {
    response.write(body.subarray(at, at + size))
    await setImmediate()
  }
  response.end()
})
const seen: { request: Buffer[]; response: Buffer[]; ends: string[] } = {
  request: [],
  response: [],
  ends: [],
}
const tap: ExchangeTap = {
  requestChunk: (chunk) => void seen.request.push(chunk),
  requestEnd: () => void seen.ends.push('request'),
  responseStart() {},
  responseChunk: (chunk) => void seen.response.push(chunk),
  responseEnd: () => void seen.ends.push('response'),
  broken: (layer) => void seen.ends.push(layer),
}
const proxy = createServer((incoming, outgoing) => {
  const target = new URL(`http://127.0.0.1:${portOf(echo)}${incoming.url}`)
  forwardHttp(incoming, outgoing, { target, tap, unreachable: (response) => response.writeHead(502).end() })
})

const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  for (const server of [echo, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
})
afterAll(() => {
  for (const server of [echo, proxy]) {
    server.closeAllConnections()
    server.close()
  }
})

function send(headers: Readonly<Record<string, string>>): ClientRequest {
  return httpRequest(`http://127.0.0.1:${portOf(proxy)}/any?x=%20`, { method: 'POST', headers })
}

test('whatever bytes go in come out, in both directions, wherever chunks are cut, and the tap saw them all', async () => {
  const bytes = fc.uint8Array({ maxLength: 3000 })
  const type = fc.constantFrom('application/json', 'text/event-stream', 'application/octet-stream')
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 6 }),
      fc.integer({ min: 1, max: 2000 }),
      type,
      async (pieces, size, type) => {
        for (const list of Object.values(seen)) list.length = 0
        const request = send({ 'x-piece': String(size), 'x-type': type })
        for (const piece of pieces) {
          request.write(piece)
          await setImmediate()
        }
        request.end()
        const [response] = await once(request, 'response')
        const sent = Buffer.concat(pieces)
        expect((await buffer(response)).equals(sent)).toBe(true)
        expect(Buffer.concat(seen.request).equals(sent)).toBe(true)
        expect(Buffer.concat(seen.response).equals(sent)).toBe(true)
        expect(seen.ends).toEqual(['request', 'response'])
      },
    ),
    { numRuns: 60 },
  )
})

test('64 MiB pass both ways', async () => {
  for (const list of Object.values(seen)) list.length = 0
  const body = Buffer.alloc(64 * 1024 * 1024, 'calltrail ')
  const request = send({ 'x-piece': '100000' })
  request.end(body)
  const [response] = await once(request, 'response')
  const digest = createHash('sha256')
  for await (const chunk of response) digest.update(chunk)
  expect(digest.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
  for (const list of Object.values(seen)) list.length = 0
})

test('headers of the message pass as they are written, those of the connection do not', async () => {
  const request = send({
    'X-Odd-Case': 'Kept',
    connection: 'keep-alive, x-hop',
    'x-hop': 'dropped',
    te: 'trailers',
    'content-type': 'text/plain',
  })
  const arrived = once(echo, 'request')
  request.end('x')
  const [incoming] = await arrived
  await once(request, 'response')
  expect(incoming.rawHeaders).toContain('X-Odd-Case')
  expect(incoming.headers).toMatchObject({ 'x-odd-case': 'Kept', host: `127.0.0.1:${portOf(echo)}` })
  expect(incoming.headers).not.toHaveProperty('x-hop')
  expect(incoming.headers).not.toHaveProperty('te')
})

test.for(['application/json', 'text/plain'])(
  'trailers of an answer pass as they are written: %s',
  async (type) => {
    const late = createServer((_, response) => {
      response.writeHead(200, { 'content-type': type, trailer: 'X-Checksum' })
      response.addTrailers([
        ['X-Checksum', '1f'],
        ['connection', 'close'],
      ])
      response.end('{}')
    }).listen(0, '127.0.0.1')
    const before = createServer((incoming, outgoing) => {
      const target = new URL(`http://127.0.0.1:${portOf(late)}/`)
      forwardHttp(incoming, outgoing, { target, tap, unreachable: () => outgoing.destroy() })
    }).listen(0, '127.0.0.1')
    await once(before, 'listening')
    const request = httpRequest(`http://127.0.0.1:${portOf(before)}/`).end()
    const [response] = await once(request, 'response')
    expect(`${await buffer(response)}`).toBe('{}')
    expect(response.rawTrailers).toEqual(['X-Checksum', '1f'])
    for (const server of [late, before]) server.close()
  },
)

test.for(['text/plain', 'text/event-stream', 'application/x-ndjson'])(
  '%s is passed piece by piece, as it comes',
  async (type) => {
    let finish = () => {}
    const slow = createServer((_, response) => {
      response.writeHead(200, { 'content-type': type })
      response.write('first\n')
      finish = () => response.end('last\n')
    }).listen(0, '127.0.0.1')
    await once(slow, 'listening')
    const before = createServer((incoming, outgoing) => {
      const target = new URL(`http://127.0.0.1:${portOf(slow)}/`)
      forwardHttp(incoming, outgoing, {
        target,
        tap,
        unreachable: (response) => response.writeHead(502).end(),
      })
    }).listen(0, '127.0.0.1')
    await once(before, 'listening')
    const request = httpRequest(`http://127.0.0.1:${portOf(before)}/`).end()
    const [response] = await once(request, 'response')
    const [first] = await once(response, 'data')
    expect(String(first)).toBe('first\n')
    finish()
    expect(String(await buffer(response))).toBe('last\n')
    for (const server of [slow, before]) {
      server.closeAllConnections()
      server.close()
    }
  },
)

import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { ExchangeTap } from '../../../src/record/gateway/exchange-tap.ts'
import { forwardHttp } from '../../../src/record/gateway/forward-http.ts'
import { upstreamAgent } from '../../../src/record/gateway/upstream-agents.ts'

const portOf = (server: Server) => (server.address() as AddressInfo).port

async function listen(handle: RequestListener): Promise<Server> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

/** A proxy before a server of the test's own; what breaks off is told, and answered with 502 where nothing has left yet. */
async function proxyBefore(
  handle: RequestListener,
  { recorded, refusal }: Pick<ExchangeTap, 'recorded' | 'refusal'> = {},
) {
  const broken: string[] = []
  const tap: ExchangeTap = {
    requestChunk() {},
    requestEnd() {},
    responseStart() {},
    responseChunk() {},
    responseEnd() {},
    broken: (layer) => void broken.push(layer),
    ...(recorded && { recorded }),
    ...(refusal && { refusal }),
  }
  const behind = await listen(handle)
  const target = new URL(`http://127.0.0.1:${portOf(behind)}/`)
  const proxy = await listen((incoming, outgoing) =>
    forwardHttp(incoming, outgoing, {
      target,
      tap,
      unreachable: (response) => response.writeHead(502).end(),
    }),
  )
  const send = (headers: Readonly<Record<string, string>> = {}) =>
    httpRequest(`http://127.0.0.1:${portOf(proxy)}/`, { method: 'POST', headers })
  return { send, broken }
}

test('a request passes piece by piece, but for the last one', async () => {
  const pieces: string[] = []
  const { send } = await proxyBefore((request, response) => {
    request.on('data', (chunk) => pieces.push(String(chunk)))
    request.on('end', () => response.end())
  })
  const request = send()
  for (const piece of ['one', 'two', 'three']) {
    request.write(piece)
    await setTimeout(30)
  }
  await expect.poll(() => pieces.join('')).toBe('onetwo')
  request.end()
  await once(request, 'response')
  expect(pieces.join('')).toBe('onetwothree')
})

test('a request of many pieces that may not pass is told why, once, and whoever answered before is cut off', async () => {
  for (const isEarly of [false, true]) {
    const { send, broken } = await proxyBefore(
      (request, response) => {
        request.on('error', () => undefined).resume()
        if (isEarly) response.writeHead(200, { 'content-type': 'text/plain' }).write('early')
      },
      { refusal: () => (outgoing) => outgoing.writeHead(503).end('not recorded') },
    )
    const request = send()
    const answered = once(request, 'response')
    let isAnswered = false
    request.once('response', () => {
      isAnswered = true
    })
    for (let piece = 0; piece < 2 || (isEarly && !isAnswered); piece++) {
      request.write('piece')
      await setTimeout(10)
    }
    request.end('the last')
    const [response] = await answered
    expect(response.statusCode).toBe(isEarly ? 200 : 503)
    if (isEarly) await expect(buffer(response)).rejects.toThrow('aborted')
    else expect(String(await buffer(response))).toBe('not recorded')
    expect(broken).toEqual([])
  }
})

test('nothing that ends leaves before it is recorded', async () => {
  const waiting: (() => void)[] = []
  let isAsked = false
  const { send } = await proxyBefore(
    (_, response) => {
      isAsked = true
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    },
    { recorded: (then) => void waiting.push(then) },
  )
  const request = send()
  const answered = once(request, 'response')
  request.end('{}')
  await expect.poll(() => waiting.length).toBe(1)
  await setTimeout(30)
  expect(isAsked).toBe(false)
  waiting.shift()?.()
  await expect.poll(() => waiting.length).toBe(1)
  expect(await Promise.race([answered, setTimeout(30, 'nothing yet')])).toBe('nothing yet')
  waiting.shift()?.()
  const [response] = await answered
  expect(String(await buffer(response))).toBe('{}')
})

test('hints that come before an answer reach the client before it does', async () => {
  const link = '</style.css>; rel=preload'
  const { send } = await proxyBefore((_, response) => {
    response.writeProcessing()
    response.writeEarlyHints({ link, 'x-hint': 'one' })
    response.end('answer')
  })
  const request = send()
  const told = Promise.all([once(request, 'information'), once(request, 'response')])
  request.end('x')
  const [[hints], [response]] = await told
  expect(hints).toMatchObject({ statusCode: 103, headers: { link, 'x-hint': 'one' } })
  expect(String(await buffer(response))).toBe('answer')
})

test('a client that leaves ends the request behind, and what is recorded later goes nowhere', async () => {
  let gone = false
  const { send, broken } = await proxyBefore((request) => {
    request.on('close', () => {
      gone = true
    })
  })
  const request = send().on('error', () => undefined)
  request.end('x')
  await setTimeout(50)
  request.destroy()
  await expect.poll(() => gone).toBe(true)
  expect(broken).toEqual(['cancelled'])
})

test('an answer that is here was not cancelled, though its client leaves before it is recorded', async () => {
  const waiting: (() => void)[] = []
  const { send, broken } = await proxyBefore(
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    { recorded: (then) => void waiting.push(then) },
  )
  const request = send().on('error', () => undefined)
  request.end('x')
  await expect.poll(() => waiting.length).toBe(1)
  waiting.shift()?.()
  await expect.poll(() => waiting.length).toBe(1)
  request.destroy()
  await setTimeout(30)
  waiting.shift()?.()
  await setTimeout(30)
  expect(broken).toEqual([])
})

test.for(['text/plain', 'application/json'])(
  'an answer that is cut off is cut off for the client where it was, and told: %s',
  async (type) => {
    const { send, broken } = await proxyBefore((_, response) => {
      response.writeHead(200, { 'content-type': type, 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    const request = send()
    request.end('x')
    const [response] = await once(request, 'response')
    const pieces: Buffer[] = []
    response.on('data', (piece: Buffer) => pieces.push(piece))
    await once(response, 'error')
    expect(String(Buffer.concat(pieces))).toBe('half')
    expect(broken).toEqual(['transport'])
  },
)

test('an answer that nothing was modified has no body, whatever length it tells', async () => {
  const told = Buffer.from('HTTP/1.1 304 Not Modified\r\ncontent-length: 55\r\netag: "1"\r\n\r\n')
  const { send, broken } = await proxyBefore((request) => request.socket.write(told))
  const request = send()
  request.end('x')
  const [response] = await once(request, 'response')
  expect(response).toMatchObject({ statusCode: 304, headers: { etag: '"1"', 'content-length': '55' } })
  expect(await buffer(response)).toHaveLength(0)
  expect(broken).toEqual([])
})

test('a request that is long on its way goes out, though a thousand others went before it', async () => {
  const { send } = await proxyBefore(async (request, response) => response.end(await buffer(request)))
  const request = send({ expect: '100-continue' })
  request.flushHeaders()
  await once(request, 'continue')
  for (let other = 0; other <= 1_000; other++) upstreamAgent(`pool ${other}`)
  request.end('at last')
  const [response] = await once(request, 'response')
  expect([response.statusCode, String(await buffer(response))]).toEqual([200, 'at last'])
})

test('a wish for 100 Continue is granted here, and the request passes', async () => {
  const { send } = await proxyBefore(async (request, response) => response.end(await buffer(request)))
  const request = send({ expect: '100-continue' })
  request.flushHeaders()
  await once(request, 'continue')
  request.end('the body')
  const [response] = await once(request, 'response')
  expect(String(await buffer(response))).toBe('the body')
})

test('a server that hangs up during a large body is told as 502, and the client can say all that it has to say', async () => {
  const { send, broken } = await proxyBefore((request) => {
    request.once('data', () => request.destroy())
  })
  const request = send().on('error', () => undefined)
  const isSent = once(request, 'finish')
  request.end(Buffer.alloc(32 * 1024 * 1024))
  const [response] = await once(request, 'response')
  await isSent
  expect(response.statusCode).toBe(502)
  expect(broken).toEqual(['transport'])
})

test('a reason and headers beyond ASCII pass byte by byte', async () => {
  const told = Buffer.from('HTTP/1.1 200 Succès\r\nx-name: Müller\r\ncontent-length: 2\r\n\r\n{}')
  const { send } = await proxyBefore((request) => request.socket.end(told))
  const request = send()
  request.end('x')
  const [response] = await once(request, 'response')
  const inBytes = (text: string) => Buffer.from(text, 'latin1').toString()
  expect(inBytes(response.statusMessage)).toBe('Succès')
  expect(inBytes(response.headers['x-name'])).toBe('Müller')
  expect(String(await buffer(response))).toBe('{}')
})

test('an answer whose reason is not UTF-8 is an answer', async () => {
  const told = Buffer.from('HTTP/1.1 200 Succ\xe8s\r\ncontent-length: 2\r\n\r\n{}', 'latin1')
  const { send } = await proxyBefore((request) => request.socket.end(told))
  const request = send()
  request.end('x')
  const [response] = await once(request, 'response')
  expect(response.statusCode).toBe(200)
  expect(String(await buffer(response))).toBe('{}')
})

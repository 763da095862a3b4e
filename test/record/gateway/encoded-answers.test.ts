import { once } from 'node:events'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as zlib from 'node:zlib'
import { brotliCompressSync, constants, createGunzip, createGzip, deflateSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { call } from './mcp-upstream.ts'
import { key, openGateway, post, question } from './open-gateway.ts'

async function gatewayBefore(serve: RequestListener) {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  return openGateway(() => ({ text: '' }), undefined, { remote: url })
}

const result = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1 },
  result: { content: [{ type: 'text', text: 'what the tool said' }] },
})
const event = `event: message\ndata: ${result}\n\n`

type Encode = (bytes: Buffer) => Buffer
const isEncode = (value: unknown): value is Encode => typeof value === 'function'
// Node has it from 22.15 on.
const { zstdCompressSync: zstd }: Readonly<Record<string, unknown>> = zlib
const encodings: readonly (readonly [string, Encode])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate, gzip', (bytes) => gzipSync(deflateSync(bytes))],
  ['identity,br , GZIP', (bytes) => gzipSync(brotliCompressSync(bytes))],
  ...(isEncode(zstd) ? [['zstd', zstd] as const] : []),
]

test.for(encodings)('requests in %s pass as they came, and are recorded', async ([encoding, encode]) => {
  const arrived: Buffer[] = []
  const server = createServer(async (incoming, response) => {
    arrived.push(await buffer(incoming))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": []}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { base, recorded } = await openGateway(() => ({ text: '' }), url, { remote: `${url}/mcp` })
  const sent = [JSON.stringify(question), call('read')].map((text) => encode(Buffer.from(text)))
  for (const [index, path] of ['/openai/v1/chat/completions', '/mcp/remote'].entries())
    await post(base + path, sent[index] ?? '', { ...key, 'content-encoding': encoding })
  expect(arrived.map((bytes) => bytes.toString('hex'))).toEqual(sent.map((bytes) => bytes.toString('hex')))
  const { of, text } = await recorded()
  expect(text(of('model_request')[0]?.prompt ?? null)).toBe('Which port?')
  expect(of('tool_request')).toMatchObject([{ tool: 'remote/read' }])
})

test.for(encodings)(
  'an event stream in %s passes as it came, and its answer is recorded',
  async ([encoding, encode]) => {
    const encoded = encode(Buffer.from(event))
    const { base, recorded } = await gatewayBefore((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding })
      response.end(encoded)
    })
    const answer = await post(`${base}/mcp/remote`, call('read'))
    expect(answer.bytes).toBe(encoded.toString('latin1'))
    const { of, text } = await recorded()
    expect(of('tool_result')).toMatchObject([{ outcome: { layer: 'ok' } }])
    expect(text(of('tool_result')[0]?.result ?? null)).toContain('what the tool said')
  },
)

/** What is recorded of a call that is answered so, after the client was told it to the byte. */
async function recordedOf(
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
  sent = call('read'),
) {
  const { base, recorded } = await gatewayBefore((_, response) => {
    response.writeHead(200, headers)
    response.end(body)
  })
  const answer = await post(`${base}/mcp/remote`, sent)
  expect(answer.bytes).toBe(Buffer.from(body).toString('latin1'))
  return (await recorded()).of
}

const stream = { 'content-type': 'text/event-stream' }
const json = { 'content-type': 'application/json' }
const mark = '\ufeff'

test.for([
  ['a stream without a coding that says so', { ...stream, 'content-encoding': 'identity' }, event],
  ['a stream behind a byte order mark', stream, mark + event],
  ['JSON behind a byte order mark', json, mark + result],
  ['JSON in a coding that is written large', { ...json, 'content-encoding': 'GZIP' }, gzipSync(result)],
] as const)('%s is read', async ([, headers, body]) => {
  const of = await recordedOf(headers, body)
  expect(of('tool_result')).toMatchObject([{ outcome: { layer: 'ok' } }])
})

test.for([
  ['of a coding that is none', 'gzip'],
  ['of a coding that nobody knows here', 'made-up'],
  ['of one around another that nobody knows', 'made-up, gzip'],
  ['of more codings than anyone needs', 'gzip, gzip, gzip, gzip, gzip'],
] as const)('a stream %s passes as it came, and is recorded by its size', async ([, encoding]) => {
  const of = await recordedOf({ ...stream, 'content-encoding': encoding }, event)
  expect(of('frame')).toMatchObject([{ body: { bytes: event.length, truncated: true } }])
})

test('a stream whose inner coding is none passes as it came, and is recorded by its size', async () => {
  const encoded = gzipSync(event)
  const of = await recordedOf({ ...stream, 'content-encoding': 'br, gzip' }, encoded)
  expect(of('frame')).toMatchObject([{ body: { bytes: encoded.length, truncated: true } }])
})

test('an answer of 2026-07-28 that holds none is the end of its call', async () => {
  const { params, ...message } = JSON.parse(call('read'))
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
  const modern = JSON.stringify({ ...message, params: { ...params, _meta } })
  const of = await recordedOf({ 'content-type': 'text/html' }, '<p>Sign in', modern)
  expect(of('tool_result')).toMatchObject([{ outcome: { layer: 'malformed' } }])
})

test.for(['gzip', 'gzip, gzip'])(
  'of a stream in %s that stays open each piece is read before it leaves',
  async (encoding) => {
    const { base, soFar } = await gatewayBefore((_, response) => {
      response.writeHead(200, { ...stream, 'content-encoding': encoding })
      const flush = constants.Z_SYNC_FLUSH
      const outer = createGzip({ flush })
      outer.pipe(response)
      if (encoding === 'gzip') outer.write(event)
      else
        createGzip({ flush })
          .on('data', (piece) => outer.write(piece))
          .write(event)
    })
    const asked = request(`${base}/mcp/remote`, { method: 'POST', headers: json }).end(call('read'))
    const [response] = await once(asked, 'response')
    // The head of the coding may come by itself.
    const decoded = encoding.split(',').reduce<Readable>((coded) => coded.pipe(createGunzip()), response)
    await once(decoded, 'data')
    expect((await soFar()).of('tool_result')).toMatchObject([{ outcome: { layer: 'ok' } }])
    asked.on('error', () => {}).destroy()
  },
)

test.for([
  ['gzip', (text: string) => gzipSync(text)],
  ['deflate, gzip', (text: string) => gzipSync(deflateSync(text))],
] as const)(
  'a stream in %s of many pieces passes as it came, and all of it is read',
  async ([encoding, encode]) => {
    const told = Array.from(
      { length: 500 },
      (_, index) =>
        `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${index}"}}\n\n`,
    )
    const encoded = encode(told.join('') + event)
    const { base, recorded } = await gatewayBefore((_, response) => {
      response.writeHead(200, { ...stream, 'content-encoding': encoding })
      for (let at = 0; at < encoded.length; at += 100) response.write(encoded.subarray(at, at + 100))
      response.end()
    })
    const answers = Array.from({ length: 2 }, () => post(`${base}/mcp/remote`, call('read')))
    for (const { bytes } of await Promise.all(answers)) expect(bytes).toBe(encoded.toString('latin1'))
    const { of } = await recorded()
    expect([of('frame').length, of('tool_result').length]).toEqual([1_000, 2])
  },
)

test('a redirection is no answer', async () => {
  const { base, recorded } = await gatewayBefore((_, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await post(`${base}/mcp/remote`, call('read'))).toMatchObject({ status: 302 })
  expect((await recorded()).of('tool_result')).toMatchObject([{ outcome: { layer: 'http', code: 302 } }])
})

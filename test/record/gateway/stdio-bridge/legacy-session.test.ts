import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../../cli/calltrail.ts'
import { expectGone } from '../../../tools/processes.ts'
import { fixture } from '../../../tools/servers.ts'
import { openBridge } from './clients.ts'
import { beginSession, exchange, readEvents } from './raw-client.ts'

const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
const ask = (id: number | string, method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params })
const resultOf = (answer: string) => JSON.parse(answer).result

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** In buffers, without those that nobody refers to any more. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

describe('bytes', () => {
  test('numbers, escapes, duplicate names and unknown members reach both sides to the letter', async () => {
    const { url, recorded } = await openBridge(raw)
    const { post } = await beginSession(url)
    const sent = '{"jsonrpc":"2.0","id":1.0,"method":"bytes","x":12345678901234567890,"x":"\\u00e9é","y":1.0}'
    const { answer } = await post(sent)
    expect(answer).toBe(
      '{ "jsonrpc":"2.0",  "id":1.0,"result":{"big":12345678901234567890,"one":1.0,"e":"\\u00e9é","z":{"a":1,"a":2}},"extra":1.50}',
    )
    const { lines } = resultOf((await post(ask(2, 'received'))).answer)
    expect(Buffer.from(lines[1], 'base64').toString()).toBe(sent)
    const { of, text: bodyText } = await recorded()
    expect(of('frame').map(({ body }) => bodyText(body))).toContain(sent)
  })

  test('a body in several lines becomes one, and changes in nothing else', async () => {
    const { url } = await openBridge(raw)
    const { post } = await beginSession(url)
    const pretty = '{\r\n  "jsonrpc": "2.0",\n\t"id": "a\\nb",\n"method": "silent", "n": 1.0 }\n'
    expect((await post(`[${pretty}]`)).answer).toBe('[{"jsonrpc":"2.0", "id":"a\\nb","result":{"n":1.0}}]')
    const { lines } = resultOf((await post(ask(2, 'received'))).answer)
    expect(Buffer.from(lines[1], 'base64').toString()).toBe(`[${pretty}]`.replace(/[\r\n]/g, ' '))
  })

  test('lines that are no message are passed over, and line ends within a message cut no event', async () => {
    const { url, recorded } = await openBridge(raw)
    const { post } = await beginSession(url)
    expect((await post(ask(1, 'noise'))).answer).toBe('{"jsonrpc":"2.0", "id":1,"result":{"after":"noise"}}')
    const frames = (await recorded()).of('frame')
    expect(frames.filter(({ malformed }) => malformed)).toHaveLength(2)
  })
})

describe('sessions', () => {
  test('each has a process of its own, which ends with DELETE; the session is not found afterwards', async () => {
    const { url } = await openBridge(raw)
    const [one, other] = [await beginSession(url), await beginSession(url)]
    const pids = await Promise.all(
      [one, other].map(async ({ post }) => resultOf((await post(ask(1, 'pid'))).answer).pid as number),
    )
    expect(new Set(pids).size).toBe(2)
    expect((await one.delete()).status).toBe(200)
    expect(await one.post(ask(2, 'pid'))).toMatchObject({
      status: 404,
      text: expect.stringContaining('-32001'),
    })
    await expectGone(pids.slice(0, 1))
    expect((await other.post(ask(2, 'pid'))).status).toBe(200)
  })

  test.for([
    ['no session', ask(1, 'pid'), {}, 400],
    ['another session', ask(1, 'pid'), { 'mcp-session-id': 'nobody' }, 404],
    ['no JSON', '{"jsonrpc":', {}, 400],
    ['no JSON-RPC', '{"hello":1}', {}, 400],
    ['an empty body', '', {}, 400],
    ['an Accept without events', ask(1, 'pid'), { accept: 'application/json' }, 406],
    ['an Accept that refuses events', ask(1, 'pid'), { accept: '*/*, text/event-stream;q=0' }, 406],
    ['another content type', ask(1, 'pid'), { 'content-type': 'text/plain' }, 415],
    ['a content encoding', ask(1, 'pid'), { 'content-encoding': 'gzip' }, 415],
    ['initialize within a batch', `[${ask(1, 'initialize')}]`, {}, 400],
  ] as const)('%s is refused as HTTP asks, and no process is started', async ([, body, headers, status]) => {
    const { url, told } = await openBridge(fixture('no-such-file.mjs', [], { name: 'raw' }))
    expect((await exchange(url, body, headers)).status).toBe(status)
    await sleep(100)
    expect(told).toEqual([])
  })

  test('GET and DELETE outside of a session, and other methods, are not allowed', async () => {
    const { url } = await openBridge(raw)
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH'])
      expect(await exchange(url, '', {}, method)).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect((await exchange(url, '', { 'mcp-session-id': 'nobody' }, 'GET')).status).toBe(404)
    expect((await exchange(url, '', { 'mcp-session-id': 'nobody' }, 'DELETE')).status).toBe(404)
  })

  test('a version that was not agreed on, and an id that is in use, are refused', async () => {
    const { url } = await openBridge(raw)
    const { post, open, session } = await beginSession(url, '2025-06-18')
    const wrong = await post(ask(1, 'pid'), { 'mcp-protocol-version': '1999-01-01' })
    expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('2025-06-18') })
    const waiting = open(ask(7, 'silent'))
    await vi.waitFor(async () => expect((await exchange(url, ask(7, 'silent'), session)).status).toBe(400))
    await exchange(url, '{"jsonrpc":"2.0","method":"notifications/release","params":{"id":7}}', session)
    expect((await waiting).statusCode).toBe(200)
  })

  test('an id is in use to the letter, and no other is for a double', async () => {
    const { url } = await openBridge(raw)
    const { post, open } = await beginSession(url)
    // It has headers, and so was taken, before the other comes.
    await open('{"jsonrpc":"2.0","id":1152921504606846977,"method":"silent"}')
    const answered = await post('{"jsonrpc":"2.0","id":1152921504606846978,"method":"bytes"}')
    expect(answered).toMatchObject({ status: 200 })
    expect(answered.answer).toContain('"id":1152921504606846978')
  })

  test('a server that dies answers what it leaves open with an error, and its session is gone', async () => {
    const { url, told, recorded } = await openBridge(raw)
    const { post, session } = await beginSession(url)
    const waiting = exchange(url, ask('w', 'silent'), session)
    await sleep(100)
    const dead = await post(ask(1.5, 'die'))
    expect(JSON.parse(dead.answer)).toEqual({
      ...{ jsonrpc: '2.0', id: 1.5 },
      error: { code: -32000, message: 'server raw exited with code 7' },
    })
    expect(JSON.parse((await waiting).answer)).toMatchObject({ id: 'w', error: { code: -32000 } })
    expect((await post(ask(2, 'pid'))).status).toBe(404)
    expect(told).toEqual(['server raw exited with code 7\nits stderr ends:\n  | the floor gave way'])
    expect((await recorded()).of('session_closed')[0]).toMatchObject({ reason: 'failed', exitCode: 7 })
  })

  test('a command that cannot be started says so, to the client and to the operator', async () => {
    const { url, told } = await openBridge({ ...raw, command: '/no/such/command' })
    const { answer } = await exchange(url, ask(0, 'initialize', { protocolVersion: '2025-11-25' }))
    expect(JSON.parse(answer)).toMatchObject({
      id: 0,
      error: { message: expect.stringMatching(/cannot be started: \/no\/such\/command/) },
    })
    expect(told).toHaveLength(1)
  })

  test('when all places are taken, the session that was idle for longest gives way, and a busy one never', async () => {
    const { url } = await openBridge(raw, 2)
    const [first, second] = [await beginSession(url), await beginSession(url)]
    await first.post(ask(1, 'pid'))
    const third = await beginSession(url)
    expect((await second.post(ask(2, 'pid'))).status).toBe(404)
    const waiting = [first, third].map(({ open }) => open(ask(9, 'silent')))
    await sleep(100)
    const refused = await exchange(url, ask(0, 'initialize', { protocolVersion: '2025-11-25' }))
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect((await first.post(ask(3, 'pid'))).status).toBe(200)
    for (const { post } of [first, third])
      await post('{"jsonrpc":"2.0","method":"notifications/release","params":{"id":9}}')
    await Promise.all(waiting)
  })

  test('no process is left once the gateway has closed', async () => {
    const { url, gateway } = await openBridge(raw)
    const sessions = [await beginSession(url), await beginSession(url)]
    const pids = await Promise.all(
      sessions.map(async ({ post }) => resultOf((await post(ask(1, 'pid'))).answer).pid as number),
    )
    await gateway.close()
    await expectGone(pids)
  })
})

describe('streams', () => {
  test('a cancelled request is answered no more, and the server is told', async () => {
    const { url, recorded } = await openBridge(raw)
    const { post, open } = await beginSession(url)
    const waiting = open(ask(5, 'silent'))
    await sleep(100)
    const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}'
    expect((await post(cancel)).status).toBe(202)
    expect(await readEvents(await waiting, () => false)).toMatchObject([{ data: '' }])
    const { lines } = resultOf((await post(ask(6, 'received'))).answer)
    expect(Buffer.from(lines.at(-2), 'base64').toString()).toBe(cancel)
    expect((await recorded()).of('frame').map(({ method }) => method)).toContain('notifications/cancelled')
  })

  test('what names no request goes to GET where several wait, and to the one that waits else', async () => {
    const { url } = await openBridge(raw)
    const { post, listen, open } = await beginSession(url)
    const one = await post(ask(1, 'notify', { count: 2 }))
    expect(one.events.map(({ data }) => data && JSON.parse(data).method)).toEqual([
      '',
      'notifications/numbered',
      'notifications/numbered',
      undefined,
    ])
    const stream = await listen()
    expect(stream.headers['content-type']).toBe('text/event-stream')
    expect((await listen()).statusCode).toBe(409)
    const waiting = open(ask(2, 'silent'))
    await sleep(100)
    expect((await post(ask(3, 'notify', { count: 2 }))).answer).toContain('"id":3')
    expect(await readEvents(stream, (text) => text.includes('"sent":2'))).toMatchObject([
      { data: expect.stringContaining('"sent":1') },
      { data: expect.stringContaining('"sent":2') },
    ])
    stream.destroy()
    const other = await waiting
    other.destroy()
  })

  test('a client that lost its stream goes on where it was, and gets each event once', async () => {
    const { url, recorded } = await openBridge(raw)
    const { open, listen, post } = await beginSession(url)
    const stream = await open(ask(1, 'notify', { count: 3, silent: true }))
    const [priming, first] = await readEvents(stream, (text) => text.includes('"sent":3'))
    expect(priming?.data).toBe('')
    stream.destroy()
    await sleep(50)
    await post('{"jsonrpc":"2.0","method":"notifications/release","params":{"id":1}}')
    await sleep(50)
    const resumed = await listen({ 'last-event-id': first?.id ?? '' })
    const events = await readEvents(resumed, (text) => text.includes('"late"'))
    expect(events.map(({ data }) => data).join('\n')).toMatch(/"sent":2.*\n.*"sent":3.*\n.*"late":true/)
    const last = events.at(-1)?.id ?? ''
    expect((await listen({ 'last-event-id': last })).statusCode).toBe(405)
    expect((await listen({ 'last-event-id': 'another' })).statusCode).toBe(400)
    const answers = (await recorded())
      .of('frame')
      .filter(({ requestId, direction }) => requestId === '1' && direction === 'to client')
    expect(answers).toHaveLength(1)
  })

  test('a resumed stream that is not over goes on', async () => {
    const { url } = await openBridge(raw)
    const { open, listen, post } = await beginSession(url)
    const stream = await open(ask(1, 'notify', { count: 1, silent: true }))
    const [priming] = await readEvents(stream, (text) => text.includes('"sent":1'))
    const resumed = await listen({ 'last-event-id': priming?.id ?? '' })
    await readEvents(resumed, (text) => text.includes('"sent":1'))
    await post('{"jsonrpc":"2.0","method":"notifications/release","params":{"id":1}}')
    expect(await readEvents(resumed, (text) => text.includes('"late"'))).toHaveLength(1)
    expect(await readEvents(stream, () => false)).toEqual([])
  })

  test('what is said while nobody listens waits for GET, and is told once', async () => {
    const { url } = await openBridge(raw)
    const { post, listen } = await beginSession(url)
    const say = (sent: number) =>
      post(`{"jsonrpc":"2.0","method":"notifications/say","params":{"sent":${sent}}}`)
    await say(1)
    await sleep(50)
    const stream = await listen()
    expect(await readEvents(stream, (text) => text.includes('"sent":1'))).toHaveLength(1)
    stream.destroy()
    await sleep(50)
    await say(2)
    const again = await listen()
    expect(await readEvents(again, (text) => text.includes('"sent":2'))).toHaveLength(1)
    again.destroy()
  })

  test('a server that floods where nobody listens fills no memory', async () => {
    const doneFile = join(temporaryFolder(), 'done')
    const { url } = await openBridge(fixture('raw-lines.mjs', [doneFile], { name: 'raw' }))
    const { open } = await beginSession(url)
    const before = heldBytes()
    const stream = await open(ask(1, 'flood', { mebibytes: 32 }))
    stream.on('error', () => {})
    stream.destroy()
    await vi.waitFor(() => expect(existsSync(doneFile)).toBe(true), 15_000)
    await vi.waitFor(() => expect(heldBytes() - before).toBeLessThan(8 * 1024 * 1024))
  })

  test('a client that does not read slows its server down, and fills no memory', async () => {
    const doneFile = join(temporaryFolder(), 'done')
    const { url } = await openBridge(fixture('raw-lines.mjs', [doneFile], { name: 'raw' }))
    const { open } = await beginSession(url)
    const before = process.memoryUsage()
    const stream = await open(ask(1, 'flood', { mebibytes: 64 }))
    await sleep(1_500)
    expect(existsSync(doneFile)).toBe(false)
    const { arrayBuffers } = process.memoryUsage()
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024)
    let bytes = 0
    let tail = ''
    for await (const chunk of stream) {
      bytes += chunk.length
      tail = (tail + chunk).slice(-200)
    }
    expect(bytes).toBeGreaterThan(64 * 1024 * 1024)
    expect(tail).toContain('"id":1,"result":{}')
  })
})

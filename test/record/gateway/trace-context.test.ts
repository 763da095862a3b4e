import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { JournalWriter } from '../../../src/domain/journal.ts'
import type { SpanData } from '../../../src/record/otel/span-data.ts'
import { tracedJournal } from '../../../src/record/otel/traced-journal.ts'
import { openTestJournal, temporaryHome } from '../../journal/temporary-home.ts'
import { fixture } from '../../tools/servers.ts'
import { startUpstream } from './mcp-upstream.ts'
import { openGateway, post } from './open-gateway.ts'
import { accept, beginSession, exchange, modern } from './stdio-bridge/raw-client.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const incoming = (flags: string) => `00-${traceId}-00f067aa0ba902b7-${flags}`
const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
const call =
  '{"jsonrpc":"2.0","id":"é1","method":"tools/call", "params":{"name":"greet","arguments":{"n":1.0}}}'

function traced() {
  const spans: SpanData[] = []
  const sink = { add: (added: readonly SpanData[]) => spans.push(...added), lose: () => {} }
  const journal: JournalWriter = tracedJournal(openTestJournal(temporaryHome()), { sink, content: false })
  return { spans, journal }
}

async function openTo(injectTraceContext: boolean) {
  const upstream = await startUpstream()
  const { spans, journal } = traced()
  const servers = { remote: upstream.url }
  const options = { journal, injectTraceContext, stdioServers: [raw] }
  const { base } = await openGateway(() => ({ text: '' }), undefined, servers, options)
  return { base, upstream, spans }
}

const named = (text: string, traceparent: string) =>
  text.replace('"params":{', `"params":{"_meta":{"traceparent":"${traceparent}"},`)

/** The lines that the server behind the bridge was sent. */
const linesOf = (answer: string) =>
  (JSON.parse(answer).result.lines as string[]).map((line) => Buffer.from(line, 'base64').toString())

describe('where calls name their spans', () => {
  test('a server over HTTP gets the exported span in the body, and nothing else is changed', async () => {
    const { base, upstream, spans } = await openTo(true)
    const { status } = await post(`${base}/mcp/remote`, call)
    expect(status).toBe(200)
    await expect.poll(() => spans).toHaveLength(1)
    const [span] = spans
    const [arrived] = upstream.arrived
    expect(arrived?.body).toBe(named(call, `00-${span?.traceId}-${span?.spanId}-01`))
    expect(arrived?.headers['content-length']).toBe(`${Buffer.byteLength(arrived?.body ?? '')}`)
    expect(arrived?.headers).not.toHaveProperty('traceparent')
  })

  test('a request that comes in pieces and without a length gets it too', async () => {
    const { base, upstream, spans } = await openTo(true)
    const sent = request(`${base}/mcp/remote`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    const bytes = Buffer.from(call)
    for (let at = 0; at < bytes.length; at += 20) {
      sent.write(bytes.subarray(at, at + 20))
      await new Promise(setImmediate)
    }
    sent.end()
    const [response] = await once(sent, 'response')
    response.resume()
    await expect.poll(() => spans).toHaveLength(1)
    const [span] = spans
    expect(upstream.arrived[0]?.body).toBe(named(call, `00-${span?.traceId}-${span?.spanId}-01`))
  })

  test('the trace of the headers goes on, and says whether it is kept', async () => {
    for (const flags of ['01', '00']) {
      const { base, upstream, spans } = await openTo(true)
      await post(`${base}/mcp/remote`, call, { traceparent: incoming(flags) })
      const body = upstream.arrived[0]?.body ?? ''
      expect(body).toMatch(new RegExp(`"traceparent":"00-${traceId}-[0-9a-f]{16}-${flags}"`))
      await new Promise(setImmediate)
      expect(spans).toHaveLength(flags === '01' ? 1 : 0)
    }
  })

  test('what a client says itself stays, and so do other requests and encoded ones', async () => {
    const { base, upstream } = await openTo(true)
    const own = named(call, incoming('01'))
    const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{ } }'
    for (const body of [own, list]) await post(`${base}/mcp/remote`, body)
    expect(upstream.arrived.map(({ body }) => body)).toEqual([own, list])
    await post(`${base}/mcp/remote`, call, { 'content-encoding': 'gzip' })
    expect(upstream.arrived[2]?.body).toBe(call)
  })

  test('a server behind the bridge gets it in both eras', async () => {
    const { base, spans } = await openTo(true)
    const url = `${base}/mcp/raw`
    const session = await beginSession(url)
    await session.post(call)
    const [, line] = linesOf((await session.post('{"jsonrpc":"2.0","id":2,"method":"received"}')).answer)
    await expect.poll(() => spans).toHaveLength(1)
    expect(line).toBe(named(call, `00-${spans[0]?.traceId}-${spans[0]?.spanId}-01`))
    await session.delete()

    const asked = modern(7, 'tools/call', { name: 'greet' })
    await exchange(url, asked.body, { ...accept, ...asked.headers })
    const after = modern(8, 'received')
    const lines = linesOf((await exchange(url, after.body, { ...accept, ...after.headers })).answer)
    await expect.poll(() => spans).toHaveLength(2)
    const traceparent = `00-${spans[1]?.traceId}-${spans[1]?.spanId}-01`
    expect(lines.map((each) => JSON.parse(each).params._meta?.traceparent)).toContain(traceparent)
  })
})

test('where they do not, which is the default, every byte is as it was', async () => {
  const { base, upstream } = await openTo(false)
  await post(`${base}/mcp/remote`, call)
  expect(upstream.arrived[0]?.body).toBe(call)
  const session = await beginSession(`${base}/mcp/raw`)
  await session.post(call)
  const lines = linesOf((await session.post('{"jsonrpc":"2.0","id":2,"method":"received"}')).answer)
  expect(lines[1]).toBe(call)
})

import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { derivedChain } from '../../../src/chain/trace-context.ts'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import type { JournalWriter } from '../../../src/domain/journal.ts'
import { readJournal } from '../../../src/journal/reader.ts'
import { argumentsEvidence } from '../../../src/record/arguments-evidence.ts'
import { McpSession } from '../../../src/record/mcp-session.ts'
import type { SpanData } from '../../../src/record/otel/span-data.ts'
import { type SpanSink, tracedJournal } from '../../../src/record/otel/traced-journal.ts'
import { observedSession } from '../../chain/observed-session.ts'
import { describeJournalContract } from '../../contracts/journal.ts'
import { openTestJournal, temporaryHome } from '../../journal/temporary-home.ts'
import { call, rpc } from '../observed-session.ts'

function collecting() {
  const spans: SpanData[] = []
  const lost: string[] = []
  const sink: SpanSink = {
    add: (added) => spans.push(...added),
    lose: (_, reason) => lost.push(reason),
  }
  return { spans, lost, sink }
}

describeJournalContract('with spans', () => {
  const home = temporaryHome()
  const openWriter = () => tracedJournal(openTestJournal(home), { sink: collecting().sink, content: true })
  return { openWriter, reader: readJournal(home) }
})

function session(journal: JournalWriter) {
  const observed = new McpSession({
    journal,
    type: 'stdio',
    server: 'files',
    identity: unknownIdentity,
    evidence: {},
  })
  const frame = (message: object) => ({ text: JSON.stringify(message), bytes: 1 })
  return {
    client: (message: object) => observed.observe('to server', frame(message)),
    server: (message: object) => observed.observe('to client', frame(message)),
  }
}

const result = (id: number, text: string) => rpc({ id, result: { content: [{ type: 'text', text }] } })

test('nothing is made of a call while it passes, and its span is there once the turn is over', async () => {
  const { spans, sink } = collecting()
  const { client, server } = session(
    tracedJournal(openTestJournal(temporaryHome()), { sink, content: false }),
  )
  client(call(1, { name: 'read' }))
  server(result(1, 'x'))
  expect(spans).toEqual([])
  await setImmediate()
  expect(spans).toMatchObject([{ name: 'tools/call read' }])
})

test('what ended just before the close is handed over', () => {
  const { spans, sink } = collecting()
  const journal = tracedJournal(openTestJournal(temporaryHome()), { sink, content: false })
  const { client, server } = session(journal)
  client(call(1, { name: 'read' }))
  server(result(1, 'x'))
  journal.close()
  expect(spans).toHaveLength(1)
})

test('arguments and results that go along are as stored, and long ones are cut', async () => {
  const { spans, sink } = collecting()
  const { client, server } = session(tracedJournal(openTestJournal(temporaryHome()), { sink, content: true }))
  client(call(1, { name: 'read', arguments: { password: 'a-secret-7' } }))
  client(call(2, { name: 'read', arguments: { path: 'b' } }))
  server(result(2, 'x'.repeat(100_000)))
  server(result(1, 'y'))
  await setImmediate()
  const content = (span: SpanData | undefined, what: string) =>
    String(span?.attributes[`gen_ai.tool.call.${what}`])
  const [second, first] = spans
  expect(content(first, 'arguments')).toMatch(/^\{"password":"\[redacted:/)
  expect(content(first, 'result')).toBe('{"content":[{"type":"text","text":"y"}]}')
  expect(content(second, 'arguments')).toBe('{"path":"b"}')
  expect(content(second, 'result')).toMatch(/^\{"content".{16000,17000}…$/)
})

test('a sink that fails costs spans, which are counted, and no entry', async () => {
  const { lost, sink } = collecting()
  const failing: SpanSink = {
    ...sink,
    add() {
      throw new Error('the sink is blocked')
    },
  }
  const home = temporaryHome()
  const journal = tracedJournal(openTestJournal(home), { sink: failing, content: false })
  const { client, server } = session(journal)
  client(call(1, { name: 'read' }))
  server(result(1, 'x'))
  await setImmediate()
  expect(lost).toEqual([expect.stringContaining('the sink is blocked')])
  expect(journal.losses).toEqual({ entries: 0, bodies: 0 })
})

describe('a prompt, a decision and a call that one process records', () => {
  const callId = 'toolu_01ABCDEFGHIJKLMN'

  function recorded(meta: object, injectTraceContext = false) {
    const { spans, sink } = collecting()
    const options = { sink, content: false, injectTraceContext }
    const journal = tracedJournal(openTestJournal(temporaryHome()), options)
    const talk = observedSession(journal, { type: 'model' })
    talk.modelRequest('000000000000000a')
    talk.modelResponse('000000000000000a')
    talk.decision('000000000000000d', '000000000000000a', { callId, tool: 'read' })
    const { client, server } = session(journal)
    client(call(1, { name: 'read', _meta: { 'claudecode/toolUseId': callId, ...meta } }))
    server(result(1, 'the port is 8080'))
    talk.modelRequest('000000000000000b', { evidence: { results: [{ callId, hashes: [] }] } })
    talk.modelResponse('000000000000000b')
    journal.close()
    const [asked, called, next] = ['chat', 'tools/call', 'chat'].map((name, nth) =>
      spans.filter((span) => span.name.startsWith(name)).at(nth > 1 ? 1 : 0),
    )
    return { asked, called, next }
  }

  test('are one trace, and so is the request that goes on', () => {
    const { asked, called, next } = recorded({})
    expect(asked).toMatchObject({ traceId: derivedChain('000000000000000a'), parentId: null })
    const below = { traceId: asked?.traceId, parentId: '000000000000000a' }
    expect([called, next]).toMatchObject([below, below])
  })

  test('leave the trace alone that the server was told', () => {
    const { asked, called } = recorded({}, true)
    expect(called).toMatchObject({ traceId: derivedChain(called?.spanId ?? ''), parentId: null })
    expect(called?.traceId).not.toBe(asked?.traceId)
  })

  test('leave the trace alone that the call brings', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    expect(recorded({ traceparent }).called).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentId: '00f067aa0ba902b7',
    })
  })
})

test('a call without an id waits for the request that carries its result, and for nothing at the close', async () => {
  for (const isTold of [true, false]) {
    const { spans, sink } = collecting()
    const journal = tracedJournal(openTestJournal(temporaryHome()), { sink, content: false })
    const talk = observedSession(journal, { type: 'model' })
    talk.modelRequest('000000000000000a')
    talk.modelResponse('000000000000000a')
    const evidence = argumentsEvidence({ given: { path: 'a' } }, journal.redactor)
    talk.decision('000000000000000d', '000000000000000a', { callId: 'call_1', tool: 'read', evidence })
    const { client, server } = session(journal)
    client(call(1, { name: 'read', arguments: { path: 'a' } }))
    server(result(1, 'the port is 8080'))
    await setImmediate()
    expect(spans.map(({ name }) => name)).toEqual(['chat model'])
    const hashes = [journal.redactor.fingerprint('the port is 8080')]
    if (isTold)
      talk.modelRequest('000000000000000b', { evidence: { results: [{ callId: 'call_1', hashes }] } })
    await setImmediate()
    if (isTold) expect(spans[1]).toMatchObject({ name: 'tools/call read', parentId: '000000000000000a' })
    journal.close()
    if (!isTold) expect(spans[1]).toMatchObject({ name: 'tools/call read', parentId: null })
  }
})

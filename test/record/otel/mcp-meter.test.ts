import { expect, test } from 'vitest'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import { McpSession } from '../../../src/record/mcp-session.ts'
import { type HistogramSink, mcpMeters } from '../../../src/record/otel/mcp-meter.ts'
import { openTestJournal, temporaryHome } from '../../journal/temporary-home.ts'
import { call, rpc } from '../observed-session.ts'

type Recorded = Parameters<HistogramSink['record']>

/** A session over HTTP before a server over stdio, and what was measured of it. */
function measuredSession() {
  const recorded: Recorded[] = []
  const journal = openTestJournal(temporaryHome())
  const meters = mcpMeters([{ record: (...measured) => recorded.push(measured) }], journal.redactor)
  const meter = meters({ server: 'files', toClient: 'http', toServer: 'stdio' })
  const session = new McpSession({
    ...{ journal, type: 'http', server: 'files', identity: unknownIdentity, evidence: {}, meter },
  })
  const observe = (direction: 'to server' | 'to client') => (message: object) =>
    session.observe(direction, { text: JSON.stringify(message), bytes: 1 })
  return { recorded, session, client: observe('to server'), server: observe('to client') }
}

const told = (recorded: readonly Recorded[]) =>
  recorded.map(([name, , attributes]) => [name.replace('.operation.duration', ''), attributes])

test('who asks is the client, whichever side it is: a server that asks for a sample is one', () => {
  const { recorded, client, server } = measuredSession()
  server(rpc({ id: 1, method: 'sampling/createMessage', params: {} }))
  client(rpc({ id: 1, result: {} }))
  const sampling = { 'mcp.method.name': 'sampling/createMessage', 'calltrail.server': 'files' }
  expect(told(recorded)).toEqual([
    ['mcp.server', { ...sampling, 'network.transport': 'pipe' }],
    ['mcp.client', { ...sampling, 'network.transport': 'tcp', 'network.protocol.name': 'http' }],
  ])
})

test('calls that were cancelled, given up or never answered are told apart', () => {
  const { recorded, session, client } = measuredSession()
  client(call(1, { name: 'read' }))
  client(rpc({ method: 'notifications/cancelled', params: { requestId: 1 } }))
  const lost = call(2, { name: 'read' })
  client(lost)
  const outcome = { layer: 'transport', code: null, message: 'gone' } as const
  session.giveUp(JSON.stringify(lost), outcome, { ofOneExchange: false })
  client(rpc({ id: 3, method: 'ping' }))
  session.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  const ends = recorded.map(([, , attributes]) => attributes['error.type'])
  expect(ends).toEqual(['cancelled', 'transport', 'no_answer'].flatMap((end) => [end, end]))
})

test('a session is measured where one was begun, and says that it failed', () => {
  const { recorded, session, client, server } = measuredSession()
  client(rpc({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } }))
  server(rpc({ id: 0, result: { protocolVersion: '2025-06-18' } }))
  recorded.length = 0
  session.close({ reason: 'failed', exitCode: 1, signal: null, message: null })
  expect(recorded.map(([name]) => name)).toEqual([
    'mcp.server.session.duration',
    'mcp.client.session.duration',
  ])
  for (const [, , attributes] of recorded)
    expect(attributes).toMatchObject({ 'mcp.protocol.version': '2025-06-18', 'error.type': '_OTHER' })

  const modern = measuredSession()
  modern.client(call(1, { name: 'read' }))
  modern.server(rpc({ id: 1, result: { content: [] } }))
  modern.session.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  expect(modern.recorded).toHaveLength(2)
})

test('whatever names, versions and codes are made up, the kinds that are told apart are bounded', () => {
  const { recorded, client, server } = measuredSession()
  for (let id = 0; id < 3_000; id += 1) {
    const meta = { _meta: { 'io.modelcontextprotocol/protocolVersion': `v${id}` } }
    client(rpc({ id, method: id % 2 ? 'tools/call' : `made/up-${id}`, params: { name: `t${id}`, ...meta } }))
    server(rpc({ id, error: { code: id, message: '' } }))
  }
  const kinds = new Set(recorded.map(([name, , attributes]) => name + JSON.stringify(attributes)))
  expect(recorded).toHaveLength(6_000)
  expect(kinds.size).toBeLessThan(2_100)
  expect(recorded.at(-1)?.[2]).toMatchObject({
    'gen_ai.tool.name': '_OTHER',
    'mcp.method.name': 'tools/call',
  })
  expect([...kinds].some((kind) => kind.includes('made/up'))).toBe(false)
})

test('a name or version that is longer than any is one of the others: no label grows with what a client makes up', () => {
  const { recorded, session, client, server } = measuredSession()
  const long = 'x'.repeat(1_000_000)
  client(rpc({ id: 0, method: 'initialize', params: { protocolVersion: long } }))
  server(rpc({ id: 0, result: { protocolVersion: long } }))
  client(call(1, { name: long }))
  server(rpc({ id: 1, result: { content: [] } }))
  client(rpc({ id: 2, method: long }))
  server(rpc({ id: 2, result: {} }))
  session.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  expect(recorded).toHaveLength(8)
  for (const [, , attributes] of recorded) expect(JSON.stringify(attributes).length).toBeLessThan(500)
  expect(recorded.at(3)?.[2]).toMatchObject({ 'gen_ai.tool.name': '_OTHER' })
})

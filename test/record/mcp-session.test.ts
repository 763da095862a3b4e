import { describe, expect, test } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import { call, initialize, observed, rpc } from './observed-session.ts'

test('a session opens with the client that names itself, and says so', async () => {
  const { client, server, entries } = observed()
  client(initialize)
  server(rpc({ id: 0, result: { serverInfo: { name: 'fs', version: '0.3' } } }))
  const { entries: read } = await entries()
  expect(read.map(({ kind }) => kind)).toEqual(['session_opened', 'frame', 'frame'])
  expect(read[0]?.data).toMatchObject({
    type: 'stdio',
    server: 'files',
    protocolVersion: '2025-11-25',
    identity: { client: { value: 'claude-code/2.1.0', source: 'self-reported' } },
  })
})

test('a client that the operator has named is not renamed by itself', async () => {
  const { client, entries } = observed({ ...unknownIdentity, client: { value: 'ci', source: 'configured' } })
  client(initialize)
  const { entries: read } = await entries()
  expect(read[0]?.data).toMatchObject({ identity: { client: { value: 'ci', source: 'configured' } } })
})

test('a call and its result are recorded to the letter, joined by their span', async () => {
  const { client, server, entries } = observed()
  client(
    '{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"name":"read","arguments":{"n": 12345678901234567890, "x":1.0}}}',
  )
  server('{"jsonrpc":"2.0","id":"1","result":{"content":[{"type":"text","text":"\\u00e9 and more"}]}}')
  const { entries: read, text } = await entries()
  const [, request, result] = read
  if (request?.kind !== 'tool_request' || result?.kind !== 'tool_result') return expect.unreachable()
  expect(request.data).toMatchObject({
    tool: 'files/read',
    server: 'files',
    requestId: '"1"',
    parentSpan: null,
  })
  expect(text(request.data.arguments)).toBe('{"n": 12345678901234567890, "x":1.0}')
  expect(text(result.data.result)).toBe('{"content":[{"type":"text","text":"\\u00e9 and more"}]}')
  expect(result.data).toMatchObject({ span: request.data.span, outcome: { layer: 'ok' } })
  expect(result.data.evidence.resultHash).toMatch(/^[0-9a-f]{64}$/)
})

test('an id as a number is another than the same as text', async () => {
  const { client, server, entries } = observed()
  client(call(1, { name: 'a' }))
  client(call('1', { name: 'b' }))
  server(rpc({ id: '1', result: { content: [] } }))
  server(rpc({ id: 1, result: { content: [], isError: true } }))
  const { entries: read } = await entries()
  const [, a, b, ofB, ofA] = read.map(({ data }) => data)
  expect([ofA, ofB]).toMatchObject([
    { span: a && 'span' in a && a.span, outcome: { layer: 'tool' } },
    { span: b && 'span' in b && b.span, outcome: { layer: 'ok' } },
  ])
})

test('ids that a double would make one are two', async () => {
  const { client, server, entries } = observed()
  const [one, next] = ['1152921504606846977', '1152921504606846978']
  const withId = (id: string, rest: string) => `{"jsonrpc":"2.0","id":${id},${rest}}`
  const [a, b, c] = [one, next, '1152921504606846979'].map((id, index) =>
    withId(id, `"method":"tools/call","params":{"name":"tool ${index}"}`),
  )
  for (const line of [a, b, c]) client(line ?? '')
  client('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1152921504606846979}}')
  server(withId(one, '"result":{"content":[],"isError":true}'))
  server(withId(next, '"result":{"content":[]}'))
  const { entries: read } = await entries()
  const asked = read.flatMap(({ kind, data }) => (kind === 'tool_request' ? [data.span] : []))
  const told = read.flatMap(({ kind, data }) =>
    kind === 'tool_result' ? [[asked.indexOf(data.span), data.outcome.layer]] : [],
  )
  expect(told).toEqual([
    [2, 'cancelled'],
    [0, 'tool'],
    [1, 'ok'],
  ])
})

test('what a call failed by keeps its layer', async () => {
  const { client, server, entries } = observed()
  for (let id = 1; id <= 4; id++) client(call(id, { name: 'read', arguments: {} }))
  server(rpc({ id: 1, error: { code: -32602, message: 'no such tool' } }))
  server(rpc({ id: 2, result: { isError: true, content: [{ type: 'text', text: 'no such file' }] } }))
  server(rpc({ id: 3, result: 'what?' }))
  client(rpc({ method: 'notifications/cancelled', params: { requestId: 4, reason: 'too slow' } }))
  server(rpc({ id: 4, result: { content: [] } }))
  const { entries: read, kinds } = await entries()
  expect(read.flatMap(({ kind, data }) => (kind === 'tool_result' ? [data.outcome] : []))).toEqual([
    { layer: 'json-rpc', code: -32602, message: 'no such tool' },
    { layer: 'tool', code: null, message: 'no such file' },
    { layer: 'malformed', code: null, message: 'the result is no object' },
    { layer: 'cancelled', code: null, message: 'too slow' },
  ])
  expect(kinds.slice(-3)).toEqual(['frame', 'tool_result', 'frame'])
})

test('an answer that cannot be read ends the call that it names, and no other', async () => {
  const { client, server, entries } = observed()
  for (const id of [1, 2, 3]) client(call(id, { name: 'read', arguments: {} }))
  const cut = '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text"'
  server(cut)
  server('listening on port 1')
  server(rpc({ id: 3, answer: 1 }))
  const { entries: read, text } = await entries()
  const results = read.flatMap((entry) => (entry.kind === 'tool_result' ? [entry] : []))
  expect(results.map(({ data }) => [data.outcome.layer, data.result && text(data.result)])).toEqual([
    ['malformed', cut],
    ['malformed', '{"jsonrpc":"2.0","id":3,"answer":1}'],
  ])
  expect(read.filter(({ kind }) => kind === 'frame')).toHaveLength(1)
})

describe('tool lists', () => {
  const tool = (name: string, readOnlyHint?: boolean) => ({
    name,
    inputSchema: {},
    annotations: { readOnlyHint },
  })

  test('a list is recorded with the version of its server, and calls know what only reads', async () => {
    const { client, server, entries } = observed()
    client(initialize)
    server(rpc({ id: 0, result: { serverInfo: { name: 'fs', version: '0.3' } } }))
    client(rpc({ id: 1, method: 'tools/list' }))
    server(rpc({ id: 1, result: { tools: [tool('read', true), tool('write', false), tool('other')] } }))
    for (const name of ['read', 'write', 'other']) client(call(name, { name }))
    const { entries: read, text } = await entries()
    const list = read[3]
    if (list?.kind !== 'tool_definitions') return expect.unreachable()
    expect(list.data).toMatchObject({ server: 'files', serverVersion: '0.3', count: 3 })
    expect(text(list.data.tools)).toContain('"name":"read"')
    expect(read.slice(4).map(({ data }) => 'readOnly' in data && data.readOnly)).toEqual([true, false, null])
  })

  test('pages make one list; the hash is that of the list in one piece', async () => {
    const { client, server, entries } = observed()
    const ask = (id: number, params: object, result: object) => {
      client(rpc({ id, method: 'tools/list', params }))
      server(rpc({ id, result }))
    }
    ask(1, {}, { tools: [tool('a')], nextCursor: '' })
    ask(2, { cursor: '' }, { tools: [tool('b')] })
    ask(3, {}, { tools: [tool('a'), tool('b')] })
    const { entries: read, kinds } = await entries()
    expect(kinds).toEqual(['session_opened', 'frame', 'tool_definitions', 'tool_definitions'])
    const hashes = read.flatMap(({ kind, data }) => (kind === 'tool_definitions' ? [data.hash] : []))
    expect(hashes[0]).toBe(hashes[1])
  })
})

describe('everything else', () => {
  test('other messages of either side are frames, what says nothing is counted, and nothing is dropped', async () => {
    const { session, client, server, entries } = observed()
    client(rpc({ id: 1, method: 'ping' }))
    server(rpc({ id: 1, result: {} }))
    server(rpc({ id: 1, method: 'sampling/createMessage', params: {} }))
    client(rpc({ id: 1, result: { role: 'assistant' } }))
    server(rpc({ method: 'notifications/progress', params: { progress: 1 } }))
    client(rpc({ id: 2, method: 'x/unheard-of' }))
    session.close({ reason: 'ended', exitCode: 0, signal: null, message: null })
    const { entries: read, kinds } = await entries()
    expect(kinds).toEqual(['session_opened', 'frame', 'frame', 'frame', 'session_closed'])
    expect(read.slice(1, 4).map(({ data }) => 'direction' in data && [data.direction, data.method])).toEqual([
      ['to client', 'sampling/createMessage'],
      ['to server', null],
      ['to server', 'x/unheard-of'],
    ])
    expect(read.at(-1)?.data).toMatchObject({ notRecorded: { ping: 2, 'notifications/progress': 1 } })
  })

  test.for(['Server is up', '{"jsonrpc":"2.0","id":1', '[]', 'null', '{}', '{"id":1,"method":7}'])(
    'what is no message is a frame that says so: %s',
    async (line) => {
      const { server, entries } = observed()
      server(line)
      const { entries: read, text } = await entries()
      const frame = read[1]
      if (frame?.kind !== 'frame') return expect.unreachable()
      expect(frame.data).toMatchObject({ malformed: true, direction: 'to client' })
      expect(text(frame.data.body)).toBe(line)
    },
  )

  test('the messages of a batch are recorded one by one', async () => {
    const { client, server, entries } = observed()
    client(
      `[${JSON.stringify(call(1, { name: 'a', arguments: { x: 1 } }))},{"id":2,"method":"tools/call","params":{"name":"b","arguments":{"y": 2.0}}}]`,
    )
    server([rpc({ id: 2, result: { content: [] } }), rpc({ id: 1, result: { content: [] } })])
    const { entries: read, kinds, text } = await entries()
    expect(kinds.slice(1)).toEqual(['tool_request', 'tool_request', 'tool_result', 'tool_result'])
    const second = read[2]
    expect(second?.kind === 'tool_request' && text(second.data.arguments)).toBe('{"y": 2.0}')
  })

  test('of a message that was too long to be kept its size is recorded, and what it answers', async () => {
    const { session, client, entries } = observed()
    client(call(7, { name: 'read', arguments: {} }))
    client(call(8, { name: 'read', arguments: {} }))
    const long = (edges: { head: string; tail: string }) =>
      session.observe('to client', { text: null, bytes: 5_000_000, edges })
    long({
      head: '{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"x',
      tail: 'x \\"id\\":8}"}]}}',
    })
    long({ head: '{"result":{"content":[{"text":"', tail: 'x"}],"isError":true},"jsonrpc":"2.0","id":8}' })
    long({ head: '{"method":"x/y","params":"', tail: 'x"}' })
    const { entries: read } = await entries()
    const [first, second, ok, failed, other] = read.slice(1).map(({ data }) => data)
    expect(ok).toMatchObject({
      span: first && 'span' in first && first.span,
      outcome: { layer: 'ok' },
      resultBytes: 5_000_000,
    })
    expect(failed).toMatchObject({
      span: second && 'span' in second && second.span,
      outcome: { layer: 'tool' },
    })
    expect(other).toMatchObject({ method: 'x/y', body: { bytes: 5_000_000, truncated: true } })
  })

  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`

  test.each([
    ['that are nested too deep', deep],
    ['with a number beyond every double', '{"n":1e400}'],
  ])('arguments %s to be hashed do not hide their call', async (_, given) => {
    const { client, entries } = observed()
    client(`{"id":1,"method":"tools/call","params":{"name":"t","arguments":${given}}}`)
    const { entries: read, text } = await entries()
    const request = read[1]
    if (request?.kind !== 'tool_request') return expect.unreachable()
    expect(request.data.evidence).toEqual({})
    expect(text(request.data.arguments)).toBe(given)
  })

  test('requests that nobody answers fill no memory: the oldest is joined with its answer no more', async () => {
    const { client, server, entries } = observed()
    for (const id of ['a', 'b']) client(call(id, { name: 'read', arguments: {} }))
    for (let id = 0; id < 99_999; id++) client(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)
    for (const id of ['a', 'b']) server(rpc({ id, result: { content: [] } }))
    const { kinds } = await entries()
    expect(kinds.slice(1)).toEqual(['tool_request', 'tool_request', 'frame', 'tool_result'])
  })

  test('a message that breaks the recorder is a loss, and the next one is recorded', async () => {
    const { client, server, entries } = observed()
    client(rpc({ id: 1, method: 'tools/list' }))
    server(`{"id":1,"result":{"tools":[${deep}]}}`)
    client(call(2, { name: 'read', arguments: {} }))
    const { kinds } = await entries()
    expect(kinds).toEqual(['session_opened', 'loss', 'tool_request'])
  })
})

test('a batch of thousands of calls is recorded in time that grows with its length alone', async () => {
  const { client, server, entries } = observed()
  const ids = Array.from({ length: 6_000 }, (_, id) => id)
  client(ids.map((id) => call(id, { name: 'read', arguments: { id } })))
  server(ids.map((id) => rpc({ id, result: { content: [] } })))
  const { kinds } = await entries()
  expect(kinds.filter((kind) => kind === 'tool_request')).toHaveLength(6_000)
  expect(kinds.filter((kind) => kind === 'tool_result')).toHaveLength(6_000)
})

test('an id of any length finds its answer, and no other one', async () => {
  const { client, server, entries } = observed()
  const long = (end: string) => 'x'.repeat(1_000_000) + end
  client(call(long('a'), { name: 'read' }))
  client(call(long('b'), { name: 'read' }))
  server(rpc({ id: long('b'), result: { content: [] } }))
  const { entries: all, kinds } = await entries()
  expect(kinds).toEqual(['session_opened', 'tool_request', 'tool_request', 'tool_result'])
  const spans = all.flatMap(({ data }) => ('span' in data ? [data.span] : []))
  expect(spans).toEqual([expect.anything(), spans[2], spans[2]])
})

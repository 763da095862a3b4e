import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Reply, testKey } from '../../fixtures/providers/provider-server.ts'
import { filesUnder } from '../../journal/temporary-home.ts'
import { calling, key, openGateway, post, question, streamed } from './open-gateway.ts'

async function upstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('what is recorded of an exchange', () => {
  test.for([
    ['in one piece', question, {}],
    ['streamed', streamed, { pieceBytes: 5 }],
  ] as const)('prompt, tools, decisions with raw arguments and usage, %s', async ([, body, how]) => {
    const { base, recorded, openai } = await openGateway(() => ({ ...calling, ...how }))
    const headers = { ...key, 'x-session-id': 'conversation-1' }
    await post(`${base}/openai/v1/chat/completions`, JSON.stringify(body), headers)
    const { of, text } = await recorded()
    const [request] = of('model_request')
    expect(request).toMatchObject({
      ...{ provider: 'openai', model: 'gpt-test', toolCount: 1, identity: { user: { value: 'ana' } } },
      ...{ upstream: openai.url, evidence: { conversation: { 'x-session-id': 'conversation-1' } } },
    })
    expect(text(request?.prompt ?? null)).toBe('Which port?')
    expect(text(request?.messages ?? null)).toBe(JSON.stringify(question.messages))
    expect(text(request?.tools ?? null)).toBe(JSON.stringify(question.tools))
    const [response] = of('model_response')
    expect(response).toMatchObject({
      ...{ outcome: { layer: 'ok' }, finishReason: 'tool_calls', totalTokens: 30, estimated: false },
      usage: { inputTokens: 20, outputTokens: 10, cacheReadTokens: 5 },
    })
    expect(text(response?.content ?? null)).toBe('{"text":"Let me look."}')
    const decisions = of('decision')
    expect(decisions.map(({ tool, malformed, evidence }) => [tool, malformed, evidence.callId])).toEqual([
      ['files__read', false, 'call_a'],
      ['files__read', true, 'call_b'],
    ])
    expect(decisions.map(({ arguments: given }) => text(given))).toEqual(
      calling.calls.map((call) => call.arguments),
    )
  })

  test('no key is anywhere on the disk: not from headers, addresses or bodies', async () => {
    const { base, gateway, journal, home } = await openGateway(() => ({ text: 'Thanks.' }))
    const secret = `sk-proj-${'a1B2'.repeat(10)}`
    const body = JSON.stringify({ ...question, messages: [{ role: 'user', content: `Use ${secret}` }] })
    const headers = { ...key, cookie: 'session=c00kie', 'x-api-key': secret }
    await post(`${base}/openai/v1/chat/completions?key=qu3ry`, body, headers)
    await post(`${base}/openai/v1/chat/completions`, body, headers)
    gateway.close()
    journal.close()
    const files = [...filesUnder(home.journal).values()].join('\n')
    expect(files).toContain('[redacted:')
    expect(files).toContain('Thanks.')
    for (const planted of [secret, 'c00kie', 'qu3ry', testKey]) expect(files).not.toContain(planted)
  })

  test('a compressed answer is read from a copy', async () => {
    const body = {
      ...{ id: 'r', model: 'm' },
      choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
    }
    const zipped = gzipSync(JSON.stringify(body))
    const url = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(zipped)
    })
    const { base, recorded } = await openGateway(() => ({ text: '' }), url)
    const passed = await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question))
    expect(Buffer.from(passed.bytes, 'latin1').equals(zipped)).toBe(true)
    const { of, text } = await recorded()
    expect(text(of('model_response')[0]?.content ?? null)).toBe('{"text":"Hi"}')
  })

  test('the layers at which an exchange ends are kept apart', async () => {
    const replies: Reply[] = [
      { status: 503, message: 'overloaded' },
      { text: 'half an answer', cut: { afterEvents: 2, how: 'end' } },
      { text: 'half an answer', cut: { afterEvents: 2, how: 'reset' } },
    ]
    const { base, recorded } = await openGateway((_, nth) => replies[nth] ?? { text: '' })
    for (const body of [question, streamed, streamed])
      await post(`${base}/openai/v1/chat/completions`, JSON.stringify(body), key).catch(() => null)
    const { of } = await recorded()
    expect(of('model_response').map(({ outcome: { layer, code } }) => [layer, code])).toEqual([
      ['http', 503],
      ['transport', null],
      ['transport', null],
    ])
  })

  test('a client that leaves ends the request behind, and that is recorded', async () => {
    const { base, soFar } = await openGateway(() => ({ text: 'half', cut: { afterEvents: 2, how: 'hang' } }))
    const request = httpRequest(`${base}/openai/v1/chat/completions`, { method: 'POST', headers: key })
    request.end(JSON.stringify(streamed))
    const [response] = await once(request, 'response')
    await once(response, 'data')
    request.destroy()
    await expect.poll(async () => (await soFar()).of('model_response')).toHaveLength(1)
    expect((await soFar()).of('model_response')).toMatchObject([{ outcome: { layer: 'cancelled' } }])
  })

  test('a request that cannot be read passes, and is counted as a loss', async () => {
    const { base, openai, recorded } = await openGateway(() => ({ text: '' }))
    const { status } = await post(`${base}/openai/v1/chat/completions`, '[1]', key)
    expect(status).toBe((await post(`${openai.url}/v1/chat/completions`, '[1]', key)).status)
    expect((await recorded()).of('loss')).toMatchObject([{ entries: 1 }])
  })
})

describe('other formats', () => {
  test('Anthropic: content blocks, tool use in pieces, cache counts within the input', async () => {
    const usage = {
      input_tokens: 20,
      output_tokens: 10,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 2,
    }
    const { base, recorded } = await openGateway(() => ({
      ...calling,
      ...{ calls: calling.calls.slice(0, 1), usage, pieceBytes: 9 },
    }))
    const shown = [{ name: 'files__read', input_schema: { type: 'object', properties: {} } }]
    const system = 'Answer briefly.'
    const body = { model: 'claude-test', max_tokens: 99, system, messages: question.messages, tools: shown }
    for (const stream of [false, true]) {
      const headers = { 'x-api-key': testKey, 'anthropic-version': '2023-06-01' }
      const text = JSON.stringify({ ...body, stream })
      expect((await post(`${base}/anthropic/v1/messages`, text, headers)).status).toBe(200)
    }
    const { of, text } = await recorded()
    for (const response of of('model_response'))
      expect(response).toMatchObject({
        ...{ outcome: { layer: 'ok' }, finishReason: 'tool_calls', totalTokens: 37 },
        usage: { inputTokens: 27, outputTokens: 10, cacheReadTokens: 5, cacheCreationTokens: 2 },
      })
    const decisions = of('decision')
    expect(decisions.map(({ tool, evidence }) => [tool, evidence.callId])).toEqual([
      ['files__read', 'call_a'],
      ['files__read', 'call_a'],
    ])
    expect(of('model_request').map((told) => text(told.system ?? null))).toEqual([
      '"Answer briefly."',
      '"Answer briefly."',
    ])
    expect(JSON.parse(text(decisions[1]?.arguments ?? null) ?? '')).toHaveProperty('path', 'a.yaml')
    expect(of('model_request').map(({ prompt }) => text(prompt))).toEqual(['Which port?', 'Which port?'])
  })

  test('OpenAI Responses: in one piece and from its last event', async () => {
    const output = [
      { type: 'reasoning', summary: [] },
      { type: 'message', content: [{ type: 'output_text', text: 'Let me look.' }] },
      { type: 'function_call', call_id: 'call_r', name: 'files__read', arguments: '{"path":"a"}' },
    ]
    const usage = { input_tokens: 9, output_tokens: 3, input_tokens_details: { cached_tokens: 4 } }
    const response = { id: 'resp_1', model: 'gpt-r-2026', status: 'completed', output, usage }
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', delta: 'Let ' },
      { type: 'response.completed', response },
    ]
    const stream = events.map((event) => `event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`)
    const url = await upstream((request, answer) => {
      const isStream = request.headers['x-stream'] === '1'
      answer.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
      answer.end(isStream ? stream.join('') : JSON.stringify(response))
    })
    const { base, recorded } = await openGateway(() => ({ text: '' }), url)
    const body = JSON.stringify({
      ...{ model: 'gpt-r', instructions: 'Answer briefly.' },
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Which port?' }] }],
    })
    for (const stream of ['0', '1']) await post(`${base}/openai/v1/responses`, body, { 'x-stream': stream })
    const { of, text } = await recorded()
    expect(of('model_request').map(({ prompt }) => text(prompt))).toEqual(['Which port?', 'Which port?'])
    expect(text(of('model_request')[0]?.system ?? null)).toBe('"Answer briefly."')
    for (const told of of('model_response'))
      expect(told).toMatchObject({
        responseId: 'resp_1',
        finishReason: 'tool_calls',
        totalTokens: 12,
        usage: { cacheReadTokens: 4 },
      })
    expect(of('decision').map(({ evidence, arguments: given }) => [evidence.callId, text(given)])).toEqual([
      ['call_r', '{"path":"a"}'],
      ['call_r', '{"path":"a"}'],
    ])
  })
})

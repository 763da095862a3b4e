import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { testKey } from '../../fixtures/providers/provider-server.ts'
import { calling, key, openGateway, post, question, streamed } from './open-gateway.ts'

describe('what passes', () => {
  test.for([
    ['an answer', question],
    ['a stream', streamed],
    ['a refusal', { ...question, model: 7 }],
  ] as const)('%s has the same status, headers and bytes with and without the gateway', async ([, body]) => {
    const { base, openai } = await openGateway(() => ({ ...calling, pieceBytes: 7 }))
    const text = JSON.stringify(body)
    const direct = await post(`${openai.url}/v1/chat/completions`, text, key)
    expect(await post(`${base}/openai/v1/chat/completions`, text, key)).toEqual(direct)
    expect(openai.requests[1]).toEqual(openai.requests[0])
    expect({ ...openai.headers[1], host: '' }).toEqual({ ...openai.headers[0], host: '' })
  })

  test('the SDKs get what they get without it', async () => {
    const { base, recorded } = await openGateway(() => ({ text: 'Hello.' }))
    const client = new OpenAI({ apiKey: testKey, baseURL: `${base}/openai/v1`, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Hi' }]
    const answer = await client.chat.completions.create({ model: 'm', messages })
    expect(answer.choices[0]?.message.content).toBe('Hello.')
    const other = new Anthropic({ apiKey: testKey, baseURL: `${base}/anthropic`, maxRetries: 0 })
    const stream = other.messages.stream({ model: 'm', max_tokens: 9, messages })
    expect(await stream.finalText()).toBe('Hello.')
    const { of } = await recorded()
    expect(of('model_response').map(({ outcome }) => outcome.layer)).toEqual(['ok', 'ok'])
    const clients = of('session_opened').map(({ identity: { client } }) => client?.source)
    expect(clients).toEqual(['self-reported', 'self-reported'])
  })

  test('what asks no model passes unrecorded', async () => {
    const { base, openai, recorded } = await openGateway(() => ({ text: '' }))
    const { status } = await post(`${base}/openai/v1/embeddings`, '{}', key)
    expect(status).toBe((await post(`${openai.url}/v1/embeddings`, '{}', key)).status)
    expect((await recorded()).entries).toEqual([])
  })
})

describe('who is answered', () => {
  test.for([
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ host: 'localhost:1' }, 200],
  ] as const)('%j: %i', async ([headers, status]) => {
    const { base, openai } = await openGateway(() => ({ text: 'Hi.' }))
    const sent = { ...key, ...headers }
    const answer = await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), sent)
    expect(answer.status).toBe(status)
    expect(openai.requests).toHaveLength(status === 200 ? 1 : 0)
  })

  test.for([
    ['/mcp/remote', 403, { host: 'evil.example' }],
    ['/mcp/remote', 403, { origin: 'https://evil.example' }],
    ['/mcp/nobody', 404, {}],
  ] as const)('%s: a refusal is told in the terms of MCP: %i', async ([path, status, headers]) => {
    const { base } = await openGateway(() => ({ text: '' }), undefined, { remote: 'http://127.0.0.1:1/mcp' })
    const asked = await post(`${base}${path}`, '{"jsonrpc":"2.0","id":1,"method":"ping"}', headers)
    const told = { jsonrpc: '2.0', id: null, error: { code: -32_000 } }
    expect([asked.status, JSON.parse(asked.bytes)]).toMatchObject([status, told])
  })

  test('a provider that is down is told in words that the SDKs show', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    silent.close()
    const { base, recorded } = await openGateway(() => ({ text: '' }), `http://127.0.0.1:${port}`)
    const client = new OpenAI({ apiKey: 'k', baseURL: `${base}/openai/v1`, maxRetries: 0 })
    const asked = client.chat.completions.create({ model: 'm', messages: [] })
    await expect(asked).rejects.toThrow(/502 calltrail: 127\.0\.0\.1:\d+: .*ECONNREFUSED/)
    expect((await recorded()).of('model_response')).toMatchObject([{ outcome: { layer: 'transport' } }])
  })

  test('healthz says that it lives, and unknown paths what there is', async () => {
    const { base } = await openGateway(() => ({ text: '' }))
    expect((await post(`${base}/healthz`, '')).bytes).toContain('"status":"ok"')
    const unknown = await post(`${base}/nowhere/x`, '')
    expect(unknown).toMatchObject({ status: 404, bytes: expect.stringContaining('/openai/') })
  })
})

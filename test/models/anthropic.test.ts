import { afterEach, describe, expect, test } from 'vitest'
import type { ModelRequest } from '../../src/domain/model.ts'
import { continuation, contractRequest, describeModelContract } from '../contracts/model.ts'
import type { Answer, ProviderServer } from '../fixtures/providers/provider-server.ts'
import { answerOf, anthropic, openProvider } from './providers.ts'

for (const streaming of [true, false]) {
  describeModelContract(`anthropic, ${streaming ? 'streamed' : 'in one piece'}`, {
    kind: 'language model',
    create: () => openProvider(anthropic, () => ({ text: 'Hello.' }), streaming),
    answering: (answers) => openProvider(anthropic, (_, nth) => answerOf(answers[nth]), streaming),
    deterministic: false,
    keepsMalformed: streaming,
  })
}

describe.each([{ streaming: true }, { streaming: false }])(
  'anthropic, streaming: $streaming',
  ({ streaming }) => {
    const never = new AbortController().signal
    let server: ProviderServer | null = null
    afterEach(() => server?.close())

    const start = async (...answers: Answer[]) => {
      server = await anthropic.start((_, nth) => answers[nth] ?? {})
      return { server, model: anthropic.model(server, { streaming }) }
    }
    const ask = async (answer: Answer, request: ModelRequest = contractRequest) =>
      (await start(answer)).model.generate(request, never)

    test('input tokens are the sum of fresh, cache-read and cache-written tokens', async () => {
      const usage = {
        input_tokens: 100,
        output_tokens: 50,
        cache_read_input_tokens: 700,
        cache_creation_input_tokens: 200,
        output_tokens_details: { thinking_tokens: 30 },
      }
      expect((await ask({ text: 'Hi.', usage })).usage).toEqual({
        inputTokens: 1000,
        outputTokens: 50,
        cacheReadTokens: 700,
        cacheCreationTokens: 200,
        reasoningTokens: 30,
      })
    })

    test.each([
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'context_overflow'],
      ['stop_sequence', 'stop'],
      ['something_new', 'unknown'],
    ])('the stop reason %s is %s', async (finish, expected) => {
      expect((await ask({ text: 'Hi', finish })).finishReason).toBe(expected)
    })

    test('a refusal is an answer with its explanation', async () => {
      const output = await ask({ refusal: 'This could do harm.' })
      expect(output).toMatchObject({ text: 'This could do harm.', finishReason: 'refusal', decisions: [] })
    })

    test('says who answered, under which id, and how soon', async () => {
      const output = await ask({ text: 'Hi.' })
      expect(output).toMatchObject({ model: 'claude-test-20260101', responseId: 'msg_1' })
      if (streaming) expect(output.timeToFirstChunkMs).toBeGreaterThan(0)
      else expect(output.timeToFirstChunkMs).toBeNull()
    })

    test('system text stands apart, a limit is always sent, a seed never', async () => {
      await ask({ text: 'Hi.' })
      expect(server?.requests[0]).toMatchObject({ system: 'Answer briefly.', max_tokens: expect.any(Number) })
      expect(server?.requests[0]).not.toHaveProperty('seed')
    })

    test('thinking goes back with its signature, results of parallel calls in one message', async () => {
      const thinking = { text: 'The config will say. Größe', signature: 'c2lnbmF0dXJl' }
      const calls = ['a', 'b'].map((id) => ({ id, name: 'x', arguments: '{"v":1}' }))
      const { server, model } = await start(
        { thinking, text: 'Both.', calls, pieceBytes: 5 },
        { text: 'Done.' },
      )
      const first = await model.generate(contractRequest, never)
      await model.generate(
        { ...contractRequest, messages: [...contractRequest.messages, ...continuation(first)] },
        never,
      )
      expect(server.requests[1]?.messages).toEqual([
        { role: 'user', content: [expect.objectContaining({ type: 'text' })] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: thinking.text, signature: thinking.signature },
            { type: 'text', text: 'Both.', citations: null },
            { type: 'tool_use', id: 'a', name: 'x', input: { v: 1 }, caller: { type: 'direct' } },
            { type: 'tool_use', id: 'b', name: 'x', input: { v: 1 }, caller: { type: 'direct' } },
          ],
        },
        {
          role: 'user',
          content: ['a', 'b'].map((id) => ({
            type: 'tool_result',
            tool_use_id: id,
            content: 'port: 8080',
            is_error: false,
          })),
        },
      ])
    })

    test('a failed result is flagged, an image stays an image, blank text is left out', async () => {
      const { server, model } = await start(
        { text: ' \n', calls: [{ id: 'a', name: 'x', arguments: '{}' }] },
        { text: 'Done.' },
      )
      const first = await model.generate(contractRequest, never)
      const content = [
        { type: 'text', text: 'half an image' },
        { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      ]
      const messages = [...contractRequest.messages, ...continuation(first)].map((message) =>
        message.role === 'tool' ? { ...message, result: { content, isError: true } } : message,
      )
      await model.generate({ ...contractRequest, messages }, never)
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
      expect(server.requests[1]?.messages).toMatchObject([
        {},
        { content: [{ type: 'tool_use' }] },
        { content: [{ is_error: true, content: [{ text: 'half an image' }, image] }] },
      ])
    })

    test.runIf(streaming)('malformed arguments go back as an object that holds them', async () => {
      const calls = [{ id: 'a', name: 'x', arguments: '{"path": "a' }]
      const { server, model } = await start({ calls }, { text: 'Done.' })
      const first = await model.generate(contractRequest, never)
      await model.generate(
        { ...contractRequest, messages: [...contractRequest.messages, ...continuation(first)] },
        never,
      )
      expect(JSON.stringify(server.requests[1]?.messages)).toContain(
        JSON.stringify({ INVALID_JSON: '{"path": "a' }),
      )
    })
  },
)

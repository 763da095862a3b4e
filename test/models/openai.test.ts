import { afterEach, describe, expect, test } from 'vitest'
import type { ModelRequest } from '../../src/domain/model.ts'
import { continuation, contractRequest, describeModelContract } from '../contracts/model.ts'
import type { Answer, ProviderServer } from '../fixtures/providers/provider-server.ts'
import { answerOf, openai, openProvider } from './providers.ts'

for (const streaming of [true, false]) {
  describeModelContract(`openai, ${streaming ? 'streamed' : 'in one piece'}`, {
    kind: 'language model',
    create: () => openProvider(openai, () => ({ text: 'Hello.' }), streaming),
    answering: (answers) => openProvider(openai, (_, nth) => answerOf(answers[nth]), streaming),
    deterministic: false,
    keepsMalformed: true,
  })
}

describe.each([{ streaming: true }, { streaming: false }])(
  'openai, streaming: $streaming',
  ({ streaming }) => {
    const never = new AbortController().signal
    let server: ProviderServer | null = null
    afterEach(() => server?.close())

    const ask = async (answer: Answer, request: ModelRequest = contractRequest) => {
      server = await openai.start(() => answer)
      return openai.model(server, { streaming }).generate(request, never)
    }

    test('input tokens include what the cache read; details that are not there are null', async () => {
      const usage = {
        prompt_tokens: 1000,
        completion_tokens: 50,
        total_tokens: 1050,
        prompt_tokens_details: { cached_tokens: 768, cache_write_tokens: 128 },
        completion_tokens_details: { reasoning_tokens: 32 },
      }
      expect((await ask({ text: 'Hi.', usage })).usage).toEqual({
        inputTokens: 1000,
        outputTokens: 50,
        cacheReadTokens: 768,
        cacheCreationTokens: 128,
        reasoningTokens: 32,
      })
      await server?.close()
      const plain = await ask({
        text: 'Hi.',
        usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
      })
      expect(plain.usage).toMatchObject({ inputTokens: 3, cacheReadTokens: null, reasoningTokens: null })
    })

    test.each([
      ['length', 'length'],
      ['content_filter', 'content_filter'],
      ['something_new', 'unknown'],
    ])('the finish reason %s is %s', async (finish, expected) => {
      expect((await ask({ text: 'Hi', finish })).finishReason).toBe(expected)
    })

    test('a refusal is an answer with its words', async () => {
      const output = await ask({ refusal: 'I will not help with that.' })
      expect(output).toMatchObject({
        text: 'I will not help with that.',
        finishReason: 'refusal',
        decisions: [],
      })
    })

    test('a call with the finish reason "stop" is a call', async () => {
      const output = await ask({ calls: [{ id: 'c', name: 'x', arguments: '{}' }], finish: 'stop' })
      expect(output.finishReason).toBe('tool_calls')
    })

    test('calls that all say index 0 stay apart', async () => {
      const calls = ['a', 'b'].map((id) => ({ id, name: 'x', arguments: `{"v":"${id}"}` }))
      const { decisions } = await ask({ calls, everyIndexZero: true })
      expect(decisions.map((decision) => decision.arguments)).toEqual([{ v: 'a' }, { v: 'b' }])
    })

    test('a call without an id gets one', async () => {
      const { decisions } = await ask({ calls: [{ id: '', name: 'x', arguments: '{}' }] })
      expect(decisions[0]?.id).toMatch(/^call_.+/)
    })

    test('says who answered, under which id, and how soon', async () => {
      const output = await ask({ text: 'Hi.' })
      expect(output).toMatchObject({ model: 'gpt-test-2026-01-01', responseId: 'chatcmpl-1' })
      if (streaming) expect(output.timeToFirstChunkMs).toBeGreaterThan(0)
      else expect(output.timeToFirstChunkMs).toBeNull()
    })

    test('seed, temperature and limit are sent; without tools, no tools', async () => {
      await ask({ text: 'Hi.' }, { ...contractRequest, tools: [], temperature: 0, maxOutputTokens: 99 })
      expect(server?.requests[0]).toMatchObject({ seed: 7, temperature: 0, max_completion_tokens: 99 })
      expect(server?.requests[0]).not.toHaveProperty('tools')
    })

    test('the model gets its malformed arguments back to the letter, failures by name, images as a note', async () => {
      const answers: Answer[] = [
        {
          calls: [
            { id: 'a', name: 'x', arguments: '{"v' },
            { id: 'b', name: 'x', arguments: '{}' },
          ],
        },
        { text: 'Done.' },
      ]
      server = await openai.start((_, nth) => answers[nth] ?? {})
      const model = openai.model(server, { streaming })
      const first = await model.generate(contractRequest, never)
      const messages = [...contractRequest.messages, ...continuation(first)].map((message) =>
        message.role === 'tool' && message.decision.id === 'b'
          ? {
              ...message,
              result: { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }], isError: false },
            }
          : message,
      )
      await model.generate({ ...contractRequest, messages }, never)
      expect(server.requests[1]?.messages).toMatchObject([
        { role: 'system' },
        { role: 'user' },
        { role: 'assistant', content: null, tool_calls: [{ function: { arguments: '{"v' } }, {}] },
        { role: 'tool', tool_call_id: 'a', content: 'Error: no such call' },
        { role: 'tool', tool_call_id: 'b', content: '[image: image/png, 3 bytes, not shown]' },
      ])
    })
  },
)

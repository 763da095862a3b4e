import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import type { FinishReason } from '../../src/domain/model.ts'
import { contractRequest } from '../contracts/model.ts'
import type { Failure, Handler, ProviderServer, Reply } from '../fixtures/providers/provider-server.ts'
import { anthropic, openai } from './providers.ts'

const never = new AbortController().signal
const cutOff = 'provider_cut_off'
const unavailable = 'provider_unavailable'
const soon = { 'retry-after-ms': '1' }
const call = { id: 'a', name: 'x', arguments: '{"path":"config.yaml"}' }

describe.each([openai, anthropic])('failures of $name', (provider) => {
  let server: ProviderServer | null = null
  afterEach(() => server?.close())

  const ask = async (
    handle: Handler,
    options: { streaming?: boolean; maxRetries?: number } = {},
    signal = never,
  ) => {
    server = await provider.start(handle)
    return provider.model(server, { maxRetries: 2, ...options }).generate(contractRequest, signal)
  }
  const replies =
    (...all: Reply[]): Handler =>
    (_, nth) =>
      all[nth] ?? { text: 'Too many requests.' }

  test.each([429, 500, 503, 529])('status %i is tried again, and the answer counts', async (status) => {
    const output = await ask(
      replies({ status, headers: soon }, { status, headers: soon }, { text: 'At last.' }),
    )
    expect(output.text).toBe('At last.')
    expect(server?.requests).toHaveLength(3)
  })

  test.each<[string, Reply, number]>([
    [
      'a refusal that is to be asked again',
      { status: 400, headers: { 'x-should-retry': 'true', ...soon } },
      2,
    ],
    ['a refusal that is not', { status: 500, headers: { 'x-should-retry': 'false' } }, 1],
    ['no answer that was given', { text: 'Paid for.', headers: { 'x-should-retry': 'true' } }, 1],
  ])('x-should-retry is heeded: %s', async (_, reply, requests) => {
    await ask(replies(reply)).catch(() => null)
    expect(server?.requests).toHaveLength(requests)
  })

  test('Retry-After is waited for', async () => {
    const start = performance.now()
    // Longer than the first delay of the backoff, which is half a second at most.
    await ask(replies({ status: 429, headers: { 'retry-after': '0.6' } }, { text: 'Now.' }))
    expect(performance.now() - start).toBeGreaterThanOrEqual(595)
  })

  test.each<[Failure, string]>([
    [{ status: 429 }, 'rate_limited'],
    [{ status: 500 }, 'provider_unavailable'],
    [{ status: 529 }, 'provider_unavailable'],
    [{ status: 401 }, 'provider_refused_key'],
    [{ status: 403 }, 'provider_refused_key'],
    [{ status: 404 }, 'provider_rejected'],
    [{ status: 400 }, 'provider_rejected'],
  ])('%o that stays is an infrastructure error: %s', async (failure, code) => {
    const handle = () => ({ message: 'what the provider said', headers: soon, ...failure })
    await expect(ask(handle)).rejects.toMatchObject({
      name: 'InfrastructureError',
      code,
      message: expect.stringContaining(failure.message ?? 'what the provider said'),
    })
    const tried = failure.status === 429 || failure.status >= 500 ? 3 : 1
    expect(server?.requests).toHaveLength(tried)
  })

  test('an answer without an end is ended', async () => {
    const piece = Buffer.alloc(1 << 20, 'x')
    const endless = createServer((request, response) => {
      request.resume()
      const more = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void endless.close())
    await once(endless, 'listening')
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`
    const model = provider.model({ url }, { streaming: false, maxRetries: 0 })
    await expect(model.generate(contractRequest, never)).rejects.toMatchObject({
      code: 'provider_unreadable',
    })
  })

  test.each<[Failure, FinishReason]>([
    [{ status: 413 }, 'context_overflow'],
    [
      { status: 400, code: 'context_length_exceeded', message: 'prompt is too long: 9 > 8' },
      'context_overflow',
    ],
    [
      { status: 400, message: 'input length and `max_tokens` exceed context limit: 9 + 1 > 8' },
      'context_overflow',
    ],
    [
      { status: 400, code: 'content_filter', message: 'Output blocked by content filtering policy' },
      'content_filter',
    ],
  ])('%o is an answer without words: %s', async (failure, finishReason) => {
    const output = await ask(() => ({ message: 'what the provider said', ...failure }))
    expect(output).toMatchObject({ text: '', decisions: [], finishReason, usage: { inputTokens: null } })
    expect(server?.requests).toHaveLength(1)
  })

  test.each([-1, 12.5, 1e30, '12', true])(
    '%j tokens are no count: how many there were is unknown',
    async (count) => {
      const usage = {
        prompt_tokens: count,
        completion_tokens: count,
        input_tokens: count,
        output_tokens: count,
      }
      for (const streaming of [true, false]) {
        const output = await ask(() => ({ text: 'Hello.', usage }), { streaming })
        expect(output).toMatchObject({ text: 'Hello.', usage: { inputTokens: null, outputTokens: null } })
      }
    },
  )

  test('a key that the provider does not know is refused', async () => {
    server = await provider.start(() => ({ text: 'Hello.' }))
    const env = { OPENAI_BASE_URL: `${server.url}/v1`, ANTHROPIC_BASE_URL: server.url }
    const model = provider.model(server, { env })
    await expect(model.generate(contractRequest, never)).rejects.toMatchObject({
      code: 'provider_refused_key',
    })
  })

  test.each(['end', 'reset', 'error'] as const)(
    'a stream cut by "%s" is no answer, wherever',
    async (how) => {
      for (const afterEvents of [0, 1, 2, 3, 4]) {
        const answer = { text: 'Let me look.', calls: [call], cut: { afterEvents, how } }
        await expect(
          ask(() => answer, { maxRetries: 0 }),
          `after ${afterEvents} events`,
        ).rejects.toMatchObject({
          name: 'InfrastructureError',
          // Before its first byte nobody knows that there was to be an answer.
          code:
            how === 'error'
              ? unavailable
              : how === 'reset' && afterEvents === 0
                ? expect.any(String)
                : cutOff,
        })
        await server?.close()
      }
      server = null
    },
  )

  test.each([
    '<html>It works!</html>',
    '{"status": "ok"}',
    'null',
    '{"choices": [{"message": {"content": 42}}], "content": [{"type": "text", "text": 42}]}',
    '{"choices": [{"message": {"tool_calls": [{"function": {}}]}}], "content": [{"type": "tool_use", "id": 1}]}',
    '{"choices": [{"message": {"tool_calls": 42}}], "content": [null]}',
    '{"choices": [{"message": {"tool_calls": [{"function": {"arguments": "{}"}}]}}], "content": [{"type": "tool_use", "input": {}}]}',
  ])('%s is no answer, and unreadable', async (body) => {
    const page = () => ({ status: 200, body })
    for (const streaming of [false, true]) {
      await expect(ask(page, { streaming })).rejects.toMatchObject({
        name: 'InfrastructureError',
        code: 'provider_unreadable',
      })
      await server?.close()
    }
  })

  test('nobody listening is unavailable, and says why', async () => {
    server = await provider.start(() => ({}))
    const model = provider.model(server, { maxRetries: 0 })
    await server.close()
    server = null
    const failed = model.generate(contractRequest, never)
    await expect(failed).rejects.toMatchObject({ code: 'provider_unavailable', cause: expect.any(Error) })
  })

  test.each<[string, Reply | null]>([
    ['before the response', null],
    ['within the stream', { text: 'Let me look.', cut: { afterEvents: 3, how: 'hang' } }],
    ['while it waits to try again', { status: 429, headers: { 'retry-after': '60' } }],
  ])('an abort %s ends the wait with its own reason', async (_, reply) => {
    const controller = new AbortController()
    const reason = new Error('stop')
    const answer = ask(
      () => {
        setTimeout(() => controller.abort(reason), 20)
        return reply ?? new Promise<never>(() => {})
      },
      {},
      controller.signal,
    )
    await expect(answer).rejects.toBe(reason)
  })
})

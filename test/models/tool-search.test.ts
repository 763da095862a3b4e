import { afterEach, describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/domain/json.ts'
import type { Message, ModelRequest } from '../../src/domain/model.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { openaiModel } from '../../src/models/openai.ts'
import { native } from '../../src/tools/exposures/native.ts'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import {
  type Answer,
  type Failure,
  type ProviderServer,
  testKey,
} from '../fixtures/providers/provider-server.ts'
import { startResponsesServer } from '../fixtures/providers/responses-server.ts'
import { anthropic, type Provider } from './providers.ts'

const never = new AbortController().signal
const tool = (name: string): Tool => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
})
const tools = [tool('files/read'), tool('files/write'), tool('memory/forget everything, and then some')]
const shape = (request: ModelRequest) => native().shape?.(request) ?? request
const asking = (...messages: readonly Message[]): ModelRequest =>
  shape({ messages: [{ role: 'user', text: 'Read a.txt' }, ...messages], tools, seed: 1 })

const responses: Provider = {
  name: 'openai',
  start: startResponsesServer,
  model: ({ url }, options) =>
    openaiModel('gpt-test', { env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: testKey }, ...options }),
}

const search = { id: 'srvtoolu_1', query: 'read a file', tools: ['files__read', 'files__write'] }
const read = { id: 'call_1', name: 'files__read', arguments: '{"path":"a.txt"}' }

const cases = [anthropic, responses].flatMap((provider) =>
  [true, false].map((streaming) => ({ name: provider.name, provider, streaming })),
)

describe.each(cases)('$name, streaming: $streaming', ({ provider, streaming }) => {
  let server: ProviderServer | null = null
  afterEach(() => server?.close())

  const start = async (...answers: (Answer | Failure)[]) => {
    server = await provider.start((_, nth) => answers[nth] ?? {})
    return { server, model: provider.model(server, { streaming, maxRetries: 0 }) }
  }

  test('what its provider searched for and loaded is told, and what the model then called', async () => {
    const { model } = await start({ searches: [search], calls: [read], pieceBytes: 7 })
    const output = await model.generate(asking(), never)
    expect(output).toMatchObject({
      searches: [{ query: 'read a file', tools: ['files/read', 'files/write'] }],
      decisions: [{ id: 'call_1', tool: 'files/read', arguments: { path: 'a.txt' } }],
      finishReason: 'tool_calls',
      usage: { inputTokens: 20, outputTokens: 10 },
    })
  })

  test('the answer goes back as it was, so that what was loaded stays loaded', async () => {
    const { model, server } = await start({ searches: [search], calls: [read] }, { text: 'It says x.' })
    const { text, decisions, raw } = await model.generate(asking(), never)
    const [decision] = decisions
    if (!decision || raw === undefined) throw new Error('no decision')
    const result = { content: [{ type: 'text', text: 'x' }], isError: false }
    const next = await model.generate(
      asking({ role: 'assistant', text, decisions, raw }, { role: 'tool', decision, result }),
      never,
    )
    expect(next).toMatchObject({ text: 'It says x.', searches: [], finishReason: 'stop' })
    expect(JSON.stringify(server.requests[1])).toContain('tool_search')
  })

  test('a model that takes no deferred tools says so, and what the provider said', async () => {
    const { model } = await start({ status: 400, message: 'tools.0: tool search is not supported' })
    await expect(model.generate(asking(), never)).rejects.toMatchObject({
      code: 'no_tool_search',
      message: expect.stringContaining('the exposure native needs a model that has tool search'),
      cause: { message: expect.stringContaining('tool search is not supported') },
    })
  })
})

const sentTools = (server: ProviderServer, nth = 0) => {
  const sent = server.requests[nth]?.tools
  return Array.isArray(sent) ? sent.filter(isJsonObject) : []
}

test('Anthropic is sent its search tool, and every tool to be loaded when it is found', async () => {
  const server = await startAnthropicServer(() => ({ text: 'Hi.' }))
  await anthropic.model(server).generate(asking(), never)
  await server.close()
  const [first, ...rest] = sentTools(server)
  expect(first).toEqual({ type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' })
  expect(rest.map(({ name, defer_loading: isDeferred }) => [name, isDeferred])).toEqual([
    ['files__read', true],
    ['files__write', true],
    [expect.stringMatching(/^memory__forget_everything.*_[0-9a-f]{8}$/), true],
  ])
})

test('OpenAI is sent its search tool, and a namespace for each server, which says what is in it', async () => {
  const server = await startResponsesServer(() => ({ text: 'Hi.' }))
  await responses.model(server).generate(asking(), never)
  await server.close()
  expect(sentTools(server)).toMatchObject([
    { type: 'tool_search' },
    {
      type: 'namespace',
      name: 'files',
      description: 'Tools of files: read, write',
      tools: [
        { type: 'function', name: 'files__read', defer_loading: true, strict: false },
        { name: 'files__write', defer_loading: true },
      ],
    },
    { type: 'namespace', name: 'memory' },
  ])
  expect(server.requests[0]).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] })
})

test('a turn that Anthropic pauses is asked on, and is one answer that costs the sum', async () => {
  const paused: Answer = { searches: [search], finish: 'pause_turn' }
  const server = await startAnthropicServer((_, nth) => (nth < 2 ? paused : { calls: [read] }))
  const output = await anthropic.model(server).generate(asking(), never)
  await server.close()
  expect(server.requests).toHaveLength(3)
  expect(output).toMatchObject({
    decisions: [{ tool: 'files/read' }],
    searches: [{ query: 'read a file' }, { query: 'read a file' }],
    usage: { inputTokens: 60, outputTokens: 30 },
    finishReason: 'tool_calls',
  })
  expect(Array.isArray(output.raw) ? output.raw.length : 0).toBe(5)
})

test('without deferred tools nothing of this is sent', async () => {
  const server = await startAnthropicServer(() => ({ text: 'Hi.' }))
  const output = await anthropic.model(server).generate({ ...asking(), tools }, never)
  await server.close()
  expect(JSON.stringify(server.requests)).not.toMatch(/tool_search|defer/)
  expect(output.searches).toBeUndefined()
})

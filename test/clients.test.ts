import OpenAI from 'openai'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Format } from '../scripts/clients/client.ts'
import { clients } from '../scripts/clients/clients.ts'
import { type ChainDocument, joined } from '../scripts/clients/joined.ts'
import { decidingOnce, formats } from '../scripts/clients/loopback-model.ts'
import type { JsonObject } from '../src/domain/json.ts'
import { testKey } from './fixtures/providers/provider-server.ts'

const asked = { prompt: 'Which port?', tool: 'files/read' }
const plain = { parent: null, outcome: 'ok', message: null, input: '', attributes: {} }
const caused = { type: 'caused', from_span: 'd', to_span: 'c', tier: 4, candidates: ['d'] }
const continues = { type: 'continues', from_span: 'm', to_span: 'n', tier: 1, candidates: ['m'] }
const whole: ChainDocument = {
  spans: [
    { ...plain, span: 'm', kind: 'model', name: 'test', input: 'Today is Monday. Which port?' },
    { ...plain, span: 'd', kind: 'decision', name: 'mcp__files__read', parent: 'm' },
    { ...plain, span: 'c', kind: 'tool', name: 'files/read' },
    { ...plain, span: 'n', kind: 'model', name: 'test' },
  ],
  links: [caused, continues],
}

const [model, decision, call, next] = whole.spans.map((span) => ({ spans: [span], links: [] }))

test('a client is joined, at the tier of its call, where one chain holds all', () => {
  expect(joined([whole], asked)).toEqual({ tier: 4, isToldAgain: false })
  expect(joined([{ spans: [], links: [] }, whole], asked)).toMatchObject({ tier: 4 })
})

test('a result is known again where the request that follows carries its fingerprint', () => {
  const of: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    c: { structured_result_hash: 'f00d' },
    n: { carried_results: '[{"hashes":["f00d"]}]' },
  }
  const spans = whole.spans.map((span) => ({ ...span, attributes: of[span.span] ?? {} }))
  expect(joined([{ ...whole, spans }], asked)).toEqual({ tier: 4, isToldAgain: true })
})

test.for<readonly [string, RegExp, readonly (ChainDocument | undefined)[]]>([
  ['nothing was recorded', /no model/, []],
  ['the model saw no tool', /no such tool/, [model]],
  ['the call never came', /called nothing/, [model, decision]],
  ['the call stands alone', /no decision/, [model, decision, call, next]],
  ['the call has two causes', /2 decisions/, [{ ...whole, links: [{ ...caused, candidates: ['d', 'e'] }] }]],
  ['the decision is elsewhere', /another chain/, [{ ...whole, links: [{ ...caused, from_span: 'e' }] }]],
  ['the prompt is not there', /prompt/, [{ ...whole, spans: whole.spans.slice(1) }]],
  ['nothing follows', /request with the result/, [{ ...whole, links: [caused] }]],
  [
    'the model refused',
    /an error: content is missing/,
    [
      {
        spans: [
          {
            ...plain,
            span: 'm',
            kind: 'model',
            name: 'test',
            outcome: 'server',
            message: 'content is missing',
          },
        ],
        links: [],
      },
    ],
  ],
])('where %s, that is said', ([, why, chains]) => {
  const found = joined(
    chains.flatMap((chain) => chain ?? []),
    asked,
  )
  expect(found).toEqual({ tier: null, why: expect.stringMatching(why) })
})

describe('the loopback model', () => {
  const decide = (body: JsonObject, nth = 0) =>
    decidingOnce({ tool: 'read', arguments: { path: 'a' } })(body, nth)
  const named = { messages: [{ role: 'user', content: 'There are:\nmcp__files__read' }] }

  test.for<readonly [Format, JsonObject, string]>([
    ['chat', { type: 'function', function: { name: 'files-read' } }, 'files-read'],
    ['messages', { name: 'mcp__files__read', input_schema: {} }, 'mcp__files__read'],
    ['gemini', { functionDeclarations: [{ name: 'write' }, { name: 'mcp_files_read' }] }, 'mcp_files_read'],
    ['responses', { type: 'namespace', name: 'mcp__files', tools: [{ name: 'read' }] }, 'read'],
  ])('finds the name that a client gave the tool: %s', ([, tool, name]) => {
    expect(decide({ tools: [{ name: 'other' }, tool] })).toMatchObject({
      calls: [{ name, arguments: '{"path":"a"}' }],
    })
  })

  test('calls a tool that is only named through the one that calls, or looks it up first', () => {
    expect(decide({ ...named, tools: [{ name: 'tool_call' }] })).toMatchObject({
      calls: [{ name: 'tool_call', arguments: '{"name":"mcp__files__read","arguments":{"path":"a"}}' }],
    })
    expect(decide({ ...named, tools: [{ name: 'ToolSearch' }] })).toMatchObject({
      calls: [{ name: 'ToolSearch', arguments: expect.stringContaining('select:mcp__files__read') }],
    })
    expect(decide({ ...named, tools: [{ name: 'other' }] })).not.toHaveProperty('calls')
  })

  test('answers in Responses what the stock client understands, once with a call and then in words', async () => {
    const server = await formats.responses.open(decidingOnce({ tool: 'read', arguments: { path: 'a' } }))
    onTestFinished(() => server.close())
    const openai = new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1`, maxRetries: 0 })
    const tools = [{ type: 'function' as const, name: 'read', parameters: null, strict: null }]
    const input = [{ role: 'user' as const, content: 'Which port?' }]
    const first = await openai.responses.stream({ model: 'test', input, tools }).finalResponse()
    expect(first.output).toMatchObject([{ type: 'function_call', name: 'read', arguments: '{"path":"a"}' }])
    const open = [...input, { type: 'function_call' as const, call_id: 'c', name: 'read', arguments: '{}' }]
    await expect(openai.responses.create({ model: 'test', input: open, tools })).rejects.toThrow(
      /No tool output/,
    )
    const closed = [...open, { type: 'function_call_output' as const, call_id: 'c', output: '8080' }]
    const last = await openai.responses.create({ model: 'test', input: closed, tools })
    expect(last.output_text).toBe('Done.')
    expect(last.id).not.toBe(first.id)
  })
})

test.for(clients)(
  '$name is led to the gateway and to the recorded server alone, with the key of the test',
  (client) => {
    const server = { command: '/node', args: ['calltrail.js', 'record'] }
    const place = { home: '/home/a', gateway: 'http://127.0.0.1:1', key: 'k1', prompt: 'Which port?', server }
    const { args, env, files } = client.start(place)
    const written = JSON.stringify({ env, files })
    expect(args).toContain(place.prompt)
    expect(new Set(written.match(/https?:\/\/[^/"\\]+/g))).toEqual(new Set([place.gateway]))
    for (const part of ['k1', '/node', 'calltrail.js']) expect(written).toContain(part)
  },
)

import { expect, test } from 'vitest'
import { derivedChain } from '../../../src/chain/trace-context.ts'
import type { EntryData, Outcome } from '../../../src/domain/entry.ts'
import type { CallContent, EndedCall } from '../../../src/record/otel/ended-call.ts'
import { spanOf } from '../../../src/record/otel/span-of.ts'
import { answered, asked, decided, modelAnswered, modelAsked, opened } from './ended.ts'

const span = 'aaaaaaaaaaaaaaaa'
const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7' }
const traceparent = { value: `00-${trace.traceId}-${trace.parentId}-01`, from: '_meta' } as const

const around = {
  ...{ endedAt: '2026-01-01T00:00:02.000000Z', transport: null, moments: [], content: null },
  session: opened('stdio'),
} as const

const toolCall = (
  request: Partial<EntryData['tool_request']> = {},
  result: Partial<EntryData['tool_result']> | null = {},
  more: Partial<EndedCall<'tool_request'>> = {},
) =>
  spanOf({
    ...{ type: 'tool', request: asked(span, request), closing: result && answered(span, result) },
    ...around,
    ...more,
  })

const failed = (layer: Outcome['layer'], code: number | null = null, content: CallContent | null = null) =>
  toolCall({}, { outcome: { layer, code, message: 'what went wrong' } }, { content })

test('without a trace context a call is the first of the chain that the linker derives of it', () => {
  expect(toolCall()).toMatchObject({ spanId: span, traceId: derivedChain(span), parentId: null })
})

test('a trace context says the trace and the parent; a call that the entry names is a nearer parent', () => {
  expect(toolCall({ evidence: { traceparent } })).toMatchObject(trace)
  const parentSpan = 'bbbbbbbbbbbbbbbb'
  expect(toolCall({ evidence: { traceparent }, parentSpan })).toMatchObject({
    ...trace,
    parentId: parentSpan,
  })
  const zero = { value: `00-${'0'.repeat(32)}-${trace.parentId}-01`, from: '_meta' } as const
  expect(toolCall({ evidence: { traceparent: zero } })).toMatchObject({ parentId: null })
})

test('the trace of a trial is that of all in it, and of its judge; that of a connection is only that of its first request', () => {
  const inTrial = opened('trial', { traceparent: { ...traceparent, from: 'runner' } })
  expect(toolCall({}, {}, { session: inTrial })).toMatchObject({ ...trace, kind: 'client' })
  const ofJudge = opened('judge', { traceparent: { ...traceparent, from: 'runner' } })
  expect(toolCall({}, {}, { session: ofJudge })).toMatchObject(trace)
  expect(toolCall({}, {}, { session: opened('http', { traceparent }) })).toMatchObject({
    ...{ traceId: derivedChain(span), parentId: null, kind: 'server' },
  })
})

test('it lasts from the request for as long as was measured, to the microsecond, over the end of a second', () => {
  expect(toolCall()).toMatchObject({
    startedAt: Date.UTC(2026, 0, 1) * 1000 + 999_990,
    endedAt: Date.UTC(2026, 0, 1, 0, 0, 1) * 1000 + 15,
  })
})

test('the id of a request is its text, without the quotes of JSON', () => {
  for (const [requestId, text] of [
    ['7', '7'],
    ['"7"', '7'],
    ['"a b"', 'a b'],
  ])
    expect(toolCall({ requestId: requestId ?? '' })?.attributes['jsonrpc.request.id']).toBe(text)
  expect(toolCall({ requestId: null })?.attributes).not.toHaveProperty('jsonrpc.request.id')
})

test('a tool of an exposure is no call over MCP', () => {
  const own = toolCall({ server: null, tool: 'find_tool', requestId: null })
  expect(own).toMatchObject({ name: 'execute_tool find_tool', kind: 'internal' })
  expect(Object.keys(own?.attributes ?? {}).filter((name) => !name.startsWith('gen_ai.'))).toEqual([])
})

test('what failed is told by its layer, and in words only where they are no content', () => {
  const typeOf = (of: ReturnType<typeof failed>) => of?.attributes['error.type']
  expect([typeOf(failed('tool')), failed('tool')?.failure]).toEqual(['tool_error', { message: null }])
  expect([typeOf(failed('http', 502)), failed('http', 502)?.failure]).toEqual(['502', { message: null }])
  expect([typeOf(failed('cancelled')), failed('cancelled')?.failure]).toEqual([
    'cancelled',
    { message: null },
  ])
  expect(failed('json-rpc', -32601)).toMatchObject({
    attributes: { 'error.type': '-32601', 'rpc.response.status_code': '-32601' },
    failure: { message: null },
  })
  expect(failed('transport')?.failure).toEqual({ message: 'what went wrong' })
  const told = failed('tool', null, { arguments: '{}', result: null })
  expect(told?.failure).toEqual({ message: 'what went wrong' })
  expect(toolCall({}, null)).toMatchObject({
    ...{
      endedAt: Date.UTC(2026, 0, 1, 0, 0, 2) * 1000,
      attributes: { 'error.type': 'no_answer' },
      failure: { message: null },
    },
  })
})

test('a model is named without its provider; of its tokens an unknown number is left out and a zero is not', () => {
  const usage = {
    ...{ inputTokens: 9, outputTokens: 0, cacheReadTokens: 3, cacheCreationTokens: 2, reasoningTokens: null },
  }
  const ended = spanOf({
    ...{ type: 'model', request: modelAsked(span), closing: modelAnswered(span, { usage }) },
    ...around,
    moments: [decided('cccccccccccccccc', span), decided('dddddddddddddddd', span, true)],
  })
  expect(ended).toMatchObject({ name: 'chat gpt-x', kind: 'client' })
  expect(ended?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.response.model': 'gpt-x-2026',
    'gen_ai.response.id': 'r1',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.output_tokens': 0,
    'gen_ai.usage.cache_read.input_tokens': 3,
    'gen_ai.usage.cache_creation.input_tokens': 2,
  })
  expect(ended?.events.map(({ attributes }) => attributes)).toMatchObject([
    { 'calltrail.span': 'cccccccccccccccc', 'gen_ai.tool.call.id': 'call_1' },
    { 'calltrail.span': 'dddddddddddddddd', 'error.type': 'malformed' },
  ])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { injectTraceContext } from '../../src/record/inject-trace-context.ts'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const insertedMeta = /"_meta":\{"traceparent":"[^"]*"\},?/
const insertedMember = /"traceparent":"[^"]*",?/
const inject = (text: string) => injectTraceContext(Buffer.from(text), () => traceparent).toString()

/** Calls in any layout, with and without a `_meta`. */
const message = fc
  .record({
    id: fc.oneof(fc.integer(), fc.string({ unit: 'binary' })),
    method: fc.constant('tools/call'),
    params: fc.record(
      {
        arguments: fc.jsonValue(),
        _meta: fc.record({ other: fc.jsonValue() }, { requiredKeys: [] }),
        é: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
    indent: fc.constantFrom(undefined, 0, 2, '\t', '\r\n'),
  })
  .map(({ indent, ...value }) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...value }, null, indent)
    return { value: JSON.parse(text), text: `${text}\n` }
  })

test('a call names its span, and without what was put in every byte is as it was', () => {
  fc.assert(
    fc.property(message, ({ value, text }) => {
      const sent = inject(text)
      const { params } = value
      expect(JSON.parse(sent)).toEqual({
        ...value,
        params: { ...params, _meta: { ...params._meta, traceparent } },
      })
      expect(sent.replace('_meta' in (params ?? {}) ? insertedMember : insertedMeta, '')).toBe(text)
    }),
  )
})

describe('nothing changes', () => {
  const call = (meta: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":${meta}}}`
  test.for([
    ['where a traceparent is', call('{"traceparent":"00-1-2-03"}')],
    ['where something else is one', call('{"traceparent":null}')],
    ['where one is hidden by how it is written', call('{"trace\\u0070arent":"x"}')],
    ['where _meta is no object', call('null')],
    ['where params are a list', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["a"]}'],
    ['where there are none', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
    ['in a notification', '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"}}'],
    ['in what is no JSON', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{'],
  ])('%s', ([, text = '']) => expect(inject(text)).toBe(text))
})

test('of a batch the calls that have a span name it', () => {
  const call = (id: number) =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{ "name":"a","n":1.0}}`
  const batch = ` [${call(1)}, ${call(2)} ,${call(3)}]\r\n`
  const sent = injectTraceContext(Buffer.from(batch), (id) => (id === '2' ? null : `span-${id}`)).toString()
  const put = (id: number) => call(id).replace('{ "name"', `{"_meta":{"traceparent":"span-${id}"}, "name"`)
  expect(sent).toBe(` [${put(1)}, ${call(2)} ,${put(3)}]\r\n`)
})

import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { textOf } from '../../../src/domain/tool.ts'
import { lexicalBaseline } from '../../../src/models/baselines/lexical.ts'
import { loadTokenizer } from '../../../src/models/tokenizer.ts'
import { deferred } from '../../../src/tools/exposures/deferred.ts'
import { call, context } from '../servers.ts'
import { listed } from './listed.ts'

const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
const upstream = listed([
  { name: 'files/read', description: 'Reads a file. Only below the root.', inputSchema: text },
  { name: 'files/write', description: `Writes ${'a very long story '.repeat(20)}.` },
  { name: 'memory/forget' },
])
const shown = deferred().expose(upstream)
const use = (name: string, args: JsonObject) => shown.callTool(call(name, args), context())

test('every tool stands in a line: its name, and the first sentence of what it does, cut', async () => {
  const [describer, caller] = await shown.listTools(context())
  const lines = describer?.description.split('\n').slice(1) ?? []
  expect(lines[0]).toBe('- files/read: Reads a file.')
  expect(lines[1]).toMatch(/^- files\/write: Writes a very.{80,110}…$/)
  expect(lines[2]).toBe('- memory/forget')
  expect([describer?.discovery, caller?.discovery]).toEqual(['describe', 'call'])
})

test('what is counted is what is shown: the list, and no schema', async () => {
  const tokenizer = await loadTokenizer()
  const tools = await shown.listTools(context())
  const words = tools.map(({ name, description, inputSchema }) =>
    tokenizer.count(JSON.stringify({ name, description, parameters: inputSchema })),
  )
  expect(tokenizer.definitions(tools)).toBe(words.reduce((sum, count) => sum + count, 0))
})

test('definitions come on demand, with those that are not there named', async () => {
  const result = await use('describe_tools', { names: ['files/read', 'files/wriet'] })
  const definition = {
    name: 'files/read',
    description: 'Reads a file. Only below the root.',
    inputSchema: text,
  }
  expect(result).toMatchObject({ structuredContent: { tools: [definition] }, isError: false })
  expect(textOf(result)).toContain('There is no tool files/wriet. Did you mean files/write')
})

test.each([
  ['describe_tools', {}, 'names'],
  ['describe_tools', { names: [] }, 'names'],
  ['describe_tools', { names: ['files/raed'] }, 'files/read'],
  ['call_tool', { arguments: {} }, 'name'],
  ['describe_tool', {}, 'describe_tools'],
])('%s with %j is answered with what is wrong', async (name, args, words) => {
  const result = await use(name, args)
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(words)
})

test('the lexical baseline chooses by the list, reads the definition, and calls', async () => {
  const tools = await shown.listTools(context())
  const first = await lexicalBaseline().generate(
    { messages: [{ role: 'user', text: 'Read the file notes.txt' }], tools, seed: 1 },
    new AbortController().signal,
  )
  const [decision] = first.decisions
  expect(decision).toMatchObject({ tool: 'describe_tools', arguments: { names: ['files/read'] } })
  if (!decision) return
  const result = await use('describe_tools', decision.arguments ?? {})
  const second = await lexicalBaseline().generate(
    {
      messages: [
        { role: 'user', text: 'Read the file notes.txt' },
        { role: 'assistant', text: '', decisions: [decision] },
        { role: 'tool', decision, result },
      ],
      tools,
      seed: 1,
    },
    new AbortController().signal,
  )
  expect(second.decisions).toMatchObject([
    { tool: 'call_tool', arguments: { name: 'files/read', arguments: { text: 'notes.txt' } } },
  ])
})

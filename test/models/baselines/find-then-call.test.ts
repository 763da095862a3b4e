import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Model } from '../../../src/domain/model.ts'
import { type Tool, type ToolCall, type ToolResult, toolError } from '../../../src/domain/tool.ts'
import { lexicalBaseline } from '../../../src/models/baselines/lexical.ts'
import { randomBaseline } from '../../../src/models/baselines/random.ts'
import { officeTools } from './office-tools.ts'
import { play, said } from './play.ts'

// Names that say nothing: the protocol may go by `discovery` alone.
const finder: Tool = { name: 'x1', description: '', inputSchema: { type: 'object' }, discovery: 'find' }
const caller: Tool = { name: 'x2', description: '', inputSchema: { type: 'object' }, discovery: 'call' }

const offer = ({ name, description, inputSchema }: Tool): JsonObject => ({ name, description, inputSchema })
const found = (tools: readonly Tool[]): ToolResult => ({
  ...said('found'),
  structuredContent: { tools: tools.map(offer) },
})
const finding = (tools: readonly Tool[]) => (call: ToolCall) =>
  call.name === 'x1' ? found(tools) : said('done')

const closing = officeTools.filter(({ name }) => name.startsWith('tracker/'))
const prompt = 'Close issue WEB-7 with the comment "fixed".'

const models: readonly (readonly [string, () => Model, seed: number])[] = [
  ['lexical', lexicalBaseline, 1],
  // A seed with which it calls something.
  ['random', randomBaseline, 2],
]

describe.each(models)('%s', (_name, create, seed) => {
  test('looks for tools with the words of the step, then calls one of those found through the calling tool', async () => {
    const { calls, answer } = await play(create(), prompt, [finder, caller], { run: finding(closing), seed })
    expect(calls).toMatchObject([
      { id: 'call_1', name: 'x1', arguments: { query: prompt } },
      { id: 'call_2', name: 'x2', arguments: { name: expect.any(String), arguments: expect.any(Object) } },
    ])
    expect(closing.map(({ name }) => name)).toContain(calls[1]?.arguments.name)
    expect(answer).toBe('done')
  })

  test('calls a found tool directly where no calling tool is shown', async () => {
    const { calls } = await play(create(), prompt, [finder], { run: finding(closing), seed })
    expect(closing.map(({ name }) => name)).toContain(calls[1]?.name)
  })

  test('calls a tool that is shown outright directly, found or not', async () => {
    const tools = [finder, caller, ...closing]
    for (const offered of [[], closing]) {
      const { calls } = await play(create(), prompt, tools, { run: finding(offered), seed })
      expect(closing.map(({ name }) => name)).toContain(calls[1]?.name)
    }
  })

  test.each([
    ['nothing', found([])],
    ['an error', toolError('no index')],
    ['what is no list of tools', { ...said(''), structuredContent: { tools: [1, { title: 'x' }, null] } }],
  ])('calls nothing when looking gives %s', async (_what, result) => {
    const { calls } = await play(create(), prompt, [finder, caller], { run: () => result, seed })
    expect(calls.map(({ name }) => name)).toEqual(['x1'])
  })
})

test('every step of a prompt is looked up, and chooses as if the found tools had been shown', async () => {
  const steps = 'Close issue WEB-7 with the comment "fixed", then turn off all the lights.'
  const direct = await play(lexicalBaseline(), steps, officeTools)
  const { calls } = await play(lexicalBaseline(), steps, [finder, caller], { run: finding(officeTools) })
  expect(calls.map(({ name }) => name)).toEqual(['x1', 'x2', 'x1', 'x2'])
  expect(calls.filter(({ name }) => name === 'x2').map((call) => call.arguments)).toEqual(
    direct.calls.map(({ name, arguments: args }) => ({ name, arguments: args })),
  )
  expect(calls[2]?.arguments.query).toBe('turn off all the lights.')
})

test('a follow-up starts anew at the last user message, with ids that go on', async () => {
  const { calls } = await play(lexicalBaseline(), prompt, officeTools)
  const [{ id = '', name = '', arguments: args = {} } = {}] = calls
  const decision = { id, tool: name, arguments: args, rawArguments: JSON.stringify(args) }
  const output = await lexicalBaseline().generate(
    {
      messages: [
        { role: 'user', text: prompt },
        { role: 'assistant', text: '', decisions: [decision] },
        { role: 'tool', decision, result: said('closed') },
        { role: 'assistant', text: 'closed', decisions: [] },
        { role: 'user', text: 'Turn off the lights.' },
      ],
      tools: officeTools,
      seed: 1,
    },
    new AbortController().signal,
  )
  expect(output.decisions).toMatchObject([{ id: 'call_2', tool: 'lights/turn_off' }])
})

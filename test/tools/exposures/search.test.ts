import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { textOf } from '../../../src/domain/tool.ts'
import { search } from '../../../src/tools/exposures/search.ts'
import { call, context } from '../servers.ts'
import { listed } from './listed.ts'

const city = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Name of a municipality.' } },
}
const upstream = listed([
  { name: 'weather/getForecast', description: 'The weather of the next days.', inputSchema: city },
  { name: 'files/read_text_file', description: 'Reads a file as text.' },
  { name: 'files/write_file', description: 'Creates or replaces a file.' },
  { name: 'files/list_directory', description: 'Lists what is in a folder.' },
  { name: 'memory/read_graph', description: 'Reads all that is remembered.' },
  { name: 'memory/delete_entities', description: 'Forgets people and things.' },
])
const shown = search().expose(upstream)
const use = (name: string, args: JsonObject) => shown.callTool(call(name, args), context())

async function found(args: JsonObject): Promise<readonly string[]> {
  const tools = (await use('find_tool', args)).structuredContent?.tools
  return Array.isArray(tools) ? tools.map((tool) => tool.name) : []
}

test('two tools are shown, which declare what they do', async () => {
  const tools = await shown.listTools(context())
  expect(tools.map(({ name, discovery }) => [name, discovery])).toEqual([
    ['find_tool', 'find'],
    ['call_tool', 'call'],
  ])
})

test.each([
  ['read a text file', 'files/read_text_file'],
  ['what is in this directory', 'files/list_directory'],
  ['forecast', 'weather/getForecast'],
  ['municipality', 'weather/getForecast'],
  ['forget somebody', 'memory/delete_entities'],
  ['writ fil', 'files/write_file'],
])('%j finds %s first', async (query, tool) => {
  expect((await found({ query }))[0]).toBe(tool)
})

test('what is found comes as whole definitions, as data and as text', async () => {
  const result = await use('find_tool', { query: 'weather', limit: 1 })
  const definition = {
    name: 'weather/getForecast',
    description: 'The weather of the next days.',
    inputSchema: city,
  }
  expect(result.structuredContent).toEqual({ tools: [definition] })
  expect(JSON.parse(textOf(result))).toEqual([definition])
})

test('five are found unless a limit says otherwise', async () => {
  const query = 'read file folder weather remembered people'
  expect(await found({ query })).toHaveLength(5)
  expect(await found({ query, limit: 2 })).toHaveLength(2)
})

test('nothing found is an answer, not an error', async () => {
  const result = await use('find_tool', { query: 'xylophone' })
  expect(result).toMatchObject({ structuredContent: { tools: [] }, isError: false })
})

test.each([
  ['find_tool', {}, 'query'],
  ['find_tool', { query: 'file', limit: 0 }, 'limit'],
  ['find_tool', { query: 'file', limit: 21 }, 'limit'],
  ['find_tool', { query: 'file', limit: 2.5 }, 'limit'],
  ['call_tool', { arguments: {} }, 'name'],
  ['call_tool', { name: 'files/write_file', arguments: '{}' }, 'arguments'],
  ['call_tool', { name: 'find_tool', arguments: { query: 'file' } }, 'There is no tool find_tool'],
  ['call_tool', { name: 'files/read_textfile', arguments: {} }, 'files/read_text_file'],
])('%s with %j is answered with what is wrong', async (name, args, words) => {
  const result = await use(name, args)
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(words)
})

test('call_tool without arguments calls with none', async () => {
  expect(textOf(await use('call_tool', { name: 'memory/read_graph' }))).toBe('memory/read_graph')
})

import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { checkSuite } from '../../src/config/check-suite.ts'
import { loadSuites } from '../../src/config/suites.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { formatProblem } from '../../src/errors.ts'
import { folderWith } from './files.ts'

const tool = (name: string, inputSchema: JsonObject): Tool => ({ name, description: '', inputSchema })
const draft07 = 'http://json-schema.org/draft-07/schema#'
const path = { type: 'string' }
const tools = [
  tool('files/read_text_file', {
    $schema: draft07,
    type: 'object',
    properties: { path, head: { type: 'integer', minimum: 1 }, sort: { enum: ['name', 'size'] } },
    required: ['path'],
  }),
  tool('files/write_file', {
    type: 'object',
    properties: { path, content: path },
    required: ['path', 'content'],
  }),
  tool('files/open', { type: 'object', additionalProperties: true }),
  tool('files/broken', { type: 'object', properties: { path: { type: 'nonsense' } } }),
  tool('memory/read_graph', { type: 'object', properties: {} }),
  ...['string', 'integer'].map((type) =>
    tool(`memory/take_${type}`, {
      $id: 'https://example.org/take',
      type: 'object',
      properties: { value: { $ref: 'same' } },
      $defs: { same: { $id: 'same', type } },
    }),
  ),
]

async function check(cases: string, curated = '') {
  const folder = await folderWith({
    'calltrail.yaml': 'mcpServers: { files: { command: node }, memory: { command: node } }\n',
    's.yaml': `suite: s\ntoolset: { servers: [files, memory]${curated} }\ncases:\n${cases}`,
  })
  const [suite] = await loadSuites(['s.yaml'], await loadConfig(undefined, folder))
  if (!suite) throw new Error('no suite')
  return checkSuite(suite, tools)
    .map(formatProblem)
    .join('\n')
    .split('\n')
    .map((line) => line.trim())
}

test('a suite that fits its tools has no problems', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - tool: files/read_text_file
          args: { path: { endsWith: a }, head: 3, sort: { oneOf: [name, size] }, encoding: { absent: true } }
        - { tool: files/open, args: { anything: 1 } }
        - { tool: files/broken, args: { path: 1 } }
      forbid: [files/write_file]
`
  expect(await check(text)).toEqual([''])
})

test('schemas that share an id are each their own', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - { tool: memory/take_string, args: { value: a } }
        - { tool: memory/take_integer, args: { value: 1 } }
        - { tool: memory/take_integer, args: { value: a } }
`
  expect(await check(text)).toEqual([
    expect.stringMatching(/^s\.yaml:10:.* does not take this value: it must be integer/),
  ])
})

test('unknown tools are named with the nearest ones, wherever they are written', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls: [{ tool: files/read_txt_file, alternatives: [files/opens] }]
      forbid: [graph/read]
`
  expect(await check(text, ', curated: [memory/readgraph]')).toEqual([
    's.yaml:2:48  curated[0]: no tool "memory/readgraph" in toolset files+memory',
    'nearest: memory/read_graph',
    's.yaml:7:23  expect.calls[0].tool: no tool "files/read_txt_file" in toolset files+memory',
    'nearest: files/read_text_file',
    's.yaml:7:59  expect.calls[0].alternatives[0]: no tool "files/opens" in toolset files+memory',
    'nearest: files/open',
    's.yaml:8:16  expect.forbid[0]: no tool "graph/read" in toolset files+memory',
    'there are: files/, memory/',
  ])
})

test('arguments that a tool does not take, and values that break its schema', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - tool: files/read_text_file
          args:
            paths: { any: true }
            head: 0
            sort: { oneOf: [name, sise] }
`
  expect(await check(text)).toEqual([
    's.yaml:10:20  expect.calls[0].args.paths: no argument "paths" of files/read_text_file',
    'nearest: path',
    's.yaml:11:19  expect.calls[0].args.head.equals: files/read_text_file does not take this value: it must be >= 1',
    's.yaml:12:35  expect.calls[0].args.sort.oneOf[1]: files/read_text_file does not take this value: it must be equal to one of the allowed values',
  ])
})

test('a tool that is expected cannot be forbidden', async () => {
  const text = '  - { id: a, prompt: b, expect: { calls: [{ tool: files/open }], forbid: [files/open] } }\n'
  expect(await check(text)).toEqual(['s.yaml:4:75  expect.forbid[0]: "files/open" is expected and forbidden'])
})

test('what the runner would call, and alternatives with arguments, are checked too', async () => {
  const text = `  - id: a
    prompt: [b, c]
    setup: [{ tool: files/write_file, args: { path: 1, content: x } }]
    teardown: [{ tool: files/remove }]
    expect:
      match: partial-order
      calls:
        - { tool: files/read_text_file, id: read, args: { path: { absent: true } } }
        - tool: files/open
          after: [read]
          alternatives: [{ tool: files/read_text_file, args: { head: { anyOf: [0, 1] } } }]
      state: [{ tool: files/read_text_file, args: { path: a, head: 0 }, result: { contains: x } }]
`
  expect(await check(text)).toEqual([
    's.yaml:7:24  teardown[0].tool: no tool "files/remove" in toolset files+memory',
    'there are: files/read_text_file, files/write_file, files/open, files/broken',
    's.yaml:11:65  expect.calls[0].args.path: files/read_text_file requires it',
    's.yaml:14:25  expect.calls[1].alternatives.head.anyOf[0].equals: files/read_text_file does not take this value: it must be >= 1',
    's.yaml:6:45  setup[0].args: files/write_file does not take these arguments at /path: must be string',
    's.yaml:15:51  expect.state[0].args: files/read_text_file does not take these arguments at /head: must be >= 1',
  ])
})

test('an order that no trial can keep is refused with its place', async () => {
  const calls = (written: string, match = 'partial-order') =>
    `  - { id: a, prompt: b, expect: { match: ${match}, calls: [${written}] } }\n`
  const refused = async (cases: string) => check(cases).catch(({ message }) => String(message))
  expect(
    await refused(calls('{ tool: files/open, after: [raed] }, { tool: files/open, id: read }')),
  ).toContain('s.yaml:4:93  cases[0].expect.calls[0].after[0]: no call has the id "raed"')
  expect(
    await refused(calls('{ tool: files/open, id: a, after: [b] }, { tool: files/open, id: b, after: [a] }')),
  ).toContain('the call waits for itself')
  expect(await refused(calls('{ tool: files/open, id: a }, { tool: files/open, id: a }'))).toContain(
    'already',
  )
  expect(
    await refused(calls('{ tool: files/open, id: a }, { tool: files/open, after: [a] }', 'subset')),
  ).toContain('write `match: partial-order`')
})

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
  tool('memory/list', {
    anyOf: [
      { properties: { key: { type: 'integer' }, deep: { type: 'boolean' } } },
      {
        properties: { key: { type: 'string' } },
        patternProperties: { '^x-': {} },
        required: ['key', 'size'],
      },
    ],
  }),
  tool('shop/any', { type: 'object' }),
  tool('shop/named', { type: 'object', propertyNames: { pattern: '^[a-z]+$' } }),
  tool('shop/rest', { type: 'object', unevaluatedProperties: { type: 'string' } }),
  tool('shop/patterns', { type: 'object', patternProperties: { '^x-': {} } }),
  tool('shop/depends', {
    $schema: draft07,
    properties: { a: {} },
    dependencies: { a: { properties: { b: {} } } },
  }),
  tool('shop/pay', {
    type: 'object',
    properties: {
      amount: { type: 'number', multipleOf: 0.01 },
      count: { type: 'integer' },
      place: { enum: ['Caf\u00e9'] },
    },
  }),
  tool('shop/rate', {
    type: 'object',
    properties: { rate: { $ref: '#/$defs/100%' } },
    $defs: { '100%': { type: 'number' } },
  }),
  tool('shop/closed', { type: 'object', additionalProperties: false, propertyNames: { minLength: 1 } }),
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
    'calltrail.yaml':
      'mcpServers: { files: { command: node }, memory: { command: node }, shop: { command: node } }\n',
    's.yaml': `suite: s\ntoolset: { servers: [files, memory, shop]${curated} }\ncases:\n${cases}`,
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

test('what JSON Schema takes is no mistake', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - { tool: shop/any, args: { city: Oslo } }
        - { tool: shop/named, args: { city: Oslo } }
        - { tool: shop/rest, args: { city: Oslo } }
        - { tool: shop/patterns, args: { city: Oslo } }
        - { tool: shop/depends, args: { b: 1 } }
        - { tool: shop/rate, args: { rate: { contains: a } } }
        - tool: shop/pay
          args:
            amount: 19.99
            count: { anyOf: [{ oneOf: ["10", 10] }, "ten"] }
            place: { endsWith: "e\\u0301" }
`
  expect(await check(text)).toEqual([''])
})

test('what it does not take is one, with open schemas too', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - { tool: shop/closed, args: { city: Oslo } }
        - { tool: shop/pay, args: { amount: 19.995, count: { anyOf: ["10", "ten"] }, place: { endsWith: e } } }
        - { tool: memory/read_graph, args: { key: a } }
`
  expect((await check(text)).filter((line) => line.startsWith('s.yaml'))).toEqual([
    expect.stringContaining('no argument "city" of shop/closed'),
    expect.stringContaining('args.amount.equals: shop/pay does not take this value: it must be multiple of'),
    expect.stringContaining('args.count.anyOf[0].equals: shop/pay does not take this value'),
    expect.stringContaining('args.count.anyOf[1].equals: shop/pay does not take this value'),
    expect.stringContaining('args.place.endsWith: no value that shop/pay takes could match'),
    expect.stringContaining('no argument "key" of memory/read_graph'),
  ])
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
    's.yaml:2:54  curated[0]: no tool "memory/readgraph" in toolset files+memory+shop',
    'nearest: memory/read_graph',
    's.yaml:7:23  expect.calls[0].tool: no tool "files/read_txt_file" in toolset files+memory+shop',
    'nearest: files/read_text_file',
    's.yaml:7:59  expect.calls[0].alternatives[0]: no tool "files/opens" in toolset files+memory+shop',
    'nearest: files/open',
    's.yaml:8:16  expect.forbid[0]: no tool "graph/read" in toolset files+memory+shop',
    'there are: files/, memory/, shop/',
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
            sort: { oneOf: [names, sise] }
`
  expect(await check(text)).toEqual([
    's.yaml:10:20  expect.calls[0].args.paths: no argument "paths" of files/read_text_file',
    'nearest: path',
    's.yaml:11:19  expect.calls[0].args.head.equals: files/read_text_file does not take this value: it must be >= 1',
    's.yaml:12:29  expect.calls[0].args.sort.oneOf[0]: files/read_text_file does not take this value: it must be equal to one of the allowed values',
    's.yaml:12:36  expect.calls[0].args.sort.oneOf[1]: files/read_text_file does not take this value: it must be equal to one of the allowed values',
  ])
})

test('a tool that is expected cannot be forbidden', async () => {
  const text = '  - { id: a, prompt: b, expect: { calls: [{ tool: files/open }], forbid: [files/open] } }\n'
  expect(await check(text)).toEqual(['s.yaml:4:75  expect.forbid[0]: "files/open" is expected and forbidden'])
})

test('matchers that no value of an argument meets are named, with what the argument takes', async () => {
  const text = `  - id: a
    prompt: b
    expect:
      calls:
        - tool: files/read_text_file
          args: { path: { number: 8080, within: 1 }, head: { not: { any: true } }, sort: { startsWith: d } }
          alternatives: [{ tool: files/read_text_file, args: { path: { anyOf: [{ absent: true }] }, head: { absent: true } } }]
        - tool: memory/list
          args: { deep: { anyOf: [true, { absent: true }] }, key: { contains: a }, "x-1": { contains: a } }
          alternatives: [files/open]
`
  expect(await check(text)).toEqual([
    's.yaml:9:35  expect.calls[0].args.path.number: no value that files/read_text_file takes could match',
    'path is {"type":"string"}: expect such a value, or leave it out of args',
    's.yaml:9:104  expect.calls[0].args.sort.startsWith: no value that files/read_text_file takes could match',
    'sort is {"enum":["name","size"]}: expect such a value, or leave it out of args',
    's.yaml:10:25  expect.calls[0].alternatives.path: files/read_text_file requires it',
  ])
})

test('parts of a case that rule each other out are named', async () => {
  const text = `  - id: budget
    prompt: [b, c]
    budget: { calls: 1, steps: 1 }
    expect: { match: exact, calls: [{ tool: files/open }, { tool: files/open, alternatives: [files/broken] }] }
  - id: answers
    prompt: b
    expect: { answer: [Port 80, { contains: port }, { endsWith: "8" }, { not: { startsWith: port } }, { regex: "$8" }] }
  - id: silence
    prompt: b
    expect: { calls: [], answer: { absent: true } }
  - id: state
    prompt: b
    expect: { state: [{ tool: files/open, result: [{ absent: true }, { jsonSubset: {} }, { not: { jsonSubset: {} } }, { contains: a }] }] }
  - id: fine
    prompt: b
    budget: { calls: 1, steps: 1 }
    expect:
      match: superset
      calls: [{ tool: files/open }, { tool: files/open }]
      answer: [{ contains: 8 a }, { startsWith: it is }, { startsWith: It }, { not: { contains: "80" } }, { number: 8, within: 1 }]
`
  expect(await check(text)).toEqual([
    's.yaml:6:22  budget.calls: 1 is too little: the expected calls are 2',
    'allow 2 or more',
    's.yaml:6:32  budget.steps: 1 is too little: the prompts need 2',
    'allow 2 or more',
    's.yaml:10:53  expect.answer[2]: no answer meets this and answer[0]',
    'drop one',
    's.yaml:10:72  expect.answer[3]: no answer meets this and answer[0]',
    'drop one',
    's.yaml:10:103  expect.answer[4]: no text matches this regular expression',
    '^ stands for the beginning of the text and $ for its end; \\^ and \\$ are those characters',
    's.yaml:13:34  expect.answer[0]: no answer is expected, nor is a call',
    'drop one: a model that calls nothing must answer',
    's.yaml:16:119  expect.state[0].result[3]: no result meets this and result[0]',
    'drop one',
  ])
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
          alternatives: [{ tool: files/read_text_file, args: { head: { anyOf: [0] } } }]
      state: [{ tool: files/read_text_file, args: { path: a, head: 0 }, result: { contains: x } }]
`
  expect(await check(text)).toEqual([
    's.yaml:7:24  teardown[0].tool: no tool "files/remove" in toolset files+memory+shop',
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

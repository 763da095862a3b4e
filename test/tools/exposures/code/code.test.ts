import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { textOf } from '../../../../src/domain/tool.ts'
import { code } from '../../../../src/tools/exposures/code/code.ts'
import { declare, toolFunctions } from '../../../../src/tools/exposures/code/declarations.ts'
import { schemaType } from '../../../../src/tools/exposures/code/schema-type.ts'
import { call, context } from '../../servers.ts'
import { listed } from '../listed.ts'

test.each<[JsonObject, string]>([
  [{ type: 'string' }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
  [{ const: 'x' }, '"x"'],
  [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, 'Array<string | number>'],
  [{ type: 'array' }, 'unknown[]'],
  [
    { type: 'object', properties: { a: { type: 'boolean' }, 'b-c': {} }, required: ['a'] },
    '{ a: boolean; "b-c"?: unknown }',
  ],
  [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number }'],
  [{ type: 'object', additionalProperties: false }, '{}'],
  [{ $ref: '#/$defs/t', $defs: { t: { type: 'string' } } }, 'string'],
  [{ $ref: 'https://example.com/s.json' }, 'unknown'],
  [{}, 'unknown'],
])('%j is %s', (schema, type) => {
  expect(schemaType(schema)).toBe(type)
})

test('a schema that refers to itself ends', () => {
  const tree = { type: 'object', properties: { child: { $ref: '#' } } }
  expect(schemaType(tree)).toMatch(/^(?:\{ child\?: ){3,}.*unknown/)
})

const tools = [
  {
    name: 'my-files/read.file',
    description: 'Reads. */ process.exit() /*\n  Twice.',
    inputSchema: {
      type: 'object',
      properties: { path: { type: 'string', description: 'Where it is.' } },
      required: ['path'],
    },
    outputSchema: { type: 'object', properties: { content: { type: 'string' } }, required: ['content'] },
  },
  { name: 'my-files/read_file', description: '', inputSchema: { type: 'object' } },
  { name: '3d/turn', description: 'Turns.', inputSchema: { type: 'object' } },
]

test('tools are functions with names that JavaScript can write, described as they are', () => {
  expect(declare(toolFunctions(tools))).toBe(
    [
      'declare const tools: {',
      '  my_files: {',
      '    /** Reads. * / process.exit() /* Twice.',
      '     * @param args.path Where it is. */',
      '    read_file(args: { path: string }): Promise<{ content: string }>',
      '    read_file_2(args?: { [name: string]: unknown }): Promise<any>',
      '  }',
      '  _3d: {',
      '    /** Turns. */',
      '    turn(args?: { [name: string]: unknown }): Promise<any>',
      '  }',
      '}',
    ].join('\n'),
  )
})

const source = listed(tools)
const shown = code().expose(source)
const run = (written: string) => shown.callTool(call('run_code', { code: written }), context())

test('a few tools are declared in the one tool; functions call the tools that they stand for', async () => {
  const [runner, ...others] = await shown.listTools(context())
  expect(others).toEqual([])
  expect(runner?.description).toContain('read_file_2(')
  expect(textOf(await run('return [await tools.my_files.read_file_2(), await tools._3d.turn({})]'))).toBe(
    '["my-files/read_file","3d/turn"]',
  )
})

test('many tools are looked up instead, and found as declarations', async () => {
  const description = 'Looks at one of the many things that there are, and says what it is.'
  const many = Array.from({ length: 300 }, (_, n) => ({ name: `office/look_${n}`, description }))
  const office = code().expose(listed([...many, { name: 'kitchen/boil_egg', description: 'Boils an egg.' }]))
  const [finder, runner] = await office.listTools(context())
  expect(finder?.discovery).toBe('find')
  expect(runner?.description).toContain('tools.office: 300 functions')
  expect(runner?.description).not.toContain('look_7')
  const found = await office.callTool(call('find_declarations', { query: 'egg' }), context())
  expect(textOf(found)).toContain('boil_egg(')
  expect(found.structuredContent).toMatchObject({ tools: [{ name: 'kitchen/boil_egg' }] })
})

test.each([
  ['run_code', {}, 'code'],
  ['find_declarations', { query: 'x' }, 'There is no tool'],
  ['3d/turn', {}, 'This exposure does not show 3d/turn. Call it through run_code.'],
  ['run_code', { code: 'await tools.my_files.reed_file()' }, 'Did you mean'],
  ['run_code', { code: 'await tools.files.read_file()' }, 'There is no tool files/read_file'],
  ['run_code', { code: 'await tools._3d.turn(7)' }, 'takes one object of arguments'],
  // Of a call that deletes what meets it, {} would delete all.
  ['run_code', { code: 'await tools._3d.turn((each) => each.id === 3)' }, 'takes one object of arguments'],
  ['run_code', { code: 'await tools._3d.turn(null)' }, 'takes one object of arguments'],
  [
    'run_code',
    { code: 'let a = []; for (let i = 0; i < 500; i++) a = [a]; await tools._3d.turn({ a })' },
    'nested deeper than 100',
  ],
])('%s with %j is answered with what is wrong', async (name, args, words) => {
  const result = await shown.callTool(call(name, args), context())
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(words)
})

test('a script has the structured content of a result, else its text', async () => {
  const upstream = {
    ...source,
    callTool: async () => ({
      ...{ content: [{ type: 'text', text: 'seven' }], isError: false },
      structuredContent: { n: 7 },
    }),
  }
  const written = { code: 'const { n } = await tools._3d.turn({}); return n + 1' }
  const result = await code().expose(upstream).callTool(call('run_code', written), context())
  expect(textOf(result)).toBe('8')
  expect(textOf(await run('return await tools._3d.turn({})'))).toBe('3d/turn')
})

test.each([
  ['50 calls', 'for (let i = 0; i < 51; i++) await tools._3d.turn({}); return "all"', /50 calls/],
  ['2 s of computing', 'for (;;) {}', /2000 ms/],
  ['32 MiB', 'return new Uint8Array(64 * 1024 * 1024).length', /memory/],
])('a script has %s and no more', async (_limit, written, told) => {
  const result = await run(written)
  expect(result.isError).toBe(true)
  expect(textOf(result)).toMatch(told)
})

test('a script may make 50 calls, and hold 16 MiB', async () => {
  expect(textOf(await run('for (let i = 0; i < 50; i++) await tools._3d.turn({}); return "all"'))).toBe('all')
  const held = 'const all = new Uint8Array(16 * 1024 * 1024); return all.length'
  expect(textOf(await run(held))).toBe(String(16 * 1024 * 1024))
})

test('what was logged stands after what was returned', async () => {
  expect(textOf(await run('console.log("a"); return "b"'))).toBe('b\nconsole:\na')
  expect(textOf(await run(''))).toBe('The script returned nothing.')
})

test('a call that nobody awaited and that failed makes the result an error, with what was returned', async () => {
  const { isError, content } = await run('tools.my_files.reed_file(); return "stored"')
  expect([isError, content.map(({ text }) => text)]).toEqual([
    true,
    [expect.stringContaining('There is no tool my_files/reed_file.'), 'returned:\nstored'],
  ])
})

test('a call that failed after the script had returned is told, and is no error where something awaited it', async () => {
  const { isError, content } = await run(
    '(async () => { try { await tools.my_files.reed_file() } catch {} })(); return "stored"',
  )
  expect([isError, content.map(({ text }) => text)]).toEqual([
    false,
    ['stored', expect.stringContaining('1 call failed after the script had returned')],
  ])
})

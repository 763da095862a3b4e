import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { firstSentence, slim, slimSchema } from '../../../src/tools/exposures/slim.ts'
import { context } from '../servers.ts'
import { listed } from './listed.ts'

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  title: 'Arguments',
  properties: {
    title: { type: 'string', title: 'Title', description: 'A title.', default: 'none', examples: ['a'] },
    description: { $ref: '#/$defs/text' },
    kind: { enum: [{ title: 'kept, it is data' }, 'plain'], default: 'plain' },
    sizes: { type: 'array', items: { type: 'integer', minimum: 1, description: 'In pixels.' } },
  },
  $defs: { text: { type: ['string', 'null'], description: 'Prose.' } },
  required: ['title'],
  additionalProperties: false,
}

test('a slim schema has no prose, and keeps properties that are called like prose', () => {
  expect(slimSchema(schema)).toEqual({
    type: 'object',
    properties: {
      title: { type: 'string' },
      description: { $ref: '#/$defs/text' },
      kind: { enum: [{ title: 'kept, it is data' }, 'plain'] },
      sizes: { type: 'array', items: { type: 'integer', minimum: 1 } },
    },
    $defs: { text: { type: ['string', 'null'] } },
    required: ['title'],
    additionalProperties: false,
  })
})

test('a slim schema has no prose in the branches of a list either, and keeps patterns that are called like prose', () => {
  const text = { type: 'string', description: 'Prose.' }
  expect(
    slimSchema({
      anyOf: [text, { type: 'null' }],
      patternProperties: { title: text },
      default: { title: 1 },
    }),
  ).toEqual({
    anyOf: [{ type: 'string' }, { type: 'null' }],
    patternProperties: { title: { type: 'string' } },
  })
})

test('a slim schema accepts and refuses the same arguments', () => {
  const [whole, short] = [schema, slimSchema(schema)].map((each) =>
    new Ajv2020({ strict: false }).compile(each),
  )
  for (const args of [
    { title: 'a' },
    {},
    { title: 1 },
    { title: 'a', sizes: [0] },
    { title: 'a', description: null },
    { title: 'a', more: 1 },
  ])
    expect(short?.(args)).toBe(whole?.(args))
})

test.each([
  ['Reads a file. Only inside the allowed folders.', 'Reads a file.'],
  ['Reads a file\nthat is wrapped by hand. Then more.', 'Reads a file that is wrapped by hand.'],
  ['No full stop\n\nArgs: path', 'No full stop'],
  ['Converts formats, e.g. png to jpg. Slow.', 'Converts formats, e.g. png to jpg.'],
  ['Needs version 2.5 or newer! Really.', 'Needs version 2.5 or newer!'],
  ['', ''],
])('the first sentence of %j', (text, first) => {
  expect(firstSentence(text)).toBe(first)
})

test('hints stay, since policies judge by them', async () => {
  const annotations = { readOnlyHint: true }
  const shown = slim().expose(listed([{ name: 'files/read', outputSchema: { type: 'object' }, annotations }]))
  expect(await shown.listTools(context())).toEqual([
    { name: 'files/read', description: '', inputSchema: { type: 'object' }, annotations },
  ])
})

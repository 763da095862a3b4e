import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { expectedArgs } from '../../src/forensics/expected-args.ts'

function expected(inputSchema: JsonObject) {
  const tool = { name: 'files/note', description: '', inputSchema, annotations: {} }
  return expectedArgs({ title: 'a', colour: 'red' }, tool, () => true)
}

test('a tool whose schema says nothing of arguments takes those that it was called with', () => {
  expect(expected({ type: 'object' })).toMatchObject({ args: { title: 'a', colour: 'red' }, decide: [] })
})

test('what a schema that names its arguments does not name is for a person to decide', () => {
  const named = { type: 'object', properties: { title: { type: 'string' } } }
  for (const schema of [named, { ...named, additionalProperties: false }])
    expect(expected(schema)).toMatchObject({
      args: { title: 'a' },
      decide: [expect.stringContaining('is not what the schema of files/note asks for')],
    })
})

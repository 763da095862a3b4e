import { expect, test } from 'vitest'
import { textOf } from '../../src/domain/tool.ts'
import { toToolResult } from '../../src/tools/tool-result.ts'

test.each([
  [
    'nested too deep',
    `{"content":[],"structuredContent":${'{"a":'.repeat(101)}1${'}'.repeat(102)}`,
    'nested',
  ],
  ['with a number beyond every double', '{"content":[],"structuredContent":{"n":[-1e400]}}', 'too large'],
  ['without blocks of content', '{"content":"hi"}', 'not valid'],
])('a result %s is the mistake of its tool', (_, json, said) => {
  const result = toToolResult(JSON.parse(json))
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(said)
})

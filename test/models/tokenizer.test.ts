import { beforeAll, expect, test } from 'vitest'
import type { Tokenizer } from '../../src/domain/model.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'

let tokenizer: Tokenizer
beforeAll(async () => {
  tokenizer = await loadTokenizer()
})

const tool: Tool = {
  name: 'files/read_text_file',
  description: 'Reads a text file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
}

test('counts tokens of o200k', () => {
  expect(tokenizer.name).toBe('o200k')
  expect(tokenizer.count('')).toBe(0)
  expect(tokenizer.count('hello world')).toBe(2)
})

test('text that spells a special token is text', () => {
  expect(tokenizer.count('<|endoftext|>')).toBeGreaterThan(1)
})

test('definitions are the sum of what each tool costs, however often they are asked for', () => {
  const other = { ...tool, name: 'files/write_file' }
  const one = tokenizer.definitions([tool])
  expect(one).toBeGreaterThan(20)
  expect(tokenizer.definitions([tool, other])).toBe(one + tokenizer.definitions([other]))
  expect(tokenizer.definitions([])).toBe(0)
})

test('a definition is read once, in whichever list it stands', () => {
  let reads = 0
  const watched: Tool = {
    ...tool,
    get description() {
      reads++
      return 'Reads a text file.'
    },
  }
  const tools = [watched]
  expect(tokenizer.definitions(tools)).toBe(tokenizer.definitions([watched]))
  expect(tokenizer.definitions(tools)).toBe(tokenizer.definitions([tool]))
  expect(reads).toBe(1)
})

test('a long text costs little the second time', () => {
  const text = JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ id, name: `tool ${id}` })))
  const time = () => {
    const start = performance.now()
    tokenizer.count(text)
    return performance.now() - start
  }
  const first = time()
  expect(Math.min(time(), time(), time())).toBeLessThan(first / 3)
})

test.each(['a', ' ', '#', '漢', '\n'])('a run of %j takes no quadratic time', (character) => {
  const start = performance.now()
  expect(tokenizer.count(character.repeat(200_000))).toBeGreaterThan(0)
  // Unbroken, the encoding needs 18 seconds for it.
  expect(performance.now() - start).toBeLessThan(2_000)
})

test('long runs within a text add up with what is between them', () => {
  const run = 'x'.repeat(2_000)
  const total = tokenizer.count(`one ${run} two ${run} three`)
  expect(total).toBeGreaterThan(2 * tokenizer.count(run))
  expect(total).toBeLessThan(2 * tokenizer.count(run) + 12)
})

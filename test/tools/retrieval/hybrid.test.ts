import { expect, test } from 'vitest'
import type { Embedder } from '../../../src/domain/embedder.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { search } from '../../../src/tools/exposures/search.ts'
import { hybridRanking } from '../../../src/tools/retrieval/hybrid.ts'
import { listed } from '../exposures/listed.ts'
import { call, context } from '../servers.ts'

const tools: readonly Tool[] = [
  { name: 'a/paint', description: 'Puts colour on a wall.', inputSchema: {} },
  { name: 'a/sing', description: 'Makes a melody.', inputSchema: {} },
  { name: 'a/sweep', description: 'Cleans the floor.', inputSchema: {} },
]
const never = new AbortController().signal

/** Hums are melodies, for this one; every other text is a direction of its own. */
function ears(embedded: string[][] = []): Embedder {
  const vector = (text: string) => (/hum|melody/i.test(text) ? [1, 0, 0] : [0, text.length, 1])
  return {
    name: 'ears',
    batch: 2,
    async embed(texts) {
      embedded.push([...texts])
      return { vectors: texts.map(vector), inputTokens: null }
    },
  }
}

test('what words do not find is found by meaning, and the tools are embedded once, in as many requests as it takes', async () => {
  const embedded: string[][] = []
  const rank = hybridRanking(tools, ears(embedded))
  const asked: string[][] = []
  const asking = { queries: ears(asked), signal: never }
  expect((await rank('hum', 1, asking)).map(({ name }) => name)).toEqual(['a/sing'])
  expect((await rank('sweep', 1, asking)).map(({ name }) => name)).toEqual(['a/sweep'])
  expect(embedded.map(({ length }) => length)).toEqual([2, 1])
  expect(asked).toEqual([['hum'], ['sweep']])
})

test('an embedder that fails fails the search, and is asked again by the next', async () => {
  let failures = 1
  const { embed } = ears()
  const weak: Embedder = {
    ...{ name: 'weak', batch: 2 },
    embed: async (texts, signal) => {
      if (failures-- > 0) throw new Error('not now')
      return embed(texts, signal)
    },
  }
  const rank = hybridRanking(tools, weak)
  const asking = { queries: weak, signal: never }
  await expect(rank('hum', 1, asking)).rejects.toThrow('not now')
  expect(await rank('hum', 1, asking)).toHaveLength(1)
})

test('a search that waits for the tools of another one is not stopped with that', async () => {
  const { embed } = ears()
  const slow: Embedder = {
    ...{ name: 'slow', batch: 3 },
    embed: (texts, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        setTimeout(() => resolve(embed(texts, signal)), 5)
      }),
  }
  const [stopped, rank] = [new AbortController(), hybridRanking(tools, slow)]
  const ask = (signal: AbortSignal) => rank('hum', 1, { queries: slow, signal })
  const [first, second] = [ask(stopped.signal), ask(never)]
  stopped.abort(new Error('its time is up'))
  await expect(first).rejects.toThrow('its time is up')
  expect((await second).map(({ name }) => name)).toEqual(['a/sing'])
})

test('the exposure search ranks by meaning too where it has an embedder', async () => {
  const found = async (embedder: Embedder | null) => {
    const result = await search(embedder && { tools: embedder, queries: embedder })
      .expose(listed(tools))
      .callTool(call('find_tool', { query: 'hum', limit: 1 }), context())
    return result.structuredContent?.tools
  }
  expect(await found(null)).toEqual([])
  expect(await found(ears())).toMatchObject([{ name: 'a/sing' }])
})

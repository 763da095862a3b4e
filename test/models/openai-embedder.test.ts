import { afterEach, expect, test } from 'vitest'
import { createEmbedder } from '../../src/models/embedders.ts'
import { type EmbeddingsServer, startEmbeddingsServer } from '../fixtures/providers/embeddings-server.ts'

let server: EmbeddingsServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})
const never = new AbortController().signal

async function embedder(...answering: Parameters<typeof startEmbeddingsServer>) {
  server = await startEmbeddingsServer(...answering)
  return createEmbedder('openai:test', { env: server.env, maxRetries: 0 })
}

test('vectors come in the order of the texts', async () => {
  const texts = Array.from({ length: 300 }, (_, at) => `${at}`)
  const { vectors } = await (await embedder((text) => [Number(text), 1])).embed(texts, never)
  expect(vectors.map(([first]) => String(first))).toEqual(texts)
})

test.each([
  ['what was sent', { prompt_tokens: 7, total_tokens: 8 }, 7],
  ['all in one', { total_tokens: 8 }, 8],
  ['nothing', undefined, null],
  ['nonsense', { prompt_tokens: -1, total_tokens: 'many' }, null],
])('the tokens of an answer whose provider counts %s', async (_, usage, inputTokens) => {
  const counting = await embedder(
    () => [1],
    ({ usage: __, ...body }) => ({ status: 200, body: { ...body, ...(usage && { usage }) } }),
  )
  expect(await counting.embed(['a'], never)).toMatchObject({ inputTokens })
})

test.each([
  ['fewer than were asked for', { data: [] }],
  ['no list', { data: null }],
  ['of unequal length', { data: [1, 2].map((n, index) => ({ index, embedding: Array(n).fill(1) })) }],
  ['not of numbers', { data: [0, 1].map((index) => ({ index, embedding: ['1'] })) }],
])('embeddings that are %s are an infrastructure error', async (_, changed) => {
  const broken = await embedder(
    () => [1],
    (body) => ({ status: 200, body: { ...body, ...changed } }),
  )
  await expect(broken.embed(['a', 'b'], never)).rejects.toMatchObject({ code: 'provider_unreadable' })
})

test('a provider that refuses is told of', async () => {
  const refusing = await embedder(
    () => [1],
    () => ({ status: 429, body: { error: { message: 'slow down', code: 'rate_limit_exceeded' } } }),
  )
  await expect(refusing.embed(['a'], never)).rejects.toMatchObject({ code: 'rate_limited' })
})

test('a name of no provider, and a key that is not there, are mistakes of the user', async () => {
  await expect(createEmbedder('word2vec', { env: {} })).rejects.toThrow('openai:MODEL')
  await expect(createEmbedder('openai:test', { env: {} })).rejects.toThrow('OPENAI_API_KEY')
})

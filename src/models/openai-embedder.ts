import OpenAI from 'openai'
import type { Embedder } from '../domain/embedder.ts'
import { askProvider, unreadable } from './ask-provider.ts'
import { patientFetch } from './patient-fetch.ts'
import { type ProviderOptions, readEndpoint } from './provider-endpoint.ts'

/** Texts in one request; OpenAI takes up to 2,048, local servers often fewer. */
const batch = 128

/** OpenAI's Embeddings, and every server that speaks it (`OPENAI_BASE_URL`). `model` is the provider's name of it. */
export function openaiEmbedder(
  model: string,
  { env, maxRetries = 4 }: Omit<ProviderOptions, 'streaming'>,
): Embedder {
  const endpoint = readEndpoint(`openai:${model}`, env, {
    key: 'OPENAI_API_KEY',
    url: 'OPENAI_BASE_URL',
    defaultUrl: 'https://api.openai.com/v1',
  })
  const client = new OpenAI({
    ...endpoint,
    // Null keeps the SDK from looking into the environment itself.
    organization: env.OPENAI_ORG_ID ?? null,
    project: env.OPENAI_PROJECT_ID ?? null,
    maxRetries,
    timeout: 120_000,
    fetch: patientFetch,
    logLevel: 'off',
  })
  const embedBatch = async (input: string[], signal: AbortSignal) => {
    const answer = await askProvider('openai', signal, (own) =>
      client.embeddings.create({ model, input, encoding_format: 'float' }, { signal: own }),
    )
    return vectorsOf(answer, input.length)
  }
  return {
    name: `openai:${model}`,
    async embed(texts, signal) {
      const vectors: (readonly number[])[] = []
      for (let at = 0; at < texts.length; at += batch)
        vectors.push(...(await embedBatch(texts.slice(at, at + batch), signal)))
      return vectors
    },
  }
}

/** In the order of the texts: the API tells the place of each, and promises no order. */
function vectorsOf(
  { data }: OpenAI.CreateEmbeddingResponse,
  expected: number,
): readonly (readonly number[])[] {
  if (!Array.isArray(data) || data.length !== expected) {
    throw unreadable('openai', `${data?.length ?? 'no'} embeddings for ${expected} texts`)
  }
  const ordered = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding)
  const length = ordered[0]?.length ?? 0
  const isVector = (vector: unknown) =>
    Array.isArray(vector) && vector.length === length && vector.every((each) => Number.isFinite(each))
  if (length === 0 || !ordered.every(isVector)) throw unreadable('openai', 'embeddings that are no vectors')
  return ordered
}

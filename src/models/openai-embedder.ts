import OpenAI from 'openai'
import type { Embedder, Embedding } from '../domain/embedder.ts'
import { countIn } from '../domain/json.ts'
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
  return {
    name: `openai:${model}`,
    apiUrl: endpoint.baseURL,
    batch,
    async embed(texts, signal) {
      const input = [...texts]
      const answer = await askProvider('openai', signal, (own) =>
        client.embeddings.create({ model, input, encoding_format: 'float' }, { signal: own }),
      )
      return { vectors: vectorsOf(answer, texts.length), inputTokens: tokensOf(answer) }
    },
  }
}

/** In the order of the texts: the API tells the place of each, and promises no order. */
function vectorsOf({ data }: OpenAI.CreateEmbeddingResponse, expected: number): Embedding['vectors'] {
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

/** Servers that speak the API may leave out either, or all of it. */
function tokensOf({ usage }: Partial<OpenAI.CreateEmbeddingResponse>): number | null {
  return countIn(usage?.prompt_tokens) ?? countIn(usage?.total_tokens)
}

import type { Embedder } from '../domain/embedder.ts'
import { UsageError } from '../errors.ts'
import type { ProviderOptions } from './provider-endpoint.ts'

/**
 * An embedder by the name it has in calltrail.yaml: `openai:MODEL`, also for servers that speak OpenAI's API
 * (`OPENAI_BASE_URL`). Rejects with a `UsageError` for another name and for a missing key.
 */
export async function createEmbedder(name: string, options: ProviderOptions): Promise<Embedder> {
  const model = /^openai:(.+)$/.exec(name)?.[1]
  if (model !== undefined) return (await import('./openai-embedder.ts')).openaiEmbedder(model, options)
  throw new UsageError(`"${name}" names no embeddings: write openai:MODEL, as openai:text-embedding-3-small.`)
}

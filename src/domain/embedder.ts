import { type Usage, unknownUsage } from './model.ts'

/** Turns texts into vectors whose angles tell how alike they are in meaning. */
export interface Embedder {
  /** `provider:model`. */
  readonly name: string
  /** Where its provider is asked; absent where none is. */
  readonly apiUrl?: string
  /** Texts in one request, at most. */
  readonly batch: number
  /**
   * One request. Rejects with the reason of `signal` when that aborts, and with an `InfrastructureError` when the provider
   * fails.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedding>
}

export interface Embedding {
  /** One for each text, in their order, of one length. */
  readonly vectors: readonly (readonly number[])[]
  /** As the provider counted; null where it did not. */
  readonly inputTokens: number | null
}

/** Tools are embedded once for all who search among them, a query for who asked: each is somebody else's to pay. */
export interface Embedders {
  readonly tools: Embedder
  readonly queries: Embedder
}

/** Of a request for embeddings: nothing is answered that counts. */
export function embeddingUsage(inputTokens: number | null): Usage {
  return { ...unknownUsage, inputTokens, outputTokens: 0 }
}

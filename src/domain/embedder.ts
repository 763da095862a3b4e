/** Turns texts into vectors whose angles tell how alike they are in meaning. */
export interface Embedder {
  /** `provider:model`. */
  readonly name: string
  /**
   * One vector for each text, in their order, of one length. Rejects with the reason of `signal` when that aborts, and
   * with an `InfrastructureError` when the provider fails.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>
}

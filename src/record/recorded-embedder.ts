import type { Embedder } from '../domain/embedder.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Tokenizer } from '../domain/model.ts'

export interface RecordedEmbedderOptions {
  readonly journal: JournalWriter
  readonly tokenizer: Tokenizer
  readonly run: string
  /** Of the trial that asks; null for what trials share. */
  readonly session: string | null
}

/** Records what each request took once it is answered; one that fails is told by the call that it fails. */
export function recordedEmbedder(
  embedder: Embedder,
  { journal, tokenizer, run, session }: RecordedEmbedderOptions,
): Embedder {
  const { name: model, apiUrl } = embedder
  return {
    ...embedder,
    async embed(texts, signal) {
      const embedding = await embedder.embed(texts, signal)
      const { inputTokens } = embedding
      journal.append('embedding', session, {
        ...{ run, model },
        ...(apiUrl !== undefined && { upstream: new URL(apiUrl).origin }),
        texts: texts.length,
        inputTokens,
        totalTokens: inputTokens ?? texts.reduce((sum, text) => sum + tokenizer.count(text), 0),
        estimated: inputTokens === null,
      })
      return embedding
    },
  }
}

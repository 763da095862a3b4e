import type { Config } from '../config/calltrail-config.ts'
import type { Embedder } from '../domain/embedder.ts'
import { createEmbedder } from '../models/embedders.ts'
import { findsByMeaning } from '../tools/exposures/exposures.ts'

/** Null where none is configured, and where no exposure would ask it. */
export async function embedderFor(
  exposures: readonly string[],
  { embeddings }: Pick<Config, 'embeddings'>,
): Promise<Embedder | null> {
  if (embeddings === null || !findsByMeaning(exposures)) return null
  return createEmbedder(embeddings, { env: process.env })
}

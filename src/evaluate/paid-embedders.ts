import type { Embedder, Embedders } from '../domain/embedder.ts'
import { type RecordedEmbedderOptions, recordedEmbedder } from '../record/recorded-embedder.ts'
import type { Meter } from './meter.ts'
import type { Spending } from './spending.ts'

interface PaidBy extends Omit<RecordedEmbedderOptions, 'session'> {
  readonly embedder: Embedder | null
  readonly meter: Meter
}

export interface PaidEmbedders {
  /** For one trial; null without embeddings. `onSpent` hears of what its own queries took. */
  of(session: string, onSpent: (spent: Spending) => void): Embedders | null
}

/** Recorded and held to the budget: the queries of a trial are that trial's, a toolset is embedded for the whole run. */
export function paidEmbedders({ embedder, meter, ...recording }: PaidBy): PaidEmbedders {
  if (embedder === null) return { of: () => null }
  const paid = (session: string | null, onSpent: (spent: Spending) => void) =>
    recordedEmbedder(meter.embedder(embedder, onSpent), { ...recording, session })
  const tools = paid(null, () => {})
  return { of: (session, onSpent) => ({ tools, queries: paid(session, onSpent) }) }
}

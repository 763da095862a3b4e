import type { StoreReader } from '../domain/store.ts'
import { listsOf } from './lists.ts'
import type { ChainTrialRow, QueryName } from './queries.ts'

interface OfTrial {
  readonly run: string | null
  readonly trial: string | null
}

/** The trials that these chains or spans belong to, by `trial`; one that is still being played is not among them. */
export async function chainTrials(
  store: StoreReader<QueryName>,
  rows: readonly OfTrial[],
): Promise<ReadonlyMap<string, ChainTrialRow>> {
  const played = new Map(rows.flatMap(({ run, trial }) => (run && trial ? [[trial, run] as const] : [])))
  const found = new Map<string, ChainTrialRow>()
  for (const some of listsOf(played, ([trial]) => trial)) {
    const runs = [...new Set(some.map(([, run]) => run))]
    const trials = some.map(([trial]) => trial)
    for await (const row of store.query<ChainTrialRow>('trials_among', { runs, trials }))
      found.set(row.trial, row)
  }
  return found
}

import type { StoreReader } from '../domain/store.ts'
import { chainsAmong } from './find-chains.ts'
import type { ChainRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'

/**
 * The chains that `prefix` may mean, newest first, at most `limit`: it is the beginning of a chain's id or of a session's, or a
 * whole trace id.
 */
export async function resolveChain(
  store: StoreReader<QueryName>,
  prefix: string,
  limit = 20,
): Promise<readonly ChainRow[]> {
  const meant = await rowsOf(store.query<{ chain: string }>('chains_meant', { prefix }))
  const chains = [...new Set(meant.map(({ chain }) => chain))]
  return chains.length === 0 ? [] : chainsAmong(store, chains, { limit })
}

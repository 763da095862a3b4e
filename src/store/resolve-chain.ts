import type { StoreReader } from '../domain/store.ts'
import { chainsAmong } from './find-chains.ts'
import type { ChainRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'

interface ChainMeant {
  readonly chain: string
  readonly by: 'chain' | 'session' | 'trace'
}

/**
 * The chains that `prefix` may mean, newest first, at most `limit`: it is the beginning of a chain's id or of a session's, or a
 * whole trace id.
 */
export async function resolveChain(
  store: StoreReader<QueryName>,
  prefix: string,
  limit = 20,
): Promise<readonly ChainRow[]> {
  const meant = await rowsOf(store.query<ChainMeant>('chains_meant', { prefix }))
  // Sessions of one time begin alike: where a chain's own id begins so, they are not what is meant.
  const others = meant.filter(({ by }) => by !== 'session')
  const chains = [...new Set((others.length > 0 ? others : meant).map(({ chain }) => chain))]
  return chains.length === 0 ? [] : chainsAmong(store, chains, { limit })
}

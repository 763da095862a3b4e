import type { CallPrices } from '../../domain/prices.ts'
import type { StoreReader } from '../../domain/store.ts'
import type { Suite } from '../../domain/suite.ts'
import { readChain } from '../../forensics/read-chain.ts'
import type { Home } from '../../journal/home.ts'
import type { QueryName } from '../../store/queries.ts'
import { resolveChain } from '../../store/resolve-chain.ts'
import { chainContent } from '../page/chain-page.ts'
import { chainsPage } from './chains-page.ts'
import { driftPage } from './drift-page.ts'
import { consoleHead, type Page, pageOf, problemPage } from './page-shell.ts'
import { type IngestState, statePage } from './state-page.ts'

export interface ConsoleData {
  readonly home: Home
  readonly database: StoreReader<QueryName>
  /** Of the folder that it was started in. */
  readonly suites: () => Promise<readonly Suite[]>
  /** As they are now. */
  readonly prices: () => Promise<CallPrices>
  readonly ingestion: () => IngestState
}

/** The page at this address, for who is logged in. */
export async function consolePage(data: ConsoleData, { pathname, searchParams }: URL): Promise<Page> {
  const { home, database, suites, prices, ingestion } = data
  const [, prefix] = /^\/chain\/([0-9a-f]+)$/.exec(pathname) ?? []
  if (prefix !== undefined) return chainPage(data, prefix)
  if (pathname === '/') return chainsPage({ database, prices, ingestion: ingestion() }, searchParams)
  if (pathname === '/drift') return driftPage(database, await suites())
  if (pathname === '/state') return statePage(home, database, ingestion())
  return problemPage(404, 'There is no such page.', consoleHead(null))
}

async function chainPage({ home, database, prices }: ConsoleData, prefix: string): Promise<Page> {
  const found = await resolveChain(database, prefix)
  const [first] = found
  if (!first || found.length > 1) {
    const problem = first
      ? `${prefix} may mean several chains: give more of it.`
      : `There is no chain ${prefix}.`
    return problemPage(404, problem, consoleHead(null))
  }
  const view = await readChain(home, database, first.chain, prices)
  const { title, main } = chainContent(view)
  return pageOf(title, main, { head: consoleHead(null) })
}

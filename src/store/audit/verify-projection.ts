import type { Row, StoreReader } from '../../domain/store.ts'
import type { IngestedLogs } from '../../journal/audit/ingested.ts'
import { logsOf } from '../../journal/audit/seal-logs.ts'
import type { Home } from '../../journal/home.ts'
import { keptSince } from '../kept-since.ts'
import type { EntryCountRow, QueryName, TotalRow } from '../queries.ts'
import { rowsOf } from '../rows-of.ts'
import { hourOf, type Projected } from './projected.ts'
import { ProjectionTally, type ProjectionVerdict } from './projection-verdict.ts'
import { verifyChainIndex } from './verify-chain-index.ts'
import { verifyEntryRows } from './verify-entry-rows.ts'
import { verifyRollups } from './verify-rollups.ts'
import { verifySessions } from './verify-sessions.ts'

/**
 * Every table that is made of entries, against what the journal adds up to: rows that differ, rows that are missing, and
 * rows that nothing speaks of. What is compared with the journal byte by byte (`verify-rows.ts`) is taken for granted.
 */
export async function verifyProjection(
  home: Home,
  store: StoreReader<QueryName>,
  ingested: IngestedLogs = new Map(),
): Promise<ProjectionVerdict> {
  const begun = performance.now()
  const projected = await lookAround(home, store, ingested)
  await verifySessions(projected)
  await verifyEntryRows(projected)
  // What is compared with these tables is not told while they are wrong: then it is not looked at.
  const { tally } = projected
  if (!tally.isBad('spans')) await verifyChainIndex(projected)
  if (!(['spans', 'chain_index', 'chain_aliases', 'links'] as const).some((table) => tally.isBad(table)))
    await verifyRollups(projected)
  return tally.verdict(performance.now() - begun)
}

async function lookAround(
  home: Home,
  store: StoreReader<QueryName>,
  ingested: IngestedLogs,
): Promise<Projected> {
  const counts = await rowsOf(store.query<EntryCountRow>('entry_counts'))
  const own = new Set(logsOf(home))
  const positions = new Map(Array.from(ingested, ([log, { entries }]) => [log, entries]))
  for (const { log, last } of counts) positions.set(log, Math.max(last + 1, positions.get(log) ?? 0))
  const [retired] = await rowsOf(store.query<TotalRow>('retired_segments'))
  const [unsettledChains, unsettledHours] = [new Set<string>(), new Set<number>()]
  return {
    home,
    store,
    positions,
    logs: new Set(counts.flatMap(({ log }) => (own.has(log) ? [log] : []))),
    isRetired: (retired?.rows ?? 0) > 0,
    tally: new ProjectionTally(await keptSince(store)),
    unsettledChains,
    unsettledHours,
    unsettle({ chain, root, at }: Row) {
      for (const each of [chain, root]) if (typeof each === 'string') unsettledChains.add(each)
      if (at !== undefined) unsettledHours.add(hourOf(at))
    },
  }
}

import type { JournalReader } from '../domain/journal.ts'
import type { StoreReader } from '../domain/store.ts'
import { UsageError } from '../errors.ts'
import { readRegister } from '../journal/audit/register.ts'
import { homeAt } from '../journal/home.ts'
import type { EntryCountRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'

/**
 * Throws a `UsageError` where the database has rows of logs that the home knows nothing of: several homes may share a server,
 * and of most rows nothing says whose they are. A log that is gone is known by the register of the home.
 */
export async function refuseForeignLogs(
  store: StoreReader<QueryName>,
  journal: JournalReader,
  home: string,
): Promise<void> {
  const own = new Set((await journal.logs()).map(({ log }) => log))
  for (const log of readRegister(homeAt(home))?.logs.keys() ?? []) own.add(log)
  const counts = await rowsOf(store.query<EntryCountRow>('entry_counts'))
  const foreign = counts.filter(({ log }) => !own.has(log))
  if (foreign.length === 0) return
  const entries = foreign.reduce((sum, row) => sum + row.entries, 0)
  throw new UsageError([
    {
      message: `the server holds ${entries.toLocaleString('en')} entries of ${foreign.length} logs that are not of this home: a rebuild would drop what other homes have recorded`,
      hint: 'name a database of its own in CLICKHOUSE_URL for this home; --drop-foreign goes on where no other home uses this one',
    },
  ])
}

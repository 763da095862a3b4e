import type { JournalReader } from '../domain/journal.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { lockForProcess } from '../journal/process-lock.ts'
import { refuseForeignLogs } from './foreign-logs.ts'
import { type IngestOptions, type IngestReport, ingestAll } from './ingest.ts'
import { migrate } from './migrate.ts'
import { copyRetention } from './retention.ts'
import { rowsOf } from './rows-of.ts'
import { tables } from './schema.ts'
import { openTransport, type StoreOptions, storeOver, targetOf } from './stores.ts'
import { besideLock, besideOf, finishSwap, noteWhole, quoted } from './swap-rebuilt.ts'
import type { Transport } from './transport.ts'

export interface RebuildReport extends IngestReport {
  /** Rows by table, before and after. */
  readonly tables: Readonly<Record<string, { readonly before: number; readonly after: number }>>
}

/**
 * What was signed for is no part of the journal: the database remembers it so that nobody can change the home unseen. That it
 * is kept is the point of it.
 */
const kept = 'checkpoints'
/** Entries go last: they are the mark that the rest is there, whatever is killed in between. */
const rebuilt = [...Object.keys(tables).filter((table) => table !== kept && table !== 'entries'), 'entries']

export interface RebuildOptions extends IngestOptions {
  /** Rows of logs that this home knows nothing of are dropped too. */
  readonly dropForeign?: boolean | undefined
}

/**
 * Makes the tables anew from the journal, beside those that are there, and puts them in their place once they are whole. The
 * lock of ingest is held all the while. Throws an `InfrastructureError` where another process has it, and a `UsageError` where
 * a server has rows of another home.
 */
export async function rebuildStore(
  options: StoreOptions,
  journal: JournalReader,
  ingesting: RebuildOptions,
): Promise<RebuildReport> {
  const lock = lockForProcess(ingesting.lock)
  if ('heldBy' in lock)
    throw new InfrastructureError(
      'ingest_held',
      `process ${lock.heldBy} is ingesting: run this again once it has ended`,
    )
  try {
    const old = await openTransport(options)
    try {
      return await rebuildBeside(old, options, { journal, ingesting })
    } finally {
      await old.close()
    }
  } finally {
    lock.release()
  }
}

async function rebuildBeside(
  old: Transport,
  options: StoreOptions,
  { journal, ingesting }: { readonly journal: JournalReader; readonly ingesting: RebuildOptions },
): Promise<RebuildReport> {
  const target = await migrate(old, targetOf(options))
  if (target === 'cluster')
    throw new UsageError([
      {
        message: 'the tables of a cluster are not rebuilt in place',
        hint: 'name a new database in CLICKHOUSE_URL, run store migrate --target cluster, and any command that reads',
      },
    ])
  const keepForeign = async () => {
    if (options.url && !ingesting.dropForeign) await refuseForeignLogs(storeOver(old), journal, options.home)
  }
  await keepForeign()
  const names = await besideOf(old)
  // What an earlier one has left that was killed.
  await finishSwap(old, names)
  await old.execute(`CREATE DATABASE ${quoted(names.beside)}`)
  const report = await fill(old, options, { beside: names.beside, journal, ingesting, target })
  const before = await rowCounts(old)
  // A home that has come meanwhile.
  await keepForeign()
  await noteWhole(old, names, rebuilt)
  await finishSwap(old, names)
  const after = await rowCounts(old)
  const counts = rebuilt.map((table) => [
    table,
    { before: before.get(table) ?? 0, after: after.get(table) ?? 0 },
  ])
  return { ...report, tables: Object.fromEntries(counts) }
}

interface Filling {
  readonly beside: string
  readonly journal: JournalReader
  readonly ingesting: IngestOptions
  readonly target: Awaited<ReturnType<typeof migrate>>
}

async function fill(
  old: Transport,
  options: StoreOptions,
  { beside, journal, ingesting, target }: Filling,
): Promise<IngestReport> {
  const fresh = await openTransport(options, beside)
  try {
    await migrate(fresh, target)
    const own = { ...ingesting, lock: besideLock(ingesting.lock) }
    const report = await ingestAll(storeOver(fresh), journal, own)
    await copyRetention(old, fresh, target)
    return report
  } finally {
    await fresh.close()
  }
}

async function rowCounts(transport: Transport): Promise<ReadonlyMap<string, number>> {
  const sql = rebuilt.map(
    (table) => `SELECT '${table}' AS name, toFloat64(count()) AS rows FROM ${table}${isLatest(table)}`,
  )
  const counts = await rowsOf(transport.select<{ name: string; rows: number }>(sql.join('\nUNION ALL\n'), {}))
  return new Map(counts.map(({ name, rows }) => [name, rows]))
}

/** Of a rollup the rows that count. */
const isLatest = (table: string) => (table === 'chain_summaries' || table === 'tool_rollups' ? ' FINAL' : '')

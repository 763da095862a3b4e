import { renameSync } from 'node:fs'
import type { JournalReader } from '../domain/journal.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { homeAt } from '../journal/home.ts'
import { lockForProcess } from '../journal/process-lock.ts'
import { DamagedDatabaseError } from './damaged-database.ts'
import { refuseForeignLogs } from './foreign-logs.ts'
import { holdDirectory } from './hold-directory.ts'
import { type IngestOptions, type IngestReport, ingestAll } from './ingest.ts'
import { madeBefore, makeMissing, migrate, noteVersion, schemaVersion } from './migrate.ts'
import { copyRetention } from './retention.ts'
import { rowsOf } from './rows-of.ts'
import { tables } from './schema.ts'
import { openTransport, type StoreOptions, storeOver, targetOf } from './stores.ts'
import { besideLock, besideOf, finishSwap, noteWhole, quoted } from './swap-rebuilt.ts'
import type { Transport } from './transport.ts'

export interface RebuildReport extends IngestReport {
  /** Rows by table, before and after; null where they could not be counted. */
  readonly tables: Readonly<Record<string, { readonly before: number | null; readonly after: number | null }>>
  /** Where the old database lies, which the engine could not open; null where it could. */
  readonly setAside: string | null
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
 * Makes the tables anew from the journal, beside those that are there, and puts them in their place once they are whole;
 * what state these are in is no matter. The lock of ingest is held all the while. Throws an `InfrastructureError` where
 * another process has it, and a `UsageError` where a server has rows of another home.
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
    const { old, setAside } = await openOld(options)
    try {
      const report = await rebuildBeside(old, options, { journal, ingesting })
      return setAside === null ? report : { ...report, tables: withoutBefore(report), setAside }
    } finally {
      await old.close()
    }
  } finally {
    lock.release()
  }
}

interface Old {
  readonly old: Transport
  readonly setAside: string | null
}

/** One that the engine cannot open, or whose checkpoints it cannot read, is set aside, whole: nothing of it can be kept. */
async function openOld(options: StoreOptions): Promise<Old> {
  if (options.url) return { old: await openTransport(options), setAside: null }
  const { database } = homeAt(options.home)
  // Nobody else opens it between the one try and the other.
  const release = await holdDirectory(database, options.waitMs)
  try {
    return { old: await openReadable(options), setAside: null }
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error
    const setAside = `${database}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
    renameSync(database, setAside)
    return { old: await openTransport(options), setAside }
  } finally {
    release()
  }
}

async function openReadable(options: StoreOptions): Promise<Transport> {
  const transport = await openTransport(options)
  try {
    await madeBefore(transport)
    await rowsOf(transport.select(`SELECT count() FROM ${kept} WHERE NOT ignore(*)`, {}))
  } catch (error) {
    // What is not there is made.
    if (error instanceof DamagedDatabaseError) {
      await transport.close()
      throw error
    }
  }
  return transport
}

async function rebuildBeside(
  old: Transport,
  options: StoreOptions,
  { journal, ingesting }: { readonly journal: JournalReader; readonly ingesting: RebuildOptions },
): Promise<RebuildReport> {
  const made = await madeBefore(old)
  const target = made.target ?? targetOf(options)
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
  const names = await besideOf(old)
  // What an earlier one has left that was killed.
  await finishSwap(old, names)
  await makeMissing(old, target)
  await keepForeign()
  await old.execute(`CREATE DATABASE ${quoted(names.beside)}`)
  const report = await fill(old, options, { beside: names.beside, journal, ingesting, target })
  const before = await rowCounts(old)
  // A home that has come meanwhile.
  await keepForeign()
  await noteWhole(old, names, rebuilt)
  await finishSwap(old, names)
  if (made.version !== schemaVersion) await noteVersion(old, target)
  const after = await rowCounts(old)
  const counts = rebuilt.map((table) => [
    table,
    { before: before.get(table) ?? null, after: after.get(table) ?? null },
  ])
  return { ...report, tables: Object.fromEntries(counts), setAside: null }
}

function withoutBefore({ tables }: RebuildReport): RebuildReport['tables'] {
  const counts = Object.entries(tables).map(([table, { after }]) => [table, { before: null, after }])
  return Object.fromEntries(counts)
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

async function rowCounts(transport: Transport): Promise<ReadonlyMap<string, number | null>> {
  const counts = new Map<string, number | null>()
  for (const table of rebuilt) {
    const sql = `SELECT toFloat64(count()) AS rows FROM ${table}${isLatest(table)}`
    const counting = rowsOf(transport.select<{ rows: number }>(sql, {}))
    counts.set(
      table,
      await counting.then(
        ([row]) => row?.rows ?? null,
        () => null,
      ),
    )
  }
  return counts
}

/** Of a rollup the rows that count. */
const isLatest = (table: string) => (table === 'chain_summaries' || table === 'tool_rollups' ? ' FINAL' : '')

import type { JournalReader, JournalWriter, StoredEntry } from '../domain/journal.ts'
import type { Store } from '../domain/store.ts'
import { lockForProcess } from '../journal/process-lock.ts'
import { bodyTexts } from './body-texts.ts'
import { type BatchReport, type Ingester, ingestBatch, insertLinks } from './ingest-batch.ts'
import { joinSessions } from './join-sessions.ts'
import { countBehind, journalBatches, newLogs, type Positions } from './journal-batches.ts'
import type { EntryCountRow, OpenSessionRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { SessionSlices } from './session-slices.ts'
import { UnjoinedMark } from './unjoined-mark.ts'

export interface IngestOptions {
  /** A log of the ingester's own: what it finds is an observation too. Nothing found leaves it empty. */
  readonly links: JournalWriter
  /** `ingest.lock` of the home: one process ingests at a time. */
  readonly lock: string
  /** Entries that are inserted at once, at most; 30,000 unless said. */
  readonly batchEntries?: number | undefined
  /** Spans that are read at once to be joined; 8,192 unless said. */
  readonly sliceSpans?: number | undefined
  /** Called after each batch with all that is ingested so far. */
  readonly onProgress?: ((entries: number) => void) | undefined
}

export interface IngestReport {
  /** Rows that were new. */
  readonly entries: number
  readonly spans: number
  readonly links: number
  /** Entries that are still to be ingested, by the process that holds the lock; 0 where this one has ingested. */
  readonly behind: number
  /** When the oldest of these was written, in ISO 8601; null where there are none. */
  readonly behindSince: string | null
  /** Null where this process has ingested. */
  readonly heldBy: number | null
}

/**
 * Brings the database up to the journal: every entry is a row in the end, every completed call a span, every link that
 * was found an entry and a row. Whatever kills it, the next one goes on, and nothing is there twice.
 */
export async function ingest(
  store: Store<QueryName>,
  journal: JournalReader,
  options: IngestOptions,
): Promise<IngestReport> {
  const lock = lockForProcess(options.lock)
  if ('heldBy' in lock) {
    const behind = await countBehind(journal, await readPositions(store))
    return { entries: 0, spans: 0, links: 0, ...behind, heldBy: lock.heldBy }
  }
  try {
    return await ingestAll(store, journal, options)
  } finally {
    lock.release()
  }
}

async function readPositions(store: Store<QueryName>): Promise<Positions> {
  const positions: Positions = new Map()
  for await (const { log, last } of store.query<EntryCountRow>('entry_counts')) positions.set(log, last + 1)
  return positions
}

/** The same, for who holds the lock. */
export async function ingestAll(
  store: Store<QueryName>,
  journal: JournalReader,
  { links, lock, batchEntries, sliceSpans, onProgress }: IngestOptions,
): Promise<IngestReport> {
  const unjoined = new UnjoinedMark(`${lock}.unjoined`)
  const positions = await readPositions(store)
  const news = await newLogs(journal, positions)
  const bodies = await bodyTexts(store, journal)
  const sessions = new SessionSlices(store, batchEntries)
  const ingester = { store, links, bodies, sessions }
  const batches = (logs: readonly string[]) => journalBatches(journal, logs, positions, batchEntries)
  const ended = (await journal.logs()).flatMap(({ log, alive }) => (alive ? [] : [log]))
  const total = { entries: 0, spans: 0, links: 0 }

  function add({ entries, spans, links }: BatchReport): void {
    total.entries += entries
    total.spans += spans.length
    total.links += links
    onProgress?.(total.entries)
    for (const { trial, at } of spans) if (trial === null) unjoined.set(at)
  }

  async function ingestLogs(logs: readonly string[]): Promise<void> {
    for await (const batch of batches(logs)) await ingestOne(batch)
  }

  /** Read before the first is ingested: what that finds is written to the same log. */
  async function ingestOwnLog(): Promise<void> {
    for (const batch of await rowsOf(batches([links.log]))) await ingestOne(batch)
  }

  async function ingestOne(batch: readonly StoredEntry[]): Promise<void> {
    unjoined.set(earliest(batch))
    add(await ingestBatch(ingester, batch, async () => (await rowsOf(batches([links.log]))).flat()))
  }

  for await (const batch of journalBatches(journal, news.ofIngesters, new Map(positions), batchEntries))
    await insertLinks(store, batch)
  // Left by an ingest of this process that failed: the sessions that it closed are in the database.
  await ingestOwnLog()
  await ingestLogs(news.ofRecorders)
  await ingestLogs(news.ofIngesters.filter((log) => log !== links.log))
  await closeSessions(ingester, new Set(ended))
  await ingestOwnLog()
  const joining = { store, links, sliceSpans, written: ingestOwnLog }
  total.links += await joinSessions(joining, unjoined.since ?? new Date().toISOString())
  unjoined.clear()
  return { ...total, behind: 0, behindSince: null, heldBy: null }
}

function earliest(batch: readonly StoredEntry[]): string {
  let first: string | null = null
  for (const { entry } of batch) if (first === null || entry.at < first) first = entry.at
  return first ?? new Date().toISOString()
}

/** A recorder that was killed closes nothing. That its sessions are over is then known here, and written down. */
async function closeSessions({ store, links }: Ingester, endedLogs: ReadonlySet<string>): Promise<void> {
  for await (const { session, log } of store.query<OpenSessionRow>('open_sessions')) {
    if (!endedLogs.has(log)) continue
    const message = 'its recorder ended without closing it'
    links.append('session_closed', session, { reason: 'interrupted', exitCode: null, signal: null, message })
  }
  links.flush()
}

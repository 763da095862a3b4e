import { isOpening } from '../chain/observations.ts'
import type { Link, Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { JournalWriter, StoredEntry } from '../domain/journal.ts'
import type { Row, Store } from '../domain/store.ts'
import type { BodyTexts } from './body-texts.ts'
import { entryTables, hasOwnRow, rowsIn } from './entry-tables.ts'
import { insertUnknown } from './insert-unknown.ts'
import { maxBatchBytes, spanBody } from './journal-batches.ts'
import type { KnownRow, QueryName } from './queries.ts'
import { refreshRollups } from './refresh-rollups.ts'
import { chainIndexRow, decisionRows, entryRow, linkRow, rowsFrom, spanRow, textDigests } from './rows.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn, selectInSessions } from './select-in.ts'
import type { SessionSlice, SessionSlices } from './session-slices.ts'

export interface Ingester {
  readonly store: Store<QueryName>
  readonly bodies: BodyTexts
  readonly sessions: SessionSlices
  /** The ingester's own log. */
  readonly links: JournalWriter
}

type Slices = ReadonlyMap<string, SessionSlice>

export interface BatchReport {
  readonly entries: number
  /** Those that were new. */
  readonly spans: readonly Span[]
  readonly links: number
}

/**
 * Inserts all that follows from a batch and, last, the entries themselves: they are the mark that the rest is there. A
 * kill before it makes the next ingest do the batch again, and what was inserted is found by its id and left out. Links
 * that are found are written to the ingester's log, from which `written` reads them: they are part of the batch, for in
 * the next one they would be found again.
 */
export async function ingestBatch(
  ingester: Ingester,
  batch: readonly StoredEntry[],
  written: () => Promise<readonly StoredEntry[]>,
): Promise<BatchReport> {
  const { store, bodies, links } = ingester
  await bodies.ingest(logsOf(batch))
  const slices = await ingester.sessions.tell(batch.map(({ entry }) => entry))
  const complete = [...slices.values()].flatMap(({ projection }) => projection.spans)
  const entries = [...slices.values()].flatMap((slice) => slice.entries)
  const spans = await insertSpans(ingester, complete, entries)
  await insertPolicyDecisions(store, complete, entries)
  const found = await newLinks(store, slices, batch)
  for (const { session, link } of found) links.append('link', session, link)
  links.flush()
  const whole = [...batch, ...(await written())]
  const entryLinks = await insertEntryRows(store, whole, new Set(found.map(({ link }) => link.id)))
  await refreshRollups(store, { spans: complete, links: entryLinks, begun: begunIn(batch) })
  await store.append({ entries: rowsFrom(whole, entryRow) })
  return { entries: whole.length, spans, links: found.length }
}

/** In the order of the batch, where those of a log lie together. */
function logsOf(batch: readonly StoredEntry[]): ReadonlySet<string> {
  const logs = new Set<string>()
  let last = ''
  for (const { entry } of batch) {
    if (entry.log !== last) logs.add(entry.log)
    last = entry.log
  }
  return logs
}

function begunIn(batch: readonly StoredEntry[]): ReadonlySet<string> {
  const sessions = new Set<string>()
  for (const { entry } of batch)
    if (entry.kind === 'session_opened' && entry.session !== null) sessions.add(entry.session)
  return sessions
}

interface FoundLink {
  readonly session: string
  readonly link: Link
}

/**
 * The links that an ingester has written are not to be found again: they are rows before the entries that they are found among,
 * though their own entries come last.
 */
export async function insertLinks(store: Store<QueryName>, batch: readonly StoredEntry[]): Promise<void> {
  const rows = batch.flatMap(({ entry }) => (entry.kind === 'link' ? [linkRow(entry)] : []))
  await insertUnknown(store, 'links', rows, {
    id: ({ id }) => `${id}`,
    scope: ({ session }) => `${session}`,
    rows: (some) => some,
  })
}

/** Links to what is new in these slices, that no entry has yet. */
async function newLinks(
  store: Store<QueryName>,
  slices: Slices,
  batch: readonly StoredEntry[],
): Promise<readonly FoundLink[]> {
  const begun = new Set<string>()
  for (const { entry } of batch) if (isOpening(entry)) begun.add(entry.data.span)
  const found: FoundLink[] = []
  for (const [session, { projection }] of slices)
    for (const link of projection.links) if (begun.has(link.to)) found.push({ session, link })
  const sessions = found.map(({ session }) => session)
  const linked = await idsOf(selectIn<KnownRow>(store, 'linked_sessions', sessions))
  const suspects = found.filter(({ session }) => linked.has(session))
  const ids = suspects.map(({ session, link }) => ({ session, value: link.id }))
  const known = await idsOf(selectInSessions<KnownRow>(store, 'links_known', ids))
  return found.filter(({ link }) => !known.has(link.id))
}

async function idsOf(rows: AsyncIterable<KnownRow>): Promise<ReadonlySet<string>> {
  return new Set((await rowsOf(rows)).map(({ id }) => id))
}

/** Those that were new. */
async function insertSpans(
  { store, bodies }: Ingester,
  spans: readonly Span[],
  entries: readonly Entry[],
): Promise<readonly Span[]> {
  const added = await insertUnknown(store, 'spans', spans, {
    id: ({ span }) => span,
    scope: ({ session }) => session,
    rows: async (some) => {
      const texts = await bodies.find(some.flatMap(textDigests))
      return rowsFrom(some, (span) => spanRow(span, texts))
    },
    groups: (added) => groupsOfText(added, entries),
  })
  const isNew = new Set(added)
  await insertUnknown(store, 'chain_index', spans, {
    // A span is in the index after it is a row itself.
    suspects: spans.filter((span) => !isNew.has(span)),
    id: ({ span }) => span,
    scope: ({ chain }) => chain,
    rows: (some) => rowsFrom(some, chainIndexRow),
  })
  return added
}

/** A batch is small, and may yet end calls that came in many before it: their texts are not in memory all at once. */
function* groupsOfText(spans: readonly Span[], entries: readonly Entry[]): Iterable<readonly Span[]> {
  const texts = entries.flatMap((entry) => spanBody(entry) ?? [])
  if (texts.reduce((sum, { bytes }) => sum + bytes, 0) <= maxBatchBytes) return yield spans
  const sizes = new Map(texts.map(({ digest, bytes }) => [digest, bytes]))
  let group: Span[] = []
  let bytes = 0
  for (const span of spans) {
    group.push(span)
    for (const digest of textDigests(span)) bytes += sizes.get(digest) ?? 0
    if (bytes < maxBatchBytes) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}

async function insertPolicyDecisions(
  store: Store<QueryName>,
  spans: readonly Span[],
  entries: readonly Entry[],
): Promise<void> {
  await insertUnknown(store, 'policy_decisions', decisionRows(entries, spans), {
    id: ({ span }) => span,
    scope: ({ session }) => session,
    rows: (some) => some,
  })
}

/** Entries that are rows of a table of their own, one by one; the links among them. No table has those in `newLinks`. */
async function insertEntryRows(
  store: Store<QueryName>,
  batch: readonly StoredEntry[],
  newLinks: ReadonlySet<string>,
): Promise<readonly Entry<'link'>[]> {
  const entries = batch.map(({ entry }) => entry).filter(hasOwnRow)
  for (const table of entryTables) {
    const rows = entries.flatMap((entry) => rowsIn(table, entry))
    const suspects = rows.filter((row) => !newLinks.has(table.id(row)))
    const scope = (row: Row) => `${row[table.scope]}`
    await insertUnknown(store, table.name, rows, { suspects, id: table.id, scope, rows: (some) => some })
  }
  return entries.filter((entry) => entry.kind === 'link')
}

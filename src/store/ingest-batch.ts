import { project } from '../chain/project.ts'
import type { Link, Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { JournalWriter, StoredEntry } from '../domain/journal.ts'
import type { Store } from '../domain/store.ts'
import type { BodyTexts } from './body-texts.ts'
import { entryTables, hasOwnRow } from './entry-tables.ts'
import { insertUnknown } from './insert-unknown.ts'
import { maxBatchBytes, spanBodies } from './journal-batches.ts'
import type { EntryLineRow, QueryName } from './queries.ts'
import { refreshRollups } from './refresh-rollups.ts'
import { chainIndexRow, decisionRows, entryRow, spanRow, textDigests } from './rows.ts'
import { selectIn } from './select-in.ts'

export interface Ingester {
  readonly store: Store<QueryName>
  readonly bodies: BodyTexts
  /** The ingester's own log. */
  readonly links: JournalWriter
  /** Ids of links that are in the journal, and in the database later. */
  readonly knownLinks: ReadonlySet<string>
}

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
  await bodies.ingest(new Set(batch.map(({ entry }) => entry.log)))
  const { sessions, earlier } = await sessionsOf(store, batch)
  const found = projectAll(sessions, ingester.knownLinks)
  const spans = await insertSpans(ingester, found.spans, sessions)
  await insertPolicyDecisions(store, found.spans, sessions)
  for (const { session, link } of found.links) links.append('link', session, link)
  links.flush()
  const whole = [...batch, ...(await written())]
  const entryLinks = await insertEntryRows(store, whole)
  await refreshRollups(store, newSpans(found.spans, earlier), entryLinks)
  await store.append({ entries: whole.map(entryRow) })
  return { entries: whole.length, spans, links: found.links.length }
}

type Sessions = ReadonlyMap<string, readonly Entry[]>

/** Every session that a batch tells something new of, whole: with what the database has of it, which is also told alone. */
async function sessionsOf(
  store: Store<QueryName>,
  batch: readonly StoredEntry[],
): Promise<{ readonly sessions: Sessions; readonly earlier: Sessions }> {
  const sessions = new Map<string, Entry[]>()
  for (const { entry } of batch)
    if (entry.session !== null && entry.kind !== 'link') sessions.set(entry.session, [])
  for await (const { line } of selectIn<EntryLineRow>(store, 'session_lines', sessions.keys())) {
    const entry: Entry = JSON.parse(line)
    sessions.get(entry.session ?? '')?.push(entry)
  }
  const earlier = new Map(
    [...sessions].filter(([, { length }]) => length > 0).map(([id, own]) => [id, [...own]]),
  )
  for (const { entry } of batch) sessions.get(entry.session ?? '')?.push(entry)
  return { sessions, earlier }
}

/** Those that earlier entries do not add up to; they may be in the database all the same, since before a kill. */
function newSpans(spans: readonly Span[], earlier: Sessions): readonly Span[] {
  const known = new Set(
    [...earlier.values()].flatMap((entries) => project(entries).spans.map(({ span }) => span)),
  )
  return spans.filter(({ span }) => !known.has(span))
}

interface Found {
  readonly spans: readonly Span[]
  /** Those that no entry has yet. */
  readonly links: readonly { readonly session: string; readonly link: Link }[]
}

function projectAll(sessions: Sessions, inJournal: ReadonlySet<string>): Found {
  const found: { spans: Span[]; links: { session: string; link: Link }[] } = { spans: [], links: [] }
  for (const [session, entries] of sessions) {
    const { spans, links } = project(entries)
    const known = new Set(entries.flatMap(({ kind, data }) => (kind === 'link' ? [data.id] : [])))
    found.spans.push(...spans)
    for (const link of links)
      if (!known.has(link.id) && !inJournal.has(link.id)) found.links.push({ session, link })
  }
  return found
}

/** Those that were new. */
async function insertSpans(
  { store, bodies }: Ingester,
  spans: readonly Span[],
  sessions: Sessions,
): Promise<readonly Span[]> {
  const added = await insertUnknown(store, 'spans', spans, {
    id: ({ span }) => span,
    scope: ({ session }) => session,
    rows: async (some) => {
      const texts = await bodies.find(new Set(some.flatMap(textDigests)))
      return some.map((span) => spanRow(span, texts))
    },
    groups: (added) => groupsOfText(added, sessions),
  })
  await insertUnknown(store, 'chain_index', spans, {
    id: ({ span }) => span,
    scope: ({ chain }) => chain,
    rows: (some) => some.map(chainIndexRow),
  })
  return added
}

/** A batch is small, and may yet end calls that came in many before it: their texts are not in memory all at once. */
function* groupsOfText(spans: readonly Span[], sessions: Sessions): Iterable<readonly Span[]> {
  const sizes = new Map<string, number>()
  for (const entries of sessions.values())
    for (const { digest, bytes } of entries.flatMap(spanBodies)) sizes.set(digest, bytes)
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
  sessions: Sessions,
): Promise<void> {
  await insertUnknown(store, 'policy_decisions', decisionRows([...sessions.values()].flat(), spans), {
    id: ({ span }) => span,
    scope: ({ session }) => session,
    rows: (some) => some,
  })
}

/** Entries that are rows of a table of their own, one by one; the links among them. */
async function insertEntryRows(
  store: Store<QueryName>,
  batch: readonly StoredEntry[],
): Promise<readonly Entry<'link'>[]> {
  const entries = batch.map(({ entry }) => entry).filter(hasOwnRow)
  for (const { name, rowsOf, id, scope } of entryTables)
    await insertUnknown(store, name, entries.flatMap(rowsOf), {
      id,
      scope: (row) => `${row[scope]}`,
      rows: (some) => some,
    })
  return entries.filter((entry) => entry.kind === 'link')
}

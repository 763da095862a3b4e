import { project } from '../chain/project.ts'
import type { Link, Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { JournalWriter, StoredEntry } from '../domain/journal.ts'
import type { Store } from '../domain/store.ts'
import type { BodyTexts } from './body-texts.ts'
import { entryTables } from './entry-tables.ts'
import { insertUnknown } from './insert-unknown.ts'
import type { EntryLineRow, QueryName } from './queries.ts'
import { refreshRollups } from './refresh-rollups.ts'
import { chainIndexRow, decisionRows, entryRow, spanRow, textDigests } from './rows.ts'
import { selectIn } from './select-in.ts'

export interface Ingester {
  readonly store: Store<QueryName>
  readonly bodies: BodyTexts
  /** The ingester's own log. */
  readonly links: JournalWriter
}

export interface BatchReport {
  readonly entries: number
  /** Those that were new. */
  readonly spans: readonly Span[]
  readonly links: number
}

/**
 * Inserts all that follows from a batch and, last, the entries themselves: they are the mark that the rest is there. A
 * kill before it makes the next ingest do the batch again, and what was inserted is found by its id and left out.
 */
export async function ingestBatch(ingester: Ingester, batch: readonly StoredEntry[]): Promise<BatchReport> {
  const { store, bodies, links } = ingester
  await bodies.ingest(new Set(batch.map(({ entry }) => entry.log)))
  const { sessions, earlier } = await sessionsOf(store, batch)
  const found = projectAll(sessions)
  const spans = await insertSpans(ingester, found.spans)
  await insertPolicyDecisions(store, found.spans, sessions)
  const entryLinks = await insertEntryRows(store, batch)
  await refreshRollups(store, newSpans(found.spans, earlier), entryLinks)
  for (const { session, link } of found.links) links.append('link', session, link)
  links.flush()
  await store.append({ entries: batch.map(entryRow) })
  return { entries: batch.length, spans, links: found.links.length }
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

function projectAll(sessions: Sessions): Found {
  const found: { spans: Span[]; links: { session: string; link: Link }[] } = { spans: [], links: [] }
  for (const [session, entries] of sessions) {
    const { spans, links } = project(entries)
    const known = new Set(entries.flatMap(({ kind, data }) => (kind === 'link' ? [data.id] : [])))
    found.spans.push(...spans)
    for (const link of links) if (!known.has(link.id)) found.links.push({ session, link })
  }
  return found
}

/** Those that were new. */
async function insertSpans({ store, bodies }: Ingester, spans: readonly Span[]): Promise<readonly Span[]> {
  const added = await insertUnknown(store, 'spans', spans, {
    id: ({ span }) => span,
    scope: ({ session }) => session,
    rows: async (some) => {
      const texts = await bodies.find(new Set(some.flatMap(textDigests)))
      return some.map((span) => spanRow(span, texts))
    },
  })
  await insertUnknown(store, 'chain_index', spans, {
    id: ({ span }) => span,
    scope: ({ chain }) => chain,
    rows: (some) => some.map(chainIndexRow),
  })
  return added
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
  const entries = batch.map(({ entry }) => entry)
  for (const { name, rowsOf, id, scope } of entryTables)
    await insertUnknown(store, name, entries.flatMap(rowsOf), {
      id,
      scope: (row) => `${row[scope]}`,
      rows: (some) => some,
    })
  return entries.filter((entry) => entry.kind === 'link')
}

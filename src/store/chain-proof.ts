import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { project } from '../chain/project.ts'
import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { Store } from '../domain/store.ts'
import { type LogProof, type ProvenEntry, proveEntries } from '../journal/audit/prove-entries.ts'
import { readRegister } from '../journal/audit/register.ts'
import { packName, segmentName, seriesFiles, storedLines } from '../journal/audit/stored-lines.ts'
import type { PackedBody } from '../journal/body-pack.ts'
import type { Home } from '../journal/home.ts'
import type { EntryLineRow, QueryName, SpanRow } from './queries.ts'
import { spanRow, textDigests } from './rows.ts'
import { selectIn } from './select-in.ts'

export interface ChainProof {
  readonly logs: readonly LogProof[]
  /** Spans that are shown otherwise than the journal's entries add up to, or not at all, or that no entry speaks of. */
  readonly differing: readonly string[]
}

/** The entries behind these spans, read from the journal, and whether the spans are what the entries say. */
export async function proveSpans(
  home: Home,
  store: Store<QueryName>,
  rows: readonly SpanRow[],
): Promise<ChainProof> {
  const sessions = new Set(rows.map(({ session }) => session))
  const logs = new Set<string>()
  for await (const { log } of selectIn<EntryLineRow>(store, 'session_lines', sessions)) logs.add(log)
  const read = [...logs].sort().map((log) => ({ log, entries: entriesOf(home, log, sessions) }))
  const shown = new Set(rows.map(({ span }) => span))
  const register = readRegister(home)
  return {
    logs: read.flatMap(({ log, entries }) => {
      const own = entries.filter(({ entry }) => 'span' in entry.data && shown.has(entry.data.span))
      return own.length > 0 ? [proveEntries(home, register, log, own)] : []
    }),
    differing: differingSpans(
      home,
      rows,
      read.flatMap(({ entries }) => entries.map(({ entry }) => entry)),
    ),
  }
}

interface ReadEntry extends ProvenEntry {
  readonly entry: Entry
}

function entriesOf(home: Home, log: string, sessions: ReadonlySet<string>): readonly ReadEntry[] {
  const entries: ReadEntry[] = []
  for (const { path } of seriesFiles(join(home.journal, log), segmentName))
    for (const { prefixed, isWhole } of storedLines(path)) {
      const [, session = ''] = sessionMember.exec(prefixed.toString('latin1', 1, 300)) ?? []
      if (!isWhole || !sessions.has(session)) continue
      const line = prefixed.toString('utf8', 1)
      const entry: Entry = JSON.parse(line)
      entries.push({ seq: entry.seq, line, entry })
    }
  return entries
}

const sessionMember = /,"session":"([^"]*)","data":/

function differingSpans(home: Home, rows: readonly SpanRow[], entries: readonly Entry[]): readonly string[] {
  const bySession = new Map<string, Entry[]>()
  for (const entry of entries) {
    const own = bySession.get(entry.session ?? '')
    if (own) own.push(entry)
    else bySession.set(entry.session ?? '', [entry])
  }
  const chains = new Set(rows.map(({ chain }) => chain))
  const spans = [...bySession.values()].flatMap((own) => project(own).spans)
  const texts = textsOf(home, new Set(entries.map(({ log }) => log)), new Set(spans.flatMap(textDigests)))
  const expected = new Map(
    spans.filter(({ chain }) => chains.has(chain)).map((span) => [span.span, shownAs(span, texts)]),
  )
  const differing = rows.flatMap((row) => {
    const wanted = expected.get(row.span)
    expected.delete(row.span)
    return wanted && isDeepStrictEqual(wanted, { ...row }) ? [] : [row.span]
  })
  return [...differing, ...expected.keys()]
}

/** As the database answers. */
function shownAs(span: Span, texts: ReadonlyMap<string, string>) {
  return JSON.parse(JSON.stringify({ ...spanRow(span, texts), at: span.at }))
}

function textsOf(home: Home, logs: ReadonlySet<string>, digests: ReadonlySet<string>) {
  const texts = new Map<string, string>()
  for (const log of logs)
    for (const { path } of seriesFiles(join(home.journal, log), packName))
      for (const { prefixed, isWhole } of storedLines(path)) {
        if (!isWhole || !digests.has(prefixed.toString('latin1', digestStart, digestStart + 64))) continue
        const { digest, text }: PackedBody = JSON.parse(prefixed.toString('utf8', 1))
        texts.set(digest, Buffer.from(text).toString())
      }
  return texts
}

const digestStart = 1 + '{"v":1,"digest":"'.length

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { project } from '../chain/project.ts'
import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { StoreReader } from '../domain/store.ts'
import { type LogProof, type ProvenEntry, proveEntries } from '../journal/audit/prove-entries.ts'
import { type Register, readRegister } from '../journal/audit/register.ts'
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
  store: StoreReader<QueryName>,
  rows: readonly SpanRow[],
): Promise<ChainProof> {
  const logs = await logsBehind(store, new Set(rows.map(({ session }) => session)))
  const isHere = (log: string) => existsSync(join(home.journal, log))
  const missing = [...logs.keys()].filter((log) => !isHere(log))
  const elsewhere = new Set(missing.flatMap((log) => [...(logs.get(log) ?? [])]))
  const read = [...logs].filter(([log]) => isHere(log)).map(([log, own]) => entriesOf(home, log, own))
  const shown = new Set(rows.map(({ span }) => span))
  const register = readRegister(home)
  const proofs = read.flatMap((entries) => {
    const own = entries.filter(({ entry }) => 'span' in entry.data && shown.has(entry.data.span))
    const log = own[0]?.entry.log
    return log === undefined ? [] : [proveEntries(home, register, log, own)]
  })
  return {
    logs: [...proofs, ...missing.map((log) => unknownLog(log, register))],
    // Of a session that another home has a part of, nothing can be said here.
    differing: differingSpans(
      home,
      rows.filter(({ session }) => !elsewhere.has(session)),
      read.flatMap((entries) => entries.map(({ entry }) => entry)),
    ),
  }
}

/** The sessions of each log, of these, as the database has them. */
async function logsBehind(
  store: StoreReader<QueryName>,
  sessions: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const logs = new Map<string, Set<string>>()
  for await (const { log, line } of selectIn<EntryLineRow>(store, 'session_lines', sessions)) {
    const own = logs.get(log) ?? new Set()
    logs.set(log, own.add(sessionMember.exec(line.slice(0, 300))?.[1] ?? ''))
  }
  return logs
}

function unknownLog(log: string, register: Register | null): LogProof {
  const problem = register?.logs.has(log) ? 'the log is gone' : 'it is not in this home'
  return { log, entries: [], size: null, problem, key: null, proofOf: () => null }
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
  const sessions = new Set(rows.map(({ session }) => session))
  const spans = [...bySession.values()].flatMap((own) => project(own).spans)
  const texts = textsOf(home, new Set(entries.map(({ log }) => log)), new Set(spans.flatMap(textDigests)))
  const expected = new Map(
    spans
      .filter(({ chain, session }) => chains.has(chain) && sessions.has(session))
      .map((span) => [span.span, shownAs(span, texts)]),
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

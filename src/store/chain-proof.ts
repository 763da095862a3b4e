import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { project } from '../chain/project.ts'
import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { StoreReader } from '../domain/store.ts'
import { type LogProof, type ProvenEntry, proveEntries } from '../journal/audit/prove-entries.ts'
import { type Register, readRegister } from '../journal/audit/register.ts'
import { packName, segmentName, seriesFiles, storedLines } from '../journal/audit/stored-lines.ts'
import type { PackedBody } from '../journal/body-pack.ts'
import type { Home } from '../journal/home.ts'
import { keptSince } from './kept-since.ts'
import type { EntryLineRow, QueryName, SpanRow } from './queries.ts'
import { spanRow, textDigests } from './rows.ts'
import { selectIn } from './select-in.ts'

export interface ChainProof {
  readonly logs: readonly LogProof[]
  /** Spans that are shown otherwise than the journal's entries add up to, or not at all, or that no entry speaks of. */
  readonly differing: readonly string[]
}

/** Whether something was changed or is gone; what is not signed for yet has not failed. */
export function isRefuted({ logs, differing }: ChainProof): boolean {
  return differing.length > 0 || logs.some(({ hasFailed }) => hasFailed)
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
  const read = [...logs].filter(([log]) => isHere(log)).map(([log, own]) => readLog(home, log, own))
  const shown = new Set(rows.map(({ span }) => span))
  const register = readRegister(home)
  const proofs = read.flatMap(({ log, entries, unreadable }) => {
    const own = entries.filter(({ entry }) => 'span' in entry.data && shown.has(entry.data.span))
    if (own.length + unreadable === 0) return []
    const proof = proveEntries(home, register, log, own)
    return [
      unreadable > 0 && !proof.hasFailed
        ? { ...proof, problem: noEntry(unreadable), hasFailed: true }
        : proof,
    ]
  })
  return {
    logs: [...proofs, ...missing.map((log) => unknownLog(log, register))],
    // Of a session that another home has a part of, nothing can be said here.
    differing: differingSpans(
      home,
      rows.filter(({ session }) => !elsewhere.has(session)),
      read.flatMap(({ entries }) => entries.map(({ entry }) => entry)),
      (await keptSince(store)).get('spans'),
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
  const hasFailed = register?.logs.has(log) === true
  const problem = hasFailed ? 'the log is gone' : 'it is not in this home'
  return { log, entries: [], size: null, problem, hasFailed, key: null, proofOf: () => null }
}

interface ReadEntry extends ProvenEntry {
  readonly entry: Entry
}

interface ReadLog {
  readonly log: string
  readonly entries: readonly ReadEntry[]
  /** Lines that somebody has made no entries any more. */
  readonly unreadable: number
}

const noEntry = (lines: number) =>
  `${lines} of its lines ${lines === 1 ? 'is no entry' : 'are no entries'} any more`

function readLog(home: Home, log: string, sessions: ReadonlySet<string>): ReadLog {
  const entries: ReadEntry[] = []
  let unreadable = 0
  for (const { path } of seriesFiles(join(home.journal, log), segmentName))
    for (const { prefixed, isWhole } of storedLines(path)) {
      const [, session = ''] = sessionMember.exec(prefixed.toString('latin1', 1, 300)) ?? []
      if (!isWhole || !sessions.has(session)) continue
      const line = prefixed.toString('utf8', 1)
      const entry = readJson(line)
      if (isEntry(entry)) entries.push({ seq: entry.seq, line, entry })
      else unreadable += 1
    }
  return { log, entries, unreadable }
}

/** As far as is asked for before what it says is compared. */
function isEntry(value: unknown): value is Entry {
  return isJsonObject(value) && Number.isInteger(value.seq) && isJsonObject(value.data)
}

const sessionMember = /,"session":"([^"]*)","data":/

/** What began before `keptSince` may be gone from the database. */
function differingSpans(
  home: Home,
  rows: readonly SpanRow[],
  entries: readonly Entry[],
  keptSince = Number.NEGATIVE_INFINITY,
): readonly string[] {
  const bySession = new Map<string, Entry[]>()
  for (const entry of entries) {
    const own = bySession.get(entry.session ?? '')
    if (own) own.push(entry)
    else bySession.set(entry.session ?? '', [entry])
  }
  const chains = new Set(rows.map(({ chain }) => chain))
  const sessions = new Set(rows.map(({ session }) => session))
  const spans = [...bySession.values()].flatMap(spansIn)
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
  const missing = [...expected.values()].filter(({ at }) => Date.parse(at) >= keptSince)
  return [...differing, ...missing.map(({ span }) => span)]
}

/** None of a session in which somebody has made an entry what adds up to nothing. */
function spansIn(entries: readonly Entry[]): readonly Span[] {
  try {
    return project(entries).spans
  } catch {
    return []
  }
}

/** As the database answers. */
function shownAs(span: Span, texts: ReadonlyMap<string, string>): SpanRow {
  return JSON.parse(JSON.stringify({ ...spanRow(span, texts), at: span.at }))
}

function textsOf(home: Home, logs: ReadonlySet<string>, digests: ReadonlySet<string>) {
  const texts = new Map<string, string>()
  for (const log of logs)
    for (const { path } of seriesFiles(join(home.journal, log), packName))
      for (const { prefixed, isWhole } of storedLines(path)) {
        if (!isWhole || !digests.has(prefixed.toString('latin1', digestStart, digestStart + 64))) continue
        const body = readJson(prefixed.toString('utf8', 1))
        if (isBody(body)) texts.set(body.digest, Buffer.from(body.text).toString())
      }
  return texts
}

function isBody(value: unknown): value is Pick<PackedBody, 'digest' | 'text'> {
  return isJsonObject(value) && typeof value.digest === 'string' && typeof value.text === 'string'
}

const digestStart = 1 + '{"v":1,"digest":"'.length

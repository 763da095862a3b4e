import { afterEach, beforeEach, expect } from 'vitest'
import { isOpening } from '../../src/chain/observations.ts'
import { project } from '../../src/chain/project.ts'
import type { Span } from '../../src/domain/chain.ts'
import type { Entry } from '../../src/domain/entry.ts'
import type { JournalWriter } from '../../src/domain/journal.ts'
import type { Params, Store } from '../../src/domain/store.ts'
import { type Home, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { verifyProjection } from '../../src/store/audit/verify-projection.ts'
import type { QueryName, SpanRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { all, ingestHome, journalEntries, journalLines, openLog, storedLines } from './recorded-home.ts'
import { expectRollupsRight } from './rollups.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** For each test a home of its own, its database open, and a log to write to. */
export let home: Home
export let store: Store<QueryName>
export let journal: JournalWriter
let folder: ReturnType<typeof temporaryFolder>

export function useHome(): void {
  beforeEach(beginHome)
  afterEach(endHome)
}

export async function beginHome(): Promise<void> {
  folder = temporaryFolder()
  home = openHome(folder.path)
  store = await openStore({ home: home.path })
  journal = openLog(home)
}

export async function endHome(): Promise<void> {
  journal.close()
  await store.close()
  folder.remove()
}

export const ingestAll = (batchEntries?: number) => ingestHome(home.path, store, batchEntries)
export const ask = <T>(name: QueryName, params: Params = {}) => all(store.query<T>(name, params))
export const spansOf = (session: string) => ask<SpanRow>('session_spans', { session })

export async function expectSameAsJournal(): Promise<readonly Entry[]> {
  const lines = await journalLines(readJournal(home))
  expect(await storedLines(store)).toEqual(lines)
  return journalEntries(readJournal(home))
}

/** Every span, link and policy decision that the entries add up to is there once, and nothing else, and rollups are right. */
export async function expectSameAsProjected(): Promise<void> {
  const { findings } = await verifyProjection(home, store)
  expect(findings).toEqual([])
  await expectRollupsRight(home)
  const entries = await expectSameAsJournal()
  for (const [session, own] of bySession(entries)) {
    const { spans, links } = project(own)
    const rows = await spansOf(session)
    expect(placesOf(rows)).toEqual(placesOf(spans))
    const begun = new Set(own.flatMap((entry) => (isOpening(entry) ? [entry.data.span] : [])))
    const written = own.flatMap((entry) => (entry.kind === 'link' ? [entry.data] : []))
    // Others join it to another session.
    const inner = written.filter(({ from }) => begun.has(from))
    expect(idsOf(inner)).toEqual(idsOf(links))
    expect(idsOf(await ask<{ id: string }>('known_links', { values: [session] }))).toEqual(idsOf(written))
    const decisions = await ask('known_policy_decisions', { values: [session] })
    expect(decisions).toHaveLength(spans.filter(({ kind }) => kind === 'policy').length)
    const indexed = await ask<{ id: string }>('known_chain_index', {
      values: spans.map(({ chain }) => chain),
    })
    const known = new Set(idsOf(indexed))
    expect(spans.filter(({ span }) => !known.has(span))).toEqual([])
  }
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort()

function placesOf(spans: readonly Pick<Span, 'span' | 'chain' | 'parent' | 'tier' | 'outcome'>[]) {
  const places = spans.map(({ span, chain, parent, tier, outcome }) => ({
    span,
    chain,
    parent,
    tier,
    outcome,
  }))
  return places.sort((a, b) => (a.span < b.span ? -1 : 1))
}

function bySession(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const sessions = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (entry.session === null) continue
    const own = sessions.get(entry.session)
    if (own) own.push(entry)
    else sessions.set(entry.session, [entry])
  }
  return sessions
}

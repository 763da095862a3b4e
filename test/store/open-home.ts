import { afterEach, beforeEach, expect } from 'vitest'
import { project } from '../../src/chain/project.ts'
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

export function useHome(): void {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(async () => {
    folder = temporaryFolder()
    home = openHome(folder.path)
    store = await openStore({ home: home.path })
    journal = openLog(home)
  })
  afterEach(async () => {
    journal.close()
    await store.close()
    folder.remove()
  })
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
  const sessions = new Set(entries.flatMap(({ session }) => session ?? []))
  for (const session of sessions) {
    const { spans, links } = project(entries.filter((entry) => entry.session === session))
    const rows = await spansOf(session)
    expect(rows.map(({ span }) => span).sort()).toEqual(spans.map(({ span }) => span).sort())
    const ids = await ask<{ id: string }>('known_links', { values: [session] })
    expect(ids.map(({ id }) => id).sort()).toEqual(links.map(({ id }) => id).sort())
    const decisions = await ask('known_policy_decisions', { values: [session] })
    expect(decisions).toHaveLength(spans.filter(({ kind }) => kind === 'policy').length)
    const indexed = await ask<{ id: string }>('known_chain_index', {
      values: spans.map(({ chain }) => chain),
    })
    expect(indexed.map(({ id }) => id).sort()).toEqual(spans.map(({ span }) => span).sort())
  }
}

import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { createLogFolder, noteOfThisProcess } from '../../src/journal/recorder-process.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { observedSession } from '../chain/observed-session.ts'
import {
  ask,
  expectSameAsJournal,
  expectSameAsProjected,
  home,
  ingestAll,
  journal,
  spansOf,
  store,
  useHome,
} from './open-home.ts'
import { all, ingestHome, journalEntries, openLog, recordTrial } from './recorded-home.ts'
import { expectRollupsRight, rawDatabase } from './rollups.ts'

useHome()

describe('a recorder that ended without closing its session', () => {
  test('leaves no_answer, and the end of the session is written to the journal', async () => {
    const killed = openLog(home)
    const session = observedSession(killed)
    session.request('t1')
    killed.close()
    await ingestAll()
    expect(await spansOf(session.session)).toMatchObject([
      { span: 't1', outcome: 'no_answer', duration_ms: null },
    ])
    const entries = await expectSameAsJournal()
    const closings = entries.filter(({ kind }) => kind === 'session_closed')
    expect(closings).toMatchObject([{ session: session.session, data: { reason: 'interrupted' } }])
    expect(await ingestAll()).toMatchObject({ entries: 0 })
  })

  test('before its first line was whole leaves an empty log, which is nothing to ingest', async () => {
    createLogFolder(openHome(home.path).journal, randomUUID())
    expect(await ingestAll()).toMatchObject({ entries: 0, behind: 0 })
    expect((await readJournal(home).logs()).length).toBe(1)
    await expectSameAsJournal()
  })

  test('is told from one that lives: its calls may still be answered', async () => {
    const session = observedSession(journal)
    session.request('t1')
    journal.flush()
    await ingestAll()
    await ingestAll()
    expect(await spansOf(session.session)).toEqual([])
  })
})

describe('an ingest that is cut short', () => {
  /** Refuses the nth append or refresh and all after it. */
  function failing(from: number): Store<QueryName> {
    let count = 0
    const refuse = () => {
      if (count++ >= from) throw new Error('killed')
    }
    return {
      ...store,
      async append(rows) {
        refuse()
        await store.append(rows)
      },
      async refresh(rollup, params) {
        refuse()
        await store.refresh(rollup, params)
      },
    }
  }

  test('is finished by the next one, wherever it stopped, and nothing is there twice', async () => {
    let failures = 0
    for (let from = 0; from < 14; from++) {
      recordTrial(journal, `trial-${from}`, { turns: 2 }).close()
      journal.flush()
      await ingestHome(home.path, failing(from), 12).catch(() => {
        failures += 1
      })
    }
    await ingestAll()
    expect(failures).toBe(14)
    await expectSameAsProjected()
    const links = (await journalEntries(readJournal(home))).filter((entry) => entry.kind === 'link')
    expect(new Set(links.map(({ data }) => data.id)).size).toBe(links.length)
    const digests = await all(readJournal(home).bodies(journal.log, 0))
    const values = digests.map(({ body }) => body.digest)
    expect(await ask('bodies', { values })).toHaveLength(values.length)
  })
})

test('a kill between spans and rollups leaves nothing for good: the next ingest makes the rollups', async () => {
  const session = observedSession(journal)
  session.request('t1')
  session.result('t1')
  journal.flush()
  const refresh = () => Promise.reject(new Error('killed'))
  await expect(ingestHome(home.path, { ...store, refresh })).rejects.toThrow('killed')
  expect(await spansOf(session.session)).toHaveLength(1)
  expect(await ask('chains')).toEqual([])
  await ingestAll()
  expect(await ask('chains')).toMatchObject([{ spans: 1, tool_calls: 1 }])
  await expectRollupsRight(home)
})

test.each([
  ['"identity":{', '"identity":null,"was":{', 'entries of session .* are not what a recorder writes'],
  ['"identity":{', '"identity":{{', 'has a line that is not what was written'],
])('of entries that somebody has edited (%s to %s) it is said what names them', async (was, is, said) => {
  const session = observedSession(journal)
  session.request('t1')
  journal.flush()
  const segment = join(home.journal, journal.log, '000000000000.jsonl')
  writeFileSync(segment, readFileSync(segment, 'utf8').replaceAll(was, is))
  await expect(ingestAll()).rejects.toThrow(new RegExp(`${said}: calltrail audit verify says which`))
})

test.each(['seq >= 4', '1'])(
  'entries that the database has lost (%s) are back, and nothing is there twice',
  async (lost) => {
    const session = observedSession(journal)
    for (const call of ['t1', 't2']) {
      session.request(call)
      session.result(call)
      journal.flush()
      await ingestAll()
    }
    const database = await rawDatabase(home)
    await database.execute(`ALTER TABLE entries DELETE WHERE ${lost} SETTINGS mutations_sync = 2`)
    await database.close()
    await ingestAll()
    await expectSameAsProjected()
  },
)

describe('the lock of the ingester', () => {
  test('held by another process, says how far behind the database is', async () => {
    recordTrial(journal, 'alpha')
    journal.flush()
    writeFileSync(home.ingestLock, JSON.stringify({ ...noteOfThisProcess(), pid: process.ppid, start: null }))
    const [first] = await journalEntries(readJournal(home))
    expect(await ingestAll()).toEqual({
      ...{ entries: 0, spans: 0, links: 0, behind: 9, behindSince: first?.at, heldBy: process.ppid },
    })
    expect(await ask('entry_counts')).toEqual([])
  })

  test('of a process that is gone is taken over, and released in the end', async () => {
    recordTrial(journal, 'alpha')
    journal.flush()
    writeFileSync(home.ingestLock, JSON.stringify({ ...noteOfThisProcess(), start: `${randomUUID()}:1` }))
    expect(await ingestAll()).toMatchObject({ heldBy: null, spans: 5 })
    expect(existsSync(home.ingestLock)).toBe(false)
    expect(readdirSync(home.path).filter((name) => name.startsWith('ingest.lock'))).toEqual([])
  })

  test('is held while the ingest runs', async () => {
    recordTrial(journal, 'alpha')
    journal.flush()
    const seen: unknown[] = []
    const watching: Store<QueryName> = {
      ...store,
      async append(rows) {
        seen.push(JSON.parse(readFileSync(home.ingestLock, 'utf8')).pid)
        seen.push((await ingestHome(home.path, store)).heldBy)
        await store.append(rows)
      },
    }
    await ingestHome(home.path, watching)
    expect(new Set(seen)).toEqual(new Set([process.pid]))
  })
})

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { project } from '../../src/chain/project.ts'
import type { Entry } from '../../src/domain/entry.ts'
import { openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import type { ChainRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { runModule } from '../journal/child-process.ts'
import { expectNothingTwice } from './nothing-twice.ts'
import {
  all,
  ingestHome,
  journalEntries,
  journalLines,
  openLog,
  recordTrial,
  storedLines,
} from './recorded-home.ts'
import { callId, recordCall, recordTurn } from './recorded-turn.ts'
import { expectRollupsRight } from './rollups.ts'
import { temporaryFolder } from './temporary-folder.ts'

// More kills than a test should take: npm run kills
const kills = Number(process.env.CALLTRAIL_KILLS ?? 8)
const ingestProcess = 'test/store/ingest-process.ts'

test(
  'killed again and again, ingest has every entry and every span once in the end',
  async () => {
    const folder = temporaryFolder()
    const home = openHome(folder.path)
    const journal = openLog(home)
    for (let trial = 0; trial < 25 * kills; trial++) recordTrial(journal, `t${trial}`, { turns: 2 }).close()
    journal.close()

    let cutShort = 0
    for (let kill = 0; kill < kills; kill++) {
      const ingesting = runModule(ingestProcess, [home.path])
      await once(ingesting.child.stdout, 'data')
      await sleep((kill % 8) * 25 + Math.random() * 25)
      ingesting.child.kill('SIGKILL')
      const { signal } = await ingesting.closed
      if (signal === 'SIGKILL') cutShort += 1
    }
    expect(cutShort).toBeGreaterThan(kills / 2)

    const store = await openStore({ home: home.path })
    await ingestHome(home.path, store)
    const entries = await journalEntries(readJournal(home))
    expect(await storedLines(store)).toEqual(await journalLines(readJournal(home)))
    const bySession = new Map<string, Entry[]>()
    for (const entry of entries) {
      const others = bySession.get(entry.session ?? '')
      if (others) others.push(entry)
      else bySession.set(entry.session ?? '', [entry])
    }
    const expected = [...bySession.values()].flatMap((session) => project(session).spans)
    const stored = await all(store.query<{ id: string }>('known_spans', { values: [...bySession.keys()] }))
    expect(stored.map(({ id }) => id).sort()).toEqual(expected.map(({ span }) => span).sort())
    await expectRollupsRight(home)
    await expectNothingTwice(home)
    await store.close()
    folder.remove()
  },
  60_000 + kills * 5_000,
)

test('what an ingest that was killed before the joining has written is joined by the next one, however old', async () => {
  const folder = temporaryFolder()
  const killed = openHome(folder.path)
  recordTurn(killed, [{ span: 'd', callId }])
  recordCall(killed, { callId }, { isOld: true })
  const { signal } = await runModule(ingestProcess, [folder.path, '60', 'join_spans']).closed
  expect(signal).toBe('SIGKILL')
  const opened = await openStore({ home: folder.path })
  const found = () => all(opened.query<ChainRow>('chains'))
  expect(await found()).toHaveLength(2)
  expect(await ingestHome(folder.path, opened)).toMatchObject({ spans: 0, links: 1 })
  expect(await found()).toMatchObject([{ spans: 3, tier: 1 }])
  await opened.close()
  folder.remove()
})

test('a command that ingested and closed its store exits with 0', async () => {
  const folder = temporaryFolder()
  const journal = openLog(openHome(folder.path))
  for (let trial = 0; trial < 20; trial++) recordTrial(journal, `t${trial}`).close()
  journal.close()
  const ingesting = runModule(ingestProcess, [folder.path, '50'])
  expect({ ...(await ingesting.closed), stderr: ingesting.stderr() }).toEqual({
    code: 0,
    signal: null,
    stderr: '',
  })
  folder.remove()
})

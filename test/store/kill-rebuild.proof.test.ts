import { expect, test } from 'vitest'
import { type Home, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { verifyProjection } from '../../src/store/audit/verify-projection.ts'
import { rebuildStore } from '../../src/store/rebuild.ts'
import { tables } from '../../src/store/schema.ts'
import { openStore } from '../../src/store/stores.ts'
import { runModule } from '../journal/child-process.ts'
import { expectNothingTwice } from './nothing-twice.ts'
import { all, ingestHome, journalLines, openLog, recordTrial, storedLines } from './recorded-home.ts'
import { callId, recordCall, recordTurn } from './recorded-turn.ts'
import { rawDatabase } from './rollups.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The two statements of the note, one for each table that is put in place, and the one that takes the rest away. */
const steps = 2 + (Object.keys(tables).length - 1) + 1
const firstSwap = 2
const everyStep = Array.from({ length: steps }, (_, step) => step)
// Every step, with both commands after it: npm run kills
const isWhole = process.env.CALLTRAIL_KILLS !== undefined
const killed = isWhole
  ? everyStep.flatMap((step) => [[step, 'chains'] as const, [step, 'store rebuild'] as const])
  : ([[firstSwap + 6, 'chains']] as const)

/** As a command that reads does. */
async function ingestAll(home: Home) {
  const store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
  return store
}

async function expectAsJournal(home: Home): Promise<void> {
  const store = await ingestAll(home)
  expect(await storedLines(store)).toEqual(await journalLines(readJournal(home)))
  expect((await verifyProjection(home, store)).findings).toEqual([])
  await expectNothingTwice(home)
  const database = await rawDatabase(home)
  const there = "SELECT name FROM system.databases WHERE endsWith(name, '_rebuilt')"
  expect(await all(database.select(there, {}))).toEqual([])
  await database.close()
  await store.close()
}

/** What only tables that are made anew make good. */
async function damage(home: Home): Promise<void> {
  const database = await rawDatabase(home)
  for (const table of ['spans', 'links', 'chain_summaries'])
    await database.execute(`ALTER TABLE ${table} DELETE WHERE 1 SETTINGS mutations_sync = 2`)
  await database.close()
}

async function rebuildAgain(home: Home): Promise<void> {
  const links = openLog(home)
  await rebuildStore({ home: home.path }, readJournal(home), { links, lock: home.ingestLock })
  links.close()
}

test(
  'a rebuild that is killed while it puts its tables in place is gone on with by any command, and all is there once',
  async () => {
    const folder = temporaryFolder()
    const home = openHome(folder.path)
    recordTurn(home, [{ span: 'd', callId }])
    recordCall(home, { callId })
    await (await ingestAll(home)).close()
    for (const [step, next] of killed) {
      // The tables beside are ahead of those that they replace.
      const journal = openLog(home)
      recordTrial(journal, `${next}-${step}`).close()
      journal.close()
      if (step >= firstSwap) await damage(home)
      const { signal, code } = await runModule('test/store/rebuild-process.ts', [folder.path, `${step}`])
        .closed
      expect([step, signal, code]).toEqual([step, 'SIGKILL', null])
      if (next === 'store rebuild') await rebuildAgain(home)
      await expectAsJournal(home)
    }
    const whole = isWhole && runModule('test/store/rebuild-process.ts', [folder.path, `${steps}`])
    if (whole) {
      await whole.closed
      expect(`${whole.stdout()}`).toBe(`${steps}`)
    }
    folder.remove()
  },
  60_000 + killed.length * 20_000,
)

import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { observedSession } from '../chain/observed-session.ts'
import { expectSameAsProjected, home, ingestAll, journal, store, useHome } from './open-home.ts'
import { ingestHome } from './recorded-home.ts'
import { rawDatabase } from './rollups.ts'

useHome()

/** An ingest, and what it asked of which rows are there already. */
async function lookups(failing?: Store<QueryName>['append']): Promise<readonly string[]> {
  const asked: string[] = []
  const watched: Store<QueryName> = {
    ...store,
    query(name, params) {
      if (/^known_|_known$/.test(name)) asked.push(name)
      return store.query(name, params)
    },
    ...(failing && { append: failing }),
  }
  await ingestHome(home.path, watched).catch((error) => expect(error.message).toBe('killed'))
  return asked
}

/** A call that the model decided on, with a policy's word on it. */
function recordCall(session: ReturnType<typeof observedSession>, name: string): void {
  session.modelRequest(`${name}-model`)
  session.modelResponse(`${name}-model`)
  session.decision(`${name}-decision`, `${name}-model`, { callId: name })
  session.request(name, { callId: name })
  session.policy(`${name}-policy`, name)
  session.result(name)
  journal.flush()
}

test('after an ingest that ended nothing is looked for, in a session that goes on neither', async () => {
  const session = observedSession(journal)
  session.request('open')
  recordCall(session, 'first')
  expect(await lookups()).toEqual([])
  session.result('open')
  recordCall(session, 'second')
  expect(await lookups()).toEqual([])
  session.close()
  recordCall(session, 'after the end')
  expect(await lookups()).toEqual([])
  await expectSameAsProjected()
})

test('after one that was killed all is, and nothing is there twice', async () => {
  const session = observedSession(journal)
  // No link is left, which would tell of it too.
  session.policy('policy', null)
  session.request('call')
  session.result('call')
  journal.flush()
  const killed: Store<QueryName>['append'] = async (rows) => {
    if (rows.entries) throw new Error('killed')
    await store.append(rows)
  }
  await lookups(killed)
  const asked = ['known_spans', 'known_chain_index', 'known_policy_decisions']
  expect(await lookups()).toEqual(expect.arrayContaining(asked))
  await expectSameAsProjected()
})

test.each([
  ['was put back from a copy that was made within an ingest', 'seq >= 7'],
  ['has lost all entries', '1'],
])('a database that %s is asked, and nothing is there twice', async (_, lost) => {
  const session = observedSession(journal)
  recordCall(session, 'first')
  await ingestAll()
  recordCall(session, 'second')
  await ingestAll()
  const database = await rawDatabase(home)
  await database.execute(`ALTER TABLE entries DELETE WHERE ${lost} SETTINGS mutations_sync = 2`)
  await database.close()
  expect(await lookups()).toContain('known_spans')
  await expectSameAsProjected()
  recordCall(session, 'third')
  expect(await lookups()).toEqual([])
  await expectSameAsProjected()
})

test('where the mark is gone, the database is asked', async () => {
  const session = observedSession(journal)
  recordCall(session, 'first')
  await ingestAll()
  rmSync(`${home.ingestLock}.ingested`)
  recordCall(session, 'second')
  expect(await lookups()).toContain('known_spans')
  await expectSameAsProjected()
})

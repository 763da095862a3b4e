import { expect, test } from 'vitest'
import { readJournal } from '../../src/journal/reader.ts'
import { SessionSlices } from '../../src/store/session-slices.ts'
import { recordLongSession } from '../chain/long-session.ts'
import { observedSession } from '../chain/observed-session.ts'
import { expectSameAsProjected, home, ingestAll, journal, store, useHome } from './open-home.ts'
import { ingestHome, journalEntries } from './recorded-home.ts'

useHome()

test('a session of many slices adds up to the same as at once, by one ingest and by several', async () => {
  recordLongSession(journal, 14).close()
  journal.flush()
  await ingestAll(61)
  const another = recordLongSession(journal, 8, { name: 'other', type: 'trial', parent: 'run-1' })
  journal.flush()
  await ingestAll(40)
  another.request('other-8-call', { callId: 'call_1' })
  another.result('other-7-call')
  another.close()
  journal.flush()
  await ingestAll(40)
  await expectSameAsProjected()
})

test('of a session that is in the database a slice needs what it refers to, and what is open', async () => {
  const session = observedSession(journal)
  session.request('open')
  for (let turn = 0; turn < 20; turn++) {
    session.modelRequest(`${turn}-model`)
    session.modelResponse(`${turn}-model`)
    session.decision(`${turn}-decision`, `${turn}-model`, { callId: `call_${turn}` })
  }
  journal.flush()
  await ingestAll(40)
  session.request('call', { callId: 'call_7' })
  session.result('call')
  session.result('open')
  journal.flush()
  const news = (await journalEntries(readJournal(home))).slice(-3)
  for (const slices of [new SessionSlices(store, 20), new SessionSlices(store)]) {
    const slice = (await slices.tell(news)).get(session.session)
    expect(slice?.entries.map(({ kind }) => kind)).toEqual([
      'session_opened',
      'tool_request',
      ...['tool_request', 'tool_result', 'tool_result'],
    ])
    expect(slice?.projection.spans).toMatchObject([
      { span: 'open', outcome: 'ok' },
      { span: 'call', parent: '7-decision' },
    ])
  }
})

test('a killed ingest of a long session is gone on with: nothing is missing, nothing is there twice', async () => {
  recordLongSession(journal, 12).close()
  journal.flush()
  for (let appends = 1; appends < 40; appends += 6) {
    let left = appends
    const failing = {
      ...store,
      append: async (rows: Parameters<typeof store.append>[0]) => {
        if (left-- <= 0) throw new Error('killed')
        await store.append(rows)
      },
    }
    await ingestHome(home.path, failing, 29).catch(() => {})
  }
  await ingestAll(29)
  await expectSameAsProjected()
})

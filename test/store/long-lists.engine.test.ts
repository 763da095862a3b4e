import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { type Home, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { verifyProjection } from '../../src/store/audit/verify-projection.ts'
import { findChains } from '../../src/store/find-chains.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { observedSession } from '../chain/observed-session.ts'
import { type ClickHouseHttp, startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { ingestHome, journalLines, openLog, storedLines } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const calls = 4_000
const turns = 2_000
let home: Home
let server: ClickHouseHttp
let store: Store<QueryName>

beforeAll(async () => {
  home = openHome(folder.path)
  const journal = openLog(home)
  const session = observedSession(journal)
  for (let call = 0; call < calls; call++) {
    session.request(`alone-${call}`)
    session.result(`alone-${call}`)
  }
  for (let turn = 0; turn < turns; turn++) {
    session.modelRequest(`model-${turn}`)
    session.modelResponse(`model-${turn}`)
    session.decision(`decision-${turn}`, `model-${turn}`, { callId: `call_${turn}` })
    session.request(`call-${turn}`, { callId: `call_${turn}` })
    session.result(`call-${turn}`)
  }
  session.close()
  journal.close()
  server = await startClickHouseHttp({ directory: folder.path })
  store = await openStore({ home: '/nowhere', url: server.url })
})
afterAll(async () => {
  await store.close()
  await server.close()
  folder.remove()
})

test('a batch of more chains, links and texts than a server takes in one list is ingested', async () => {
  const report = await ingestHome(home.path, store, 30_000)
  expect(report).toMatchObject({ links: turns })
  expect(await storedLines(store)).toEqual(await journalLines(readJournal(home)))
})

test('again nothing of it is new', async () => {
  expect(await ingestHome(home.path, store)).toMatchObject({ entries: 0, spans: 0, links: 0 })
})

test('more chains than one list holds are searched for words, and the newest listed', async () => {
  const found = await findChains(store, { text: 'config.yaml', limit: 200 })
  expect(found).toHaveLength(200)
  const all = await findChains(store, { limit: calls + turns })
  expect(all).toHaveLength(calls + turns)
  expect(found.map(({ chain }) => chain)).toEqual(all.slice(0, 200).map(({ chain }) => chain))
})

test('rows are compared with the journal, beside those of thousands of logs of other homes', async () => {
  const foreign = Array.from({ length: 4_000 }, (_, index) => ({
    log: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    ...{ seq: 0, at: '2026-11-20T00:00:00Z', kind: 'link', session: `of another home ${index}`, line: '' },
  }))
  await store.append({ entries: foreign })
  expect(await verifyProjection(home, store)).toMatchObject({ findings: [] })
})

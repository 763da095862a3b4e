import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { type Home, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { ProjectionTally } from '../../src/store/audit/projection-verdict.ts'
import { verifyProjection } from '../../src/store/audit/verify-projection.ts'
import { verifyRollups } from '../../src/store/audit/verify-rollups.ts'
import { findChains } from '../../src/store/find-chains.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { observedSession } from '../chain/observed-session.ts'
import { type ClickHouseHttp, startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { ingestHome, journalLines, openLog, storedLines } from './recorded-home.ts'
import { recordCall, recordTurn } from './recorded-turn.ts'
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

test('by an id that no parameter has room for, a call and the next turn are joined to a decision of days before', async () => {
  const callId = 'ü'.repeat(100_000)
  const [elsewhere, database] = [openHome(join(folder.path, 'ids')), `${server.url}/ids`]
  const store = await openStore({ home: '/nowhere', url: database })
  recordTurn(elsewhere, [{ span: 'd', callId }])
  await ingestHome(elsewhere.path, store, 2)
  recordCall(elsewhere, { callId })
  const log = openLog(elsewhere)
  const later = observedSession(log, { type: 'model' })
  later.modelRequest('n', { evidence: { results: [{ callId, hashes: [] }], conversation: { id: callId } } })
  later.modelResponse('n')
  log.close()
  await ingestHome(elsewhere.path, store, 2)
  expect(await findChains(store, { limit: 50 })).toMatchObject([{ spans: 4, tool_calls: 1, tier: 1 }])
  expect(await verifyProjection(elsewhere, store)).toMatchObject({ findings: [] })
  await store.close()
})

test('a chain that thousands were joined to is summed up again', async () => {
  const joined = await openStore({ home: '/nowhere', url: `${server.url}/joined` })
  const hour = Date.parse('2026-11-20T02:00:00Z') / 1_000
  const chains = Array.from({ length: 4_000 }, (_, index) => index.toString(16).padStart(32, '0'))
  const [root = '', ...others] = chains
  const at = '2026-11-20 02:14:07.123456'
  const spans = chains.map((chain) => ({
    ...{
      span: `of ${chain}`,
      session: 'joined',
      chain,
      at,
      kind: 'tool',
      name: 'files/read',
      server: 'files',
    },
    ...{ outcome: 'ok', identity: '{}', attributes: {}, input: '', output: '' },
  }))
  await joined.append({
    spans,
    chain_index: spans.map(({ chain, session, span }) => ({ chain, session, at, span, trace: '' })),
    chain_aliases: others.map((chain, seq) => ({ chain, root, at, seq, link: chain })),
  })
  await joined.refresh('chain_summaries', { chains: [root], roots: [root] })
  const range = { from: '2026-11-20 02:00:00', to: '2026-11-20 03:00:00' }
  await joined.refresh('tool_rollups', { ...range, hours: [hour] })
  const tally = new ProjectionTally(new Map())
  await verifyRollups({
    ...{ home, store: joined, tally, positions: new Map(), logs: new Set(), isRetired: false },
    ...{ unsettledChains: new Set(), unsettledHours: new Set(), unsettle() {} },
  })
  expect(tally.isBad('chain_summaries')).toBe(false)
  expect(tally.rows.get('chain_summaries')).toBe(chains.length)
  await joined.close()
})

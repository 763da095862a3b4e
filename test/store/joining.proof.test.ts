import { expect, test } from 'vitest'
import { join } from '../../src/chain/join.ts'
import { joinSpan } from '../../src/chain/join-span.ts'
import { newLink } from '../../src/chain/new-link.ts'
import type { AliasRow, ChainRow, JoinRow, LinkRow } from '../../src/store/queries.ts'
import { clients, trafficOf } from '../chain/client-traffic.ts'
import { recordSpan } from '../chain/live-traffic.ts'
import { observedSession } from '../chain/observed-session.ts'
import { ask, home, ingestAll, journal, store, useHome } from './open-home.ts'
import { ingestHome, openLog } from './recorded-home.ts'
import { argumentsHash, callId, recordCall, recordTurn } from './recorded-turn.ts'

useHome()

const chains = () => ask<ChainRow>('chains')

test('a call that was approved days after its decision is joined by its id', async () => {
  recordTurn(home, [{ span: 'd', callId }])
  await ingestAll()
  recordCall(home, { callId })
  await ingestAll()
  expect(await chains()).toMatchObject([{ spans: 3, tool_calls: 1, tier: 1 }])
})

test('a conversation that is taken up days later is one chain with its beginning', async () => {
  recordTurn(home, [{ span: 'd', callId }])
  await ingestAll()
  const log = openLog(home)
  const later = observedSession(log, { type: 'model' })
  later.modelRequest('n', { evidence: { results: [{ callId, hashes: [] }] } })
  later.modelResponse('n')
  later.close()
  log.close()
  await ingestAll()
  const [chain] = await chains()
  expect(chain).toMatchObject({ spans: 3 })
  const links = await ask<LinkRow>('chain_links', { chain: chain?.chain ?? '' })
  expect(links).toMatchObject([{ type: 'continues', from_span: 'm', to_span: 'n', tier: 1 }])
})

test('an agent that another one has instructed is of its chain, though no tool was called', async () => {
  const log = openLog(home)
  const lead = observedSession(log, { type: 'model' })
  lead.modelRequest('m')
  lead.decision('d', 'm', { callId: '', evidence: { textHashes: ['words'] } })
  lead.modelResponse('m')
  const agent = observedSession(log, { type: 'model' })
  agent.modelRequest('n', { evidence: { promptHashes: ['words'] } })
  agent.modelResponse('n')
  log.close()
  await ingestAll()
  expect(await chains()).toMatchObject([{ spans: 3, tool_calls: 0, tier: 4 }])
})

test('the tier of a chain is that of a turn whose call is ambiguous', async () => {
  recordTurn(home, [
    { span: 'd1', callId: 'call_1' },
    { span: 'd2', callId: 'call_2' },
  ])
  recordCall(home, { argumentsHash }, { isOld: true })
  await ingestAll()
  expect(await chains()).toMatchObject([{ spans: 4, tool_calls: 1, tier: 4 }])
})

test('a chain is found where the last merge has put it, whatever the clock said', async () => {
  await store.append({
    chain_aliases: [
      { chain: 'a', root: 'second', at: '2026-11-20 12:00:00.000000', seq: 2, link: 'l2' },
      { chain: 'a', root: 'first', at: '2026-11-21 12:00:00.000000', seq: 1, link: 'l1' },
    ],
  })
  expect(await ask<AliasRow>('aliases', { values: ['a'] })).toEqual([{ chain: 'a', root: 'second' }])
})

test('spans that are read in slices are joined as they are at once, and what was joined is not joined again', async () => {
  const [client] = clients
  const { spans } = trafficOf(client ?? expect.fail(), 1)
  const sessions = new Map<string, ReturnType<typeof observedSession>>()
  for (const span of [...spans].sort((a, b) => a.atMs - b.atMs)) {
    const type = span.kind === 'tool' ? 'stdio' : 'model'
    const session = sessions.get(span.session) ?? observedSession(journal, { type })
    sessions.set(span.session, session)
    recordSpan(session, span, undefined)
  }
  const { links } = await ingestHome(home.path, store, 10_000, 50)
  const rows = await ask<JoinRow>('join_spans', { since: '2020-01-01', until: '2200-01-01' })
  const found = join(rows.map(joinSpan), { known: [], nowMs: Date.now() })
  const told = await ask<{ id: string }>('join_links', { since: '2020-01-01', until: '2200-01-01' })
  expect(told.map(({ id }) => id).sort()).toEqual(found.map(({ link }) => newLink(link).id).sort())
  expect(links).toBe(found.length)
  sessions.values().next().value?.modelRequest('another')
  expect(await ingestHome(home.path, store, 10_000, 50)).toMatchObject({ links: 0 })
})

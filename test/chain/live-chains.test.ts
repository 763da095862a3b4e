import { describe, expect, test } from 'vitest'
import type { JoinSpan } from '../../src/chain/join-span.ts'
import { LiveChains } from '../../src/chain/live-chains.ts'
import { longestWaitMs } from '../../src/chain/match.ts'
import { clients, trafficOf } from './client-traffic.ts'
import { call, decision, model } from './join-spans.ts'
import { entriesOf, liveCauses } from './live-traffic.ts'

const callId = 'toolu_01ABCDEFGHIJKLMN'
const turn = [model('m', 1000), decision('d', 'm', 1100, { callId })]
const toldResult = [{ callId, hashes: ['the result'] }]

function live(...spans: readonly JoinSpan[]) {
  const chains = new LiveChains()
  for (const entry of entriesOf(spans)) chains.add(entry)
  return chains
}

describe('the traffic of each client is joined while it passes, and never wrongly', () => {
  test.for(clients.map((client) => [client.name, client] as const))('%s', ([, client]) => {
    const { spans, truth } = trafficOf(client, 7, 8)
    const causes = liveCauses(spans)
    for (const [to, from] of causes) expect([to, from]).toEqual([to, truth.get(to)])
    expect(causes.size / truth.size).toBeGreaterThan(client.sends === 'call id' ? 0.99 : 0.7)
  })
})

test('a call is in the chain of its decision at once, where it brings its id', () => {
  const chains = live(...turn, call('c', 1200, { callId }))
  const asked = chains.contextOf('m', 1200)
  expect(chains.contextOf('c', 1200)).toEqual({
    chain: asked?.chain,
    cause: { type: 'caused', from: 'd', tier: 1 },
    isOpen: false,
  })
  expect(chains.spansOf('c', 1500).toSorted()).toEqual(['c', 'd', 'm'])
})

test('a call without an id waits for the request that carries its result', () => {
  const spans = [...turn, call('c', 1200, { resultHashes: ['the result'] })]
  expect(live(...spans).contextOf('c', 1300)).toMatchObject({ cause: null, isOpen: true })
  const told = live(...spans, model('n', 1400, { carriedResults: toldResult }))
  expect(told.contextOf('c', 1500)).toMatchObject({ cause: { from: 'd', tier: 4 }, isOpen: false })
  expect(told.contextOf('n', 1500)).toMatchObject({ cause: { type: 'continues', from: 'm' } })
  expect(told.spansOf('n', 1500).toSorted()).toEqual(['c', 'd', 'm', 'n'])
})

test('a call that was asked for again and again while it waited is told its cause as soon as its turn goes on', () => {
  const chains = live(...turn, call('c', 1200, { resultHashes: ['the result'] }))
  for (const nowMs of [1300, 1310, 1320])
    expect(chains.contextOf('c', nowMs)).toMatchObject({ cause: null, isOpen: true })
  for (const entry of entriesOf([model('n', 1400, { carriedResults: toldResult })])) chains.add(entry)
  expect(chains.contextOf('c', 1500)).toMatchObject({ cause: { from: 'd', tier: 4 }, isOpen: false })
})

test('a call waits no longer than its turn may go on', () => {
  const chains = live(...turn, call('c', 1200))
  expect(chains.contextOf('c', 1300)?.isOpen).toBe(true)
  expect(chains.contextOf('c', 1300 + longestWaitMs)?.isOpen).toBe(false)
})

test('nothing that another principal claims joins it to a chain, and its session is its own', () => {
  const eve = { principal: 'user:eve', session: 'files' }
  const chains = live(...turn, call('c', 1200, { callId }), call('forged', 1300, { ...eve, callId }))
  expect(chains.contextOf('forged', 1400)).toMatchObject({ cause: null, isOpen: false })
  expect(chains.spansOf('forged', 1500)).toEqual(['forged'])
  expect(chains.spansOf('c', 1500)).not.toContain('forged')
})

test('what a client sends widens the context of a call, and never narrows it to less than its session', () => {
  const chains = live(...turn, call('before', 500, { argumentsHash: 'b' }), call('c', 1200, { callId }))
  expect(chains.spansOf('c', 1500).toSorted()).toEqual(['before', 'c', 'd', 'm'])
})

test('what is old, or more than is remembered, is forgotten', () => {
  const late = call('late', 10_000_000, { callId })
  const chains = new LiveChains({ spans: 100, ageMs: 60_000 })
  for (const entry of entriesOf([...turn, late])) chains.add(entry)
  expect([chains.contextOf('m', 0), chains.contextOf('d', 0)]).toEqual([null, null])
  expect(chains.contextOf('late', 10_000_000)).toMatchObject({ cause: null })
  const few = new LiveChains({ spans: 2, ageMs: 60_000 })
  for (const entry of entriesOf([...turn, call('c', 1200, { callId })])) few.add(entry)
  expect(few.contextOf('m', 1200)).toBeNull()
})

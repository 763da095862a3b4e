import { describe, expect, test } from 'vitest'
import { link, type Place } from '../../src/chain/link.ts'
import { observations } from '../../src/chain/observations.ts'
import type { Entry } from '../../src/domain/entry.ts'
import {
  memoryLog,
  type ObservedSession,
  observedSession,
  traced,
  traceId,
  userOf,
} from './observed-session.ts'

/** Where the spans stand, by the names that the test gives them. */
function placesOf(
  act: (session: ObservedSession, journal: ReturnType<typeof memoryLog>) => void,
  opening?: Parameters<typeof observedSession>[1],
): (span: string) => Place {
  const entries: Entry[] = []
  const journal = memoryLog(entries)
  act(observedSession(journal, opening), journal)
  const places = link(observations(entries))
  return (span) => {
    const place = places.get(span)
    if (!place) throw new Error(`no such span: ${span}`)
    return place
  }
}

function turn(session: ObservedSession, name: string, ...callIds: string[]): void {
  session.modelRequest(`m${name}`)
  session.modelResponse(`m${name}`)
  for (const [index, callId] of callIds.entries())
    session.decision(`d${name}${index}`, `m${name}`, { callId })
}

describe('tier 1: the exact call id', () => {
  test('a call hangs below its decision, and that below its model request', () => {
    const at = placesOf((session) => {
      turn(session, '1', 'call_a', 'call_b')
      session.request('tb', { callId: 'call_b' })
      session.request('ta', { callId: 'call_a' })
    })
    expect(at('ta')).toMatchObject({
      parent: 'd10',
      tier: 1,
      link: { type: 'caused', from: 'd10', to: 'ta' },
    })
    expect(at('tb')).toMatchObject({ parent: 'd11', tier: 1 })
    expect(at('d10')).toMatchObject({ parent: 'm1', tier: 1, link: null })
    expect(new Set(['m1', 'd10', 'd11', 'ta', 'tb'].map((span) => at(span).chain)).size).toBe(1)
  })

  test('two decisions with one call id leave the call unlinked, with both as candidates', () => {
    const at = placesOf((session) => {
      turn(session, '1', 'call_1', 'call_1')
      session.request('t1', { callId: 'call_1' })
      session.request('t2', { callId: 'call_1' })
    })
    for (const span of ['t1', 't2']) {
      expect(at(span)).toMatchObject({ parent: null, tier: null, link: { candidates: ['d10', 'd11'] } })
      expect(at(span).chain).not.toBe(at('m1').chain)
    }
  })

  test('a provider that counts its calls anew in each turn is no ambiguity', () => {
    const at = placesOf((session) => {
      turn(session, '1', 'call_1')
      session.request('t1', { callId: 'call_1' })
      turn(session, '2', 'call_1')
      session.request('t2', { callId: 'call_1' })
    })
    expect([at('t1').parent, at('t2').parent]).toEqual(['d10', 'd20'])
  })

  test('a retry of a call has the same decision as its cause', () => {
    const at = placesOf((session) => {
      turn(session, '1', 'call_a')
      session.request('t1', { callId: 'call_a' })
      session.request('t2', { callId: 'call_a' })
    })
    expect([at('t1').parent, at('t2').parent]).toEqual(['d10', 'd10'])
    expect(at('t1').link?.id).not.toBe(at('t2').link?.id)
  })

  test('a malformed decision is never sent, so it causes nothing', () => {
    const at = placesOf((session) => {
      session.modelRequest('m1')
      session.decision('d0', 'm1', { callId: 'call_1', malformed: true })
      session.decision('d1', 'm1', { callId: 'call_1' })
      session.request('t1', { callId: 'call_1' })
    })
    expect(at('t1').parent).toBe('d1')
  })

  test('a decision that comes after the call is not its cause', () => {
    const at = placesOf((session) => {
      session.modelRequest('m1')
      session.request('t1', { callId: 'call_a' })
      session.decision('d1', 'm1', { callId: 'call_a' })
    })
    expect(at('t1')).toMatchObject({ parent: null, link: null })
  })

  test('the same call id in another session joins nothing: baselines count from 1', () => {
    const at = placesOf((session, journal) => {
      turn(session, '1', 'call_1')
      observedSession(journal).request('t1', { callId: 'call_1' })
    })
    expect(at('t1')).toMatchObject({ parent: null, link: null })
  })

  test('the same call id of another principal joins nothing', () => {
    const at = placesOf(
      (session) => {
        turn(session, '1', 'call_a')
        session.request('forged', { callId: 'call_a', identity: userOf('mallory', 'verified') })
        session.request('own', { callId: 'call_a' })
      },
      { identity: userOf('alice', 'verified') },
    )
    expect(at('forged')).toMatchObject({ parent: null, link: null })
    expect(at('own').parent).toBe('d10')
  })
})

describe('tier 2: trace context', () => {
  test('the trace is the chain; its id is the id of the chain where it is our own', () => {
    const at = placesOf((session) => {
      session.request('t1', { evidence: traced('_meta') })
      session.request('t2', { evidence: traced('header') })
      session.request('t3', { evidence: traced('runner') })
    })
    const { chain } = at('t1')
    expect(at('t1')).toMatchObject({ tier: null, link: null })
    expect(at('t2')).toMatchObject({ chain, parent: null, tier: 2 })
    expect([chain === traceId, at('t3').chain]).toEqual([false, traceId])
    expect(at('t2').link).toMatchObject({ type: 'continues', from: 't1', to: 't2' })
  })

  test('the span that a trace context names is the cause, in another session too', () => {
    const caller = 'a1b2c3d4e5f60718'
    const at = placesOf((session, journal) => {
      session.request(caller, { evidence: traced('_meta') })
      observedSession(journal).request('inner', { evidence: traced('_meta', { parent: caller }) })
    })
    expect(at('inner')).toMatchObject({ parent: caller, tier: 2, link: { type: 'caused', from: caller } })
  })

  test('a forged traceparent gets into nobody else’s chain', () => {
    const victim = 'a1b2c3d4e5f60718'
    const at = placesOf((session) => {
      session.request(victim, { evidence: traced('header'), identity: userOf('alice', 'verified') })
      session.request('forged', {
        evidence: traced('header', { parent: victim }),
        identity: userOf('mallory', 'verified'),
      })
      session.request('unknown', { evidence: traced('header', { parent: victim }) })
    })
    const chains = [at(victim).chain, at('forged').chain, at('unknown').chain]
    expect(new Set(chains).size).toBe(3)
    expect([at('forged'), at('unknown')]).toMatchObject([
      { parent: null, link: null },
      { parent: null, link: null },
    ])
  })

  test('who only claims to be somebody is not that somebody', () => {
    const at = placesOf((session) => {
      session.request('t1', { evidence: traced('header'), identity: userOf('alice', 'verified') })
      session.request('t2', { evidence: traced('header'), identity: userOf('alice', 'self-reported') })
    })
    expect(at('t2').chain).not.toBe(at('t1').chain)
  })

  test.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
  ])('an invalid traceparent is none: %s', (value) => {
    const at = placesOf((session) =>
      session.request('t1', { evidence: { traceparent: { value, from: '_meta' } } }),
    )
    expect(at('t1')).toMatchObject({ parent: null, tier: null, link: null })
    expect(at('t1').chain).toMatch(/^[0-9a-f]{32}$/)
    expect(at('t1').chain).not.toBe(traceId)
  })

  test('a trial is one chain, whatever its entries say themselves', () => {
    const at = placesOf(
      (session) => {
        turn(session, '1', 'call_a')
        session.request('outer', { callId: 'call_a', tool: 'call_tool', evidence: traced('runner') })
        session.request('inner', {
          parentSpan: 'outer',
          evidence: traced('runner', { parent: '00000000000000aa' }),
        })
        session.policy('p1', 'inner')
        session.policy('p2', null)
        turn(session, '2')
      },
      { type: 'trial', evidence: traced('runner'), identity: userOf('alice', 'verified') },
    )
    for (const span of ['m1', 'd10', 'outer', 'inner', 'p1', 'p2', 'm2']) expect(at(span).chain).toBe(traceId)
    expect(at('inner')).toMatchObject({ parent: 'outer', link: null })
    expect(at('p1')).toMatchObject({ parent: 'inner', link: null })
    expect(at('m2')).toMatchObject({ parent: null, tier: 2, link: { type: 'continues', from: 'm1' } })
  })

  test('the trace of the request that opened a connection is not that of its calls', () => {
    const at = placesOf((session) => session.request('t1'), { type: 'http', evidence: traced('header') })
    expect(at('t1').chain).not.toBe(traceId)
  })
})

test('a call without evidence is its own chain', () => {
  const at = placesOf((session) => {
    session.request('t1')
    session.request('t2')
  })
  expect(at('t1')).toMatchObject({ parent: null, tier: null, link: null })
  expect(at('t1').chain).not.toBe(at('t2').chain)
})

test('a link’s id depends on what was found, and on nothing else', () => {
  const find = () =>
    placesOf((session) => {
      turn(session, '1', 'call_a')
      session.request('t1', { callId: 'call_a' })
    })('t1').link
  expect(find()).toEqual(find())
  expect(find()?.id).toMatch(/^[0-9a-f]{64}$/)
})

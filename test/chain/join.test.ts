import { describe, expect, test } from 'vitest'
import { type Join, join } from '../../src/chain/join.ts'
import { type Client, clients, trafficOf } from './client-traffic.ts'
import { call, decision, links, model, nowMs } from './join-spans.ts'

/** Links to decisions that are sure. */
function caused(joins: readonly Join[]) {
  return joins.flatMap(({ link }) => (link.type === 'caused' && link.candidates.length === 1 ? [link] : []))
}

function measure(client: Client) {
  const total = { right: 0, wrong: 0, calls: 0 }
  for (let seed = 1; seed <= 10; seed++) {
    const { spans, truth } = trafficOf(client, seed)
    const found = caused(join(spans, { known: [], nowMs }))
    total.calls += truth.size
    for (const { from, to } of found) total[truth.get(to) === from ? 'right' : 'wrong'] += 1
  }
  return { precision: total.right / (total.right + total.wrong), recall: total.right / total.calls, ...total }
}

describe('the traffic of each client is joined, and never wrongly', () => {
  const least = { 'call id': 1, conversation: 0.9, nothing: 0.7 }
  test.for(clients.map((client) => [client.name, client] as const))('%s', ([, client]) => {
    const { precision, recall, calls } = measure(client)
    expect(calls).toBeGreaterThan(500)
    expect(precision).toBe(1)
    expect(recall).toBeGreaterThanOrEqual(least[client.sends])
  })
})

describe('a call and a decision', () => {
  const turn = [model('m', 1000), decision('d', 'm', 1100)]

  test.for([
    ['the same call id', { callId: 'd' }, {}, 1],
    ['the same trace and arguments', { traceId: 't' }, { traceId: 't' }, 2],
    ['the same conversation', { conversation: { a: 'c' } }, { conversation: { b: 'c' } }, 3],
    ['arguments and time', {}, {}, 4],
    ['arguments as the schema wants them', { argumentsHash: 'coerced' }, {}, 4],
  ] as const)('are joined by %s', ([, ofCall, ofModel, tier]) => {
    const spans = [model('m', 1000, ofModel), decision('d', 'm', 1100, { coercedArgumentsHash: 'coerced' })]
    expect(links(...spans, call('c', 1200, ofCall))).toMatchObject([
      { type: 'caused', from: 'd', to: 'c', tier, candidates: ['d'] },
    ])
  })

  test('are joined by the result that the model is told', () => {
    const next = model('n', 2000, { carriedResults: [{ callId: 'd', hashes: ['r'] }] })
    const found = links(...turn, call('c', 1200, { argumentsHash: 'rewritten', resultHashes: ['r'] }), next)
    expect(found).toMatchObject([
      { type: 'caused', from: 'd', to: 'c', tier: 5 },
      { type: 'continues', from: 'm', to: 'n', tier: 1 },
    ])
  })

  test.for([
    ['another call id', { callId: 'other' }],
    ['another tool', { name: 'files/write' }],
    ['another server of that tool', { server: 'mail', name: 'mail/read' }],
    ['another principal, whatever it claims', { principal: 'user:eve', callId: 'd', traceId: 't' }],
    ['an earlier time', { atMs: 900 }],
    ['a much later time', { atMs: 1000 + 16 * 60_000 }],
    ['other arguments', { argumentsHash: 'b' }],
  ] as const)('are not joined over %s', ([, more]) => {
    const other = call('other', 500, { span: 'x', session: 'files' })
    expect(links(...turn, other, call('c', 1200, more))).toEqual([])
  })

  test.for(['call_tool', 'mcp__calltrail__call_tool'])(
    'of a tool that an exposure adds are joined: %s',
    (name) => {
      const own = { server: null, name: 'call_tool' }
      expect(links(model('m', 1000), decision('d', 'm', 1100, { name }), call('c', 1200, own))).toMatchObject(
        [{ type: 'caused', from: 'd', to: 'c', tier: 4 }],
      )
    },
  )

  test('are joined by an id that is one of its own, whatever the arguments and however late; of a small number they must agree', () => {
    const callId = 'toolu_01ABCDEFGHIJKLMN'
    const asked = [model('m', 1000), decision('d', 'm', 1100, { callId })]
    const late = call('c', 1100 + 60 * 60_000, { callId, argumentsHash: 'other' })
    expect(links(...asked, late)).toMatchObject([{ from: 'd', to: 'c', tier: 1 }])
    const small = [model('m', 1000), decision('d', 'm', 1100, { callId: 'call_1' })]
    expect(links(...small, call('c', 1200, { callId: 'call_1', argumentsHash: 'other' }))).toEqual([])
    expect(links(...small, call('c', 1100 + 60 * 60_000, { callId: 'call_1' }))).toEqual([])
  })

  test('of an id that is one of its own are all joined: a call sent again, or seen by two recorders', () => {
    const callId = 'toolu_01ABCDEFGHIJKLMN'
    const calls = [call('c1', 1200, { callId }), call('c2', 1300, { callId, session: 'behind' })]
    const found = links(model('m', 1000), decision('d', 'm', 1100, { callId }), ...calls)
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      ['d', 'c1'],
      ['d', 'c2'],
    ])
  })

  test('are not joined before the decision was made, though clocks differ by some milliseconds', () => {
    const polling = Array.from({ length: 5 }, (_, turn) => [
      model(
        `m${turn}`,
        2000 * turn,
        turn > 0 ? { carriedResults: [{ callId: `d${turn - 1}`, hashes: [] }] } : {},
      ),
      decision(`d${turn}`, `m${turn}`, 2000 * turn + 1000),
    ]).flat()
    for (const skewMs of [-40, 0, 40]) {
      const calls = Array.from({ length: 5 }, (_, turn) => call(`c${turn}`, 2000 * turn + 1990 + skewMs))
      const found = caused(join([...polling, ...calls], { known: [], nowMs }))
      expect(found.map(({ from, to }) => [from, to])).toEqual(
        calls.map(({ span }) => [`d${span.slice(1)}`, span]),
      )
    }
  })

  test('of a plain match wait until the turn is over: what tells more may still come', () => {
    const spans = [model('m', 1000), decision('d', 'm', 1100), call('c', 1200)]
    expect(join(spans, { known: [], nowMs: 2000 })).toEqual([])
    expect(join(spans, { known: [], nowMs: 902_000 })).toHaveLength(1)
  })

  // What compared each with each would take longer than a test may.
  test('are found, however many are alike', () => {
    const alike = Array.from({ length: 10_000 }, (_, nth) => [
      model(`m${nth}`, 100 * nth),
      decision(`d${nth}`, `m${nth}`, 100 * nth + 10, { callId: 'call_1' }),
      call(`c${nth}`, 100 * nth + 20),
    ]).flat()
    expect(join(alike, { known: [], nowMs }).length).toBeGreaterThan(100)
  })

  test('of a tool that calls another one are joined by the inner call', () => {
    const inner = {
      name: 'tool_call',
      argumentsHash: 'w',
      innerTool: 'mcp__files__read',
      innerArgumentsHash: 'a',
    }
    expect(links(model('m', 1000), decision('d', 'm', 1100, inner), call('c', 1200))).toMatchObject([
      { type: 'caused', from: 'd', to: 'c', tier: 4 },
    ])
    const other = { ...inner, innerTool: 'mcp__files__write' }
    expect(links(model('m', 1000), decision('d', 'm', 1100, other), call('c', 1200))).toEqual([])
  })

  test('of another conversation of the same client are not joined', () => {
    const here = model('m', 1000, { conversation: { 'x-claude-code-session-id': 'one' } })
    const there = { conversation: { CLAUDE_CODE_SESSION_ID: 'two' } }
    expect(links(here, decision('d', 'm', 1100), call('c', 1200, there))).toEqual([])
  })

  test('that was malformed are not joined', () => {
    expect(
      links(model('m', 1000), decision('d', 'm', 1100, { outcome: 'malformed' }), call('c', 1200)),
    ).toEqual([])
  })

  test('are joined once: a second equal call has no decision', () => {
    const found = links(...turn, call('c', 1200, { callId: 'd' }), call('later', 1300))
    expect(found.map(({ to }) => to)).toEqual(['c'])
  })
})

test('a result that many calls give does not join a connection to a conversation of others', () => {
  const turns = Array.from({ length: 3 }, (_, nth) => [
    model(`m${nth}`, 1000 * nth, {
      carriedResults: nth === 0 ? [] : [{ callId: `d${nth - 1}`, hashes: ['done'] }],
    }),
    decision(`d${nth}`, `m${nth}`, 1000 * nth + 100, { argumentsHash: `a${nth}` }),
  ]).flat()
  const own = (nth: number, argumentsHash: string) =>
    call(`c${nth}`, 1000 * nth + 200, { argumentsHash, resultHashes: ['done'] })
  const others = call('other', 1250, { session: 'elsewhere', argumentsHash: 'a1', resultHashes: ['done'] })
  const spans = [...turns, own(0, 'a0'), own(1, 'rewritten'), own(2, 'a2'), others]
  const found = caused(join(spans, { known: [], nowMs }))
  expect(found.map(({ to }) => to)).not.toContain('other')
})

test('a call is not joined to an earlier turn of its conversation while a later one, that it may be of, is not over', () => {
  const conversation = { id: 'one' }
  const spans = [
    model('m1', 1000, { conversation }),
    decision('d1', 'm1', 1100),
    model('m2', 2000, { conversation, carriedResults: [{ callId: 'd1', hashes: ['done'] }] }),
    decision('d2', 'm2', 2100),
    call('c', 2200, { conversation, resultHashes: ['done'] }),
  ]
  const next = model('m3', 3000, { carriedResults: [{ callId: 'd2', hashes: ['done'] }] })
  expect(caused(join(spans, { known: [], nowMs: 2300 }))).toEqual([])
  expect(caused(join([...spans, next], { known: [], nowMs: 3100 }))).toMatchObject([{ from: 'd2', to: 'c' }])
})

describe('two equal calls of one turn', () => {
  const turn = [model('m', 1000), decision('d1', 'm', 1100), decision('d2', 'm', 1100)]
  const calls = [call('c1', 1200, { resultHashes: ['r1'] }), call('c2', 1210, { resultHashes: ['r2'] })]

  test('are ambiguous, and their turn is not', () => {
    const found = links(...turn, ...calls)
    expect(found).toMatchObject([
      { type: 'caused', to: 'c1', candidates: ['d1', 'd2'] },
      { type: 'continues', from: 'm', to: 'c1' },
      { type: 'caused', to: 'c2', candidates: ['d1', 'd2'] },
      { type: 'continues', from: 'm', to: 'c2' },
    ])
  })

  test('wait until the turn is over', () => {
    expect(join([...turn, ...calls], { known: [], nowMs: 2000 })).toEqual([])
  })

  test('are told apart by their results, in whatever order they were sent', () => {
    const carriedResults = [
      { callId: 'd1', hashes: ['r2'] },
      { callId: 'd2', hashes: ['r1'] },
    ]
    const found = caused(
      join([...turn, ...calls, model('n', 3000, { carriedResults })], { known: [], nowMs }),
    )
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      ['d2', 'c1'],
      ['d1', 'c2'],
    ])
  })
})

test('what was found before is neither found again nor lost', () => {
  const spans = [model('m', 1000), decision('d', 'm', 1100), call('c', 1200)]
  const known = [{ type: 'caused', from: 'd', to: 'c', candidates: ['d'] }] as const
  expect(join(spans, { known, nowMs })).toEqual([])
  expect(join([...spans, call('again', 1300)], { known, nowMs })).toEqual([])
})

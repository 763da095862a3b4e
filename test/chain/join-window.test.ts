import { expect, test } from 'vitest'
import { join } from '../../src/chain/join.ts'
import { JoinWindow } from '../../src/chain/join-window.ts'
import { newLink } from '../../src/chain/new-link.ts'
import { clients, trafficOf } from './client-traffic.ts'
import { joinSlices } from './join-slices.ts'
import { call, decision, model, nowMs } from './join-spans.ts'

const size = 48
const ids = (joins: ReturnType<typeof join>) => joins.map(({ link }) => newLink(link).id).sort()

for (const client of clients)
  test(`in slices the calls of ${client.name} are joined as they are at once, in the memory of some slices`, () => {
    for (const [seed, turns] of [30, 30, 120].entries()) {
      const { spans } = trafficOf(client, seed, turns)
      const { joins, mostSpans } = joinSlices(spans, { size, nowMs, slices: 3 })
      expect(ids(joins)).toEqual(ids(join(spans, { known: [], nowMs })))
      expect(mostSpans).toBeLessThan(5 * size)
    }
  })

const minuteMs = 60_000
const others = (atMs: number) =>
  Array.from({ length: 100 }, (_, nth) =>
    call(`other-${atMs}-${nth}`, atMs + nth, { argumentsHash: `other ${nth}` }),
  )

test('a decision that waits for its call stays, however much comes between', () => {
  const window = new JoinWindow(new Set(['files']), { spans: 20, ageMs: 6 * 60 * minuteMs })
  window.add([model('m', 0), decision('d', 'm', 1)])
  for (let minute = 1; minute < 10; minute++) window.add(others(minute * minuteMs))
  window.add([call('c', 10 * minuteMs)])
  const [joined] = window.join([], { nowMs, fromMs: 0 })
  expect(joined?.link).toMatchObject({ type: 'caused', from: 'd', to: 'c' })
  expect(window.spans.length).toBeLessThan(25)
})

test('a call stays while a turn is open that it may be of, so that another one is not taken for it', () => {
  const window = new JoinWindow(new Set(['files']), { spans: 20, ageMs: 6 * 60 * minuteMs })
  window.add([model('m', 0), decision('d', 'm', 1), call('c', 2)])
  for (let minute = 1; minute < 10; minute++) window.add(others(minute * minuteMs))
  window.add([call('again', 10 * minuteMs)])
  const sure = window.join([], { nowMs, fromMs: 0 }).filter(({ link }) => link.candidates.length === 1)
  expect(sure).toEqual([])
})

test('a decision is forgotten once its turn was continued long before, or nothing may come of it', () => {
  const window = new JoinWindow(new Set(['files']), { spans: 20, ageMs: 6 * 60 * minuteMs })
  const carriedResults = [{ callId: 'd', hashes: [] }]
  window.add([model('m', 0), decision('d', 'm', 1), model('n', 2, { carriedResults }), decision('e', 'n', 3)])
  window.join([], { nowMs: 3, fromMs: 0 })
  window.add(others(minuteMs))
  expect(window.spans.map(({ span }) => span)).toEqual(expect.arrayContaining(['n', 'e']))
  expect(window.spans.map(({ span }) => span)).not.toContain('m')
  window.add(others(20 * minuteMs))
  expect(window.spans.map(({ span }) => span)).not.toContain('e')
})

test('what was told is not told again, and nothing is told of spans before the beginning', () => {
  const window = new JoinWindow(new Set(['files']), { spans: 20, ageMs: 6 * 60 * minuteMs })
  window.add([model('m', 0), decision('d', 'm', 1), call('c', 2)])
  expect(window.join([], { nowMs, fromMs: 3 })).toEqual([])
  expect(window.join([], { nowMs, fromMs: 0 })).toHaveLength(1)
  expect(window.join([], { nowMs, fromMs: 0 })).toEqual([])
})

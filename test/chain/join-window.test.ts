import { expect, test } from 'vitest'
import { join } from '../../src/chain/join.ts'
import { newLink } from '../../src/chain/new-link.ts'
import { clients, trafficOf } from './client-traffic.ts'
import { joinSlices } from './join-slices.ts'
import { nowMs } from './join-spans.ts'

const size = 64
const ids = (joins: ReturnType<typeof join>) => joins.map(({ link }) => newLink(link).id).sort()

for (const client of clients)
  test(`in slices the calls of ${client.name} are joined as they are at once, in the memory of some slices`, () => {
    for (const [seed, turns] of [1, 2, 3, 4, 300].entries()) {
      const { spans } = trafficOf(client, seed, Math.max(turns, 30))
      const { joins, mostSpans } = joinSlices(spans, { size, nowMs })
      expect(ids(joins)).toEqual(ids(join(spans, { known: [], nowMs })))
      expect(mostSpans).toBeLessThan(4 * size)
    }
  })

import { expect, test } from 'vitest'
import { ingestUntil, restAfter } from '../../src/cli/ingest-until.ts'

test.each([
  ['nothing to speak of', 20, 1_000],
  ['a third of a second', 350, 3_150],
  ['a minute', 60_000, 10_000],
])('after an ingest that took %s the next one rests', (_, tookMs, restMs) => {
  expect(restAfter(tookMs)).toBe(restMs)
})

test('a journal that grows all the time is ingested a tenth of the time', async () => {
  const stop = new AbortController()
  const none = { entries: 0, spans: 0, links: 0, behind: 0, behindSince: null, heldBy: null }
  let bytes = 0
  const began: number[] = []
  await ingestUntil(stop.signal, {
    journalBytes: () => bytes++,
    state: { lastEnded: null, outage: null },
    async ingest() {
      began.push(performance.now())
      if (began.length === 2) stop.abort()
      await new Promise((resolve) => setTimeout(resolve, 150))
      return none
    },
  })
  const [first = 0, second = 0] = began
  expect(second - first).toBeGreaterThan(10 * 150 - 20)
})

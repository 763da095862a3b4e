import { expect, test } from 'vitest'
import type { SpanData } from '../../../src/record/otel/span-data.ts'
import { type Delivery, type DeliveryReport, spanExport } from '../../../src/record/otel/span-export.ts'
import { spanOf } from '../../../src/record/otel/span-of.ts'
import { answered, asked, opened } from './ended.ts'

const span = spanOf({
  ...{ type: 'tool', request: asked('aaaaaaaaaaaaaaaa'), closing: answered('aaaaaaaaaaaaaaaa') },
  ...{ session: opened('stdio'), transport: 'stdio', moments: [], endedAt: '', content: null },
}) as SpanData
const many = (count: number) => Array.from({ length: count }, () => span)

/** Delivers at the flush what `delivers` lets it, once it was allowed to load. */
function delivering(delivers: (waiting: number, report: DeliveryReport) => Promise<void> | void) {
  const told: string[] = []
  let load: () => void = () => {}
  const loaded = new Promise<void>((resolve) => {
    load = resolve
  })
  const added: SpanData[] = []
  const sink = spanExport({
    async open(report) {
      await loaded
      const delivery: Delivery = {
        add: (each) => added.push(each),
        flush: async () => delivers(added.length, report),
      }
      return delivery
    },
    onFailure: (reason) => told.push(reason),
  })
  return { sink, told, added, load }
}

test('what was delivered is no loss; without spans nothing is waited for, not even the library', async () => {
  const { sink, load } = delivering((waiting, { delivered }) => delivered(waiting))
  expect(await sink.close(60_000)).toBeNull()
  sink.add(many(3))
  load()
  expect(await sink.close(60_000)).toBeNull()
})

test('before the library is there spans wait in order, a bounded number of them', async () => {
  const { sink, added, load } = delivering((waiting, { delivered }) => delivered(waiting))
  sink.add([{ ...span, name: 'first' }])
  sink.add(many(5_000))
  load()
  expect(await sink.close(60_000)).toMatchObject({ spans: 5_001, lost: 5_001 - 2_048 })
  expect([added.length, added[0]?.name]).toEqual([2_048, 'first'])
})

test('the close waits for no delivery that does not come', async () => {
  const { sink, load } = delivering(() => new Promise(() => {}))
  sink.add(many(2))
  load()
  const begun = performance.now()
  expect(await sink.close(50)).toEqual({ lost: 2, spans: 2, reason: 'no answer within 0.05 s' })
  expect(performance.now() - begun).toBeLessThan(1_000)
})

test('the first failure is told when it comes, those at the close with their count', async () => {
  let report: DeliveryReport | undefined
  const told: string[] = []
  const sink = spanExport({
    async open(given) {
      report = given
      return { add: () => {}, flush: async () => given.failed(new Error('refused again')) }
    },
    onFailure: (reason) => told.push(reason),
  })
  sink.add(many(4))
  report?.failed(new Error('refused'))
  report?.failed(new Error('refused'))
  report?.delivered(1)
  expect(told).toEqual(['refused'])
  expect(await sink.close(1_000)).toEqual({ lost: 3, spans: 4, reason: 'refused again' })
  expect(told).toEqual(['refused'])
})

test('a library that cannot be loaded is a reason like any other', async () => {
  const sink = spanExport({
    open: async () => {
      throw new Error('no such package')
    },
    onFailure: () => {},
  })
  sink.add(many(1))
  expect(await sink.close(1_000)).toEqual({ lost: 1, spans: 1, reason: 'no such package' })
})

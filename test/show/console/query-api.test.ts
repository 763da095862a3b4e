import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { InfrastructureError } from '../../../src/errors.ts'
import { answerApi, type QueryApi } from '../../../src/show/console/query-api.ts'
import type { IngestReport } from '../../../src/store/ingest.ts'
import { servedStore } from '../../../src/store/served-store.ts'

const report: IngestReport = {
  ...{ entries: 20, spans: 5, links: 1 },
  ...{ behind: 0, behindSince: null, heldBy: null },
}
const database: QueryApi['database'] = { query: async function* () {}, async close() {} }

/** Another process's view of a database that is ingested so. */
async function served(ingest: QueryApi['ingest']) {
  const server = createServer(
    (incoming, outgoing) => void answerApi({ database, ingest }, incoming, outgoing),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return servedStore({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 't',
    pid: 7,
  })
}

test('who has a database ingested by the process that serves it is told how far it is, while it is under way', async () => {
  const seen: number[] = []
  let told = () => {}
  const isSeen = new Promise<void>((resolve) => {
    told = resolve
  })
  const store = await served(async (onProgress) => {
    onProgress(10)
    await isSeen
    onProgress(20)
    return report
  })
  const step = (entries: number) => {
    seen.push(entries)
    told()
  }
  expect(await store.ingest(step)).toEqual(report)
  expect(seen).toEqual([10, 20])
  expect(await store.ingest()).toEqual(report)
})

test('what goes wrong is told in the same words, before and after it was told how far it is', async () => {
  const failing = (steps: readonly number[]) =>
    served(async (onProgress) => {
      for (const step of steps) onProgress(step)
      throw new InfrastructureError('store_full', 'the disk is full')
    })
  for (const steps of [[], [10]])
    await expect((await failing(steps)).ingest()).rejects.toMatchObject({
      ...{ code: 'store_full', message: 'the disk is full' },
    })
})

test('of a process that hangs it is said that it does not answer', async () => {
  const server = createServer(() => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = servedStore({ url, token: 't', pid: 7, aliveMs: 20 })
  const message = `process 7, which serves this home at ${url}, does not answer`
  await expect(store.ingest()).rejects.toMatchObject({ code: 'store_served', message })
})

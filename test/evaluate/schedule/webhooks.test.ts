import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Webhook } from '../../../src/domain/schedule.ts'
import { isOccasion, notificationOf } from '../../../src/evaluate/schedule/notification.ts'
import type { EndedRun } from '../../../src/evaluate/schedule/schedule-record.ts'
import { sendWebhook } from '../../../src/evaluate/schedule/send-webhook.ts'
import { schedule } from './schedules.ts'

const secret = 'T0SECRET'

const run: EndedRun = {
  ...{ cause: 'time', slot: '2026-11-21T01:30:00.000Z', began: '2026-11-21T01:30:01.000Z' },
  ...{ ended: '2026-11-21T01:40:00.000Z', exitCode: 1, run: 'run-1', verdict: 'regressed', webhooks: [] },
  regressed: [{ model: 'openai:gpt-x', exposure: 'full', cases: ['files/<!channel>'], asAWhole: true }],
}

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void

/** A listener on loopback, with what it was told. */
async function listener(answer: Answer) {
  const told: { readonly body: unknown; readonly headers: IncomingMessage['headers'] }[] = []
  const server = createServer(async (request, response) => {
    told.push({ body: await json(request), headers: request.headers })
    answer(request, response, told.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { told, url: `http://127.0.0.1:${port}/services/${secret}` }
}

const webhook = (url: string): Webhook => ({
  ...{ label: 'schedules.nightly.webhooks[0]', url, format: 'json', when: 'regressed' },
})

const rests: number[] = []
const clock = { sleep: async (ms: number) => void rests.push(ms) }

async function send(url: string, timeoutMs = 5_000) {
  rests.length = 0
  const options = { clock, signal: new AbortController().signal, id: 'run-1', timeoutMs }
  const delivery = await sendWebhook(webhook(url), notificationOf(webhook(url), schedule(), run), options)
  expect(JSON.stringify(delivery)).not.toMatch(/T0SECRET|127\.0\.0\.1/)
  return delivery
}

const status =
  (...codes: readonly number[]): Answer =>
  (_, response, nth) =>
    void response.writeHead(codes[nth - 1] ?? codes.at(-1) ?? 200).end('thanks')

describe('a webhook', () => {
  test('is told which run regressed, where, and by which cases', async () => {
    const { told, url } = await listener(status(200))
    expect(await send(url)).toEqual({
      ...{ webhook: 'schedules.nightly.webhooks[0]', delivered: true, attempts: 1, problem: null },
    })
    expect(told).toMatchObject([
      {
        headers: { 'content-type': 'application/json', 'idempotency-key': 'run-1' },
        body: {
          ...{ type: 'calltrail.run', schedule: 'nightly', run: 'run-1', verdict: 'regressed', exit_code: 1 },
          regressed: [{ model: 'openai:gpt-x', exposure: 'full', as_a_whole: true }],
        },
      },
    ])
  })

  test('is tried again where it may yet take it, and waited for as it asks', async () => {
    const { told, url } = await listener((_, response, nth) => {
      if (nth === 1) response.writeHead(429, { 'retry-after': '7' }).end()
      else if (nth === 2) response.destroy()
      else response.writeHead(204).end()
    })
    expect(await send(url)).toMatchObject({ delivered: true, attempts: 3 })
    expect([told.length, rests]).toEqual([3, [7_000, 4_000]])
  })

  test('is waited for no longer than a minute', async () => {
    const { url } = await listener((_, response, nth) => {
      response.writeHead(nth === 1 ? 429 : 204, nth === 1 ? { 'retry-after': '3600' } : {}).end()
    })
    expect(await send(url)).toMatchObject({ delivered: true, attempts: 2 })
    expect(rests).toEqual([60_000])
  })

  test('is given up after four attempts', async () => {
    const { told, url } = await listener(status(503))
    expect(await send(url)).toMatchObject({ delivered: false, attempts: 4, problem: 'it answered 503' })
    expect(told).toHaveLength(4)
  })

  test('is not asked twice where it refuses, and not followed where it leads elsewhere', async () => {
    const elsewhere = await listener(status(200))
    const { url, told } = await listener((_, response, nth) => {
      response.writeHead(nth === 1 ? 404 : 307, { location: elsewhere.url }).end()
    })
    expect(await send(url)).toMatchObject({ delivered: false, attempts: 1, problem: 'it answered 404' })
    expect(await send(url)).toMatchObject({ delivered: false, attempts: 1, problem: 'it answered 307' })
    expect([told.length, elsewhere.told.length]).toEqual([2, 0])
  })

  test('that does not answer, or is not there, is given up, and its address is not told', async () => {
    const { url } = await listener(() => {})
    expect(await send(url, 20)).toMatchObject({ attempts: 4, problem: 'no answer in 0.02 s' })
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    expect(await send(`http://127.0.0.1:${port}/${secret}`)).toMatchObject({
      ...{ delivered: false, attempts: 4, problem: 'no connection (ECONNREFUSED)' },
    })
  })
})

test('Slack is told in a text, in which nothing mentions anybody', () => {
  const body = notificationOf({ ...webhook('https://x.example'), format: 'slack' }, schedule(), run)
  expect(body).toEqual({
    text: [
      'calltrail: nightly regressed (exit code 1)',
      '• openai:gpt-x × full: the run as a whole, files/&lt;!channel&gt;',
      'calltrail runs run-1',
    ].join('\n'),
  })
})

test('it is told on regression; of all that did not pass where it asks for that', () => {
  const [pass, insufficient] = ['pass', 'insufficient data'] as const
  const broken = { ...run, exitCode: 3, run: null, verdict: null }
  const runs = [
    run,
    { ...run, exitCode: 0, verdict: pass },
    { ...run, exitCode: 0, verdict: insufficient },
    broken,
    { ...broken, exitCode: 130 },
  ]
  expect(runs.map((each) => isOccasion('regressed', each))).toEqual([true, false, false, false, false])
  expect(runs.map((each) => isOccasion('not passed', each))).toEqual([true, false, true, true, false])
  expect(runs.map((each) => isOccasion('always', each))).toEqual([true, true, true, true, true])
})

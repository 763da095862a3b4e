import { expect, test } from 'vitest'
import { key, openGateway, post, question } from './open-gateway.ts'

const text = async (base: string) => (await fetch(`${base}/metrics`)).text()

test('requests are counted by family of addresses and status; what a client makes up is no label', async () => {
  const { base } = await openGateway(() => ({ text: 'Hello.' }))
  await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), key)
  await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), {
    authorization: 'Bearer AIzaSecret',
  })
  await fetch(`${base}/made/up/by/a/client`)
  await expect.poll(() => text(base)).toMatch(/duration_seconds_count\{route="other",status="404"\} 1/)
  const told = await text(base)
  expect(told).toMatch(/calltrail_request_duration_seconds_count\{route="\/openai",status="200"\} 1/)
  expect(told).toMatch(/calltrail_request_duration_seconds_count\{route="\/openai",status="401"\} 1/)
  expect(told).toMatch(/calltrail_journal_lost\{what="entries"\} 0/)
  expect(told).toMatch(/process_resident_memory_bytes \d+/)
  expect(told).not.toMatch(/made|AIza/)
})

test('a client that leaves is counted, and in flight no longer', async () => {
  const { base } = await openGateway(() => new Promise(() => {}))
  const leaving = new AbortController()
  const asked = fetch(`${base}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify(question),
    signal: leaving.signal,
  }).catch(() => null)
  await expect.poll(() => text(base)).toMatch(/in_flight\{route="\/openai"\} 1/)
  leaving.abort()
  await asked
  await expect.poll(() => text(base)).toMatch(/cancelled_total\{route="\/openai"\} 1/)
  expect(await text(base)).toMatch(/in_flight\{route="\/openai"\} 0/)
})

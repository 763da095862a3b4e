import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/models/baselines/seeded-random.ts'
import { clockOfSystem, createPace } from '../../src/models/pace.ts'
import { readRateLimit } from '../../src/models/rate-limit-headers.ts'
import { contractRequest } from '../contracts/model.ts'
import type { ProviderServer } from '../fixtures/providers/provider-server.ts'
import { anthropic, openai } from './providers.ts'

const never = new AbortController().signal
let server: ProviderServer | null = null
afterEach(() => server?.close())

const now = Date.parse('2026-11-21T12:00:00Z')
const limitOf = (headers: Record<string, string>) => readRateLimit(new Headers(headers), now)

describe('what a response says of its limits', () => {
  test.each([
    [{ 'retry-after': '7' }, { waitMs: 7000, remaining: null }],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, { waitMs: 30_000 }],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, { waitMs: 0 }],
    [{ 'retry-after': 'soon' }, { waitMs: 0 }],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, { waitMs: 250 }],
    [
      { 'x-ratelimit-remaining-requests': '2', 'x-ratelimit-reset-requests': '6m0.5s' },
      { remaining: 2, resetMs: 360_500 },
    ],
    [
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' },
      { remaining: 0, resetMs: 20 },
    ],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '3s' }, { waitMs: 3000 }],
    [{ 'x-ratelimit-remaining-tokens': '9', 'x-ratelimit-reset-tokens': '3s' }, { waitMs: 0 }],
    [
      {
        'anthropic-ratelimit-requests-remaining': '4',
        'anthropic-ratelimit-requests-reset': '2026-11-21T12:01:00Z',
      },
      { remaining: 4, resetMs: 60_000 },
    ],
    [
      {
        'anthropic-ratelimit-output-tokens-remaining': '0',
        'anthropic-ratelimit-output-tokens-reset': '2026-11-21T12:00:05Z',
      },
      { waitMs: 5000 },
    ],
    [
      { date: 'Sat, 21 Nov 2026 13:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 13:00:30 GMT' },
      { waitMs: 30_000 },
    ],
    [
      { date: 'Sat, 21 Nov 2026 12:00:01 GMT', 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' },
      { waitMs: 30_000 },
    ],
    [
      {
        date: 'Sat, 21 Nov 2026 11:00:00 GMT',
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-tokens-reset': '2026-11-21T11:00:05Z',
      },
      { waitMs: 5000 },
    ],
    [{ 'x-ratelimit-remaining-requests': 'many' }, { remaining: null, waitMs: 0 }],
  ])('%j', (headers, expected) => expect(limitOf(headers as Record<string, string>)).toMatchObject(expected))
})

describe.each([openai, anthropic])('$name', (provider) => {
  test('a refusal with Retry-After holds back every request, also those that were not refused', async () => {
    const at: number[] = []
    server = await provider.start((_, nth) => {
      at.push(performance.now())
      return nth === 0
        ? { status: 429, message: 'slow down', headers: { 'retry-after-ms': '300' } }
        : { text: 'Hello.' }
    })
    const model = provider.model(server, { streaming: false })
    const first = model.generate(contractRequest, never)
    while (at.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 30))
    const second = model.generate(contractRequest, never)
    expect([(await first).text, (await second).text]).toEqual(['Hello.', 'Hello.'])
    expect(at).toHaveLength(3)
    for (const later of at.slice(1)) expect(later - (at[0] ?? 0)).toBeGreaterThanOrEqual(290)
  })

  test('many at once get through a provider that takes one at a time', async () => {
    let under = 0
    let refused = 0
    server = await provider.start(async () => {
      if (under > 0) {
        refused += 1
        return { status: 429, message: 'one at a time', headers: { 'retry-after-ms': '10' } }
      }
      under += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      under -= 1
      return { text: 'Hello.' }
    })
    const model = provider.model(server, { streaming: false, maxRetries: 40 })
    const asked = Array.from({ length: 12 }, () =>
      model.generate(contractRequest, new AbortController().signal),
    )
    const outputs = await Promise.all(asked)
    expect(outputs.map(({ text }) => text)).toEqual(Array(12).fill('Hello.'))
    expect(refused).toBeGreaterThan(0)
  })
})

test('no request is sent beyond what the provider said it would still take, until it takes more', async () => {
  const at: number[] = []
  server = await openai.start(() => {
    at.push(performance.now())
    return {
      text: 'Hello.',
      headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '200ms' },
    }
  })
  const model = openai.model(server, { streaming: false })
  await model.generate(contractRequest, never)
  await Promise.all([model.generate(contractRequest, never), model.generate(contractRequest, never)])
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(190)
})

test('who waits for a provider stops when told to', async () => {
  server = await openai.start(() => ({ status: 429, message: 'no', headers: { 'retry-after': '60' } }))
  const model = openai.model(server, { streaming: false })
  const stop = new AbortController()
  const asked = model.generate(contractRequest, stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await expect(asked).rejects.toThrow('enough')
})

test('after Retry-After nothing is sent before its time, whoever asks', async () => {
  const at: number[] = []
  const fetch = createPace(async () => {
    at.push(performance.now())
    return new Response('', { status: 429, headers: { 'retry-after-ms': '150' } })
  }).fetch()
  await fetch('http://localhost')
  await fetch('http://localhost')
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(140)
})

/** Time passes for all who sleep, in order; what was asked, and when. */
function sleepers() {
  let now = 0
  const asleep: { readonly until: number; readonly wake: () => void }[] = []
  const clock = {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        asleep.push({ until: now + ms, wake })
      }),
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const pass = async () => {
    for (await settle(); asleep.length > 0; await settle()) {
      asleep.sort((a, b) => b.until - a.until)
      const next = asleep.pop()
      now = Math.max(now, next?.until ?? 0)
      next?.wake()
    }
  }
  return { clock, pass }
}

const trials = 16

/** Repetitions of a trial that ask at once, and are refused once each; when each was asked again. */
async function stampede(headers: Record<string, string>, { shards = 1, draw = seededRandom(1).next } = {}) {
  const { clock, pass } = sleepers()
  const at: number[] = []
  const send = async () => {
    const isRefused = at.push(clock.now()) <= trials
    return isRefused ? new Response('', { status: 429, headers }) : new Response('')
  }
  const body = { method: 'POST', body: JSON.stringify({ messages: ['Which port?'] }) }
  const paces = Array.from({ length: shards }, () => createPace(send, { ...clock, draw }))
  const asked = Array.from({ length: trials / shards }, () =>
    paces.map((pace) => pace.slot(never, () => pace.fetch(9)('http://localhost', body))),
  )
  await pass()
  await Promise.all(asked.flat())
  return at.slice(trials)
}

describe('trials that were refused together', () => {
  test.for([
    ['nothing', {}, 0],
    ['Retry-After', { 'retry-after': '2' }, 2000],
    ['a window', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '3s' }, 3000],
  ] as const)(
    'do not come back together, and none before its time, when told %s',
    async ([, headers, least]) => {
      const back = await stampede(headers)
      const distinct = new Set(back.map((ms) => Math.round(ms / 10)))
      expect(distinct.size).toBeGreaterThan(12)
      expect(Math.min(...back)).toBeGreaterThanOrEqual(least)
      expect(Math.max(...back)).toBeLessThanOrEqual(2 * least + 600)
    },
  )

  test('do not come back together where the shards of a run play them, either', async () => {
    const back = await stampede({ 'retry-after': '2' }, { shards: trials, draw: clockOfSystem.draw })
    expect(new Set(back).size).toBe(trials)
  })
})

test('after a refusal half as many are under way at once, then one more for each round that goes well', async () => {
  let under = 0
  let status = 429
  const answers: (() => void)[] = []
  const pace = createPace(async () => {
    under += 1
    await new Promise<void>((resolve) => answers.push(resolve))
    under -= 1
    return new Response('', { status })
  })
  const ask = () => pace.slot(never, () => pace.fetch()('http://localhost'))
  const asked = Array.from({ length: 40 }, ask)
  /** So many are answered, and the next are sent. */
  const answer = async (count = answers.length) => {
    for (const each of answers.splice(0, count)) each()
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    return under
  }
  await answer(0)
  const refused = await answer(1)
  status = 200
  asked.push(...Array.from({ length: 80 }, ask))
  expect([refused, await answer(), await answer()]).toEqual([39, 22, 23])
  while (answers.length > 0) await answer()
  await Promise.all(asked)
})

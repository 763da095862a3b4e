import { describe, expect, test } from 'vitest'
import type { RecordedCall } from '../../src/domain/prices.ts'
import { loadCallPrices } from '../../src/models/call-prices.ts'

const million = 1_000_000
const call = (more: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ provider: 'openai', model: 'gpt-4o', upstream: 'https://api.openai.com', at: '2026-11-20T02:14:07Z' },
  ...{ isCached: false, usage: usage(million, million) },
  ...more,
})
const usage = (
  inputTokens: number | null,
  outputTokens: number | null,
  cacheReadTokens: number | null = null,
) => ({
  ...{ inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens: null },
})
const listed = await loadCallPrices()
const own = await loadCallPrices({
  'openai:gpt-4o': { input: 1, output: 2, cacheRead: 0.5 },
  'gemini:g': { input: 3, output: 4 },
})

describe('a recorded call costs', () => {
  test('what the list says for the server that was asked, however its model was named', () => {
    expect(listed.costOf(call())).toBe(12.5)
    expect(listed.costOf(call({ model: 'openai:gpt-4o' }))).toBe(12.5)
    expect(listed.costOf(call({ usage: usage(million, 0, million) }))).toBe(1.25)
    const gemini = { provider: 'gcp.gemini', upstream: 'https://generativelanguage.googleapis.com' }
    expect(listed.costOf(call({ ...gemini, model: 'gemini-2.5-pro', usage: usage(1000, 0) }))).toBe(0.00125)
    expect(listed.costOf(call({ ...gemini, model: 'gemini-2.5-pro', usage: usage(300_000, 0) }))).toBe(0.75)
  })

  test('what calltrail.yaml says, before any list, wherever it was asked', () => {
    expect(own.costOf(call({ upstream: null }))).toBe(3)
    expect(own.costOf(call({ usage: usage(million, million, million) }))).toBe(2.5)
    expect(own.costOf(call({ provider: 'gcp.gemini', model: 'g' }))).toBe(7)
  })

  test('nothing where nobody was paid', () => {
    expect(listed.costOf(call({ isCached: true }))).toBe(0)
    expect(listed.costOf(call({ provider: 'calltrail', model: 'baseline:lexical', upstream: null }))).toBe(0)
  })

  test('what it did at that time', async () => {
    const { waitForUpdate } = await import('@pydantic/genai-prices')
    const openai = (await waitForUpdate())?.find(({ id }) => id === 'openai')
    const changed = openai?.models.find(({ prices }) => Array.isArray(prices))
    const costs = ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'].map((at) =>
      listed.costOf(call({ model: changed?.id ?? '', at, usage: usage(1000, 1000) })),
    )
    expect(new Set(costs).size).toBe(2)
  })

  test.each([
    ['another server', { upstream: 'http://127.0.0.1:11434' }],
    ['a server that nobody wrote down', { upstream: null }],
    ['a model that no list has', { model: 'nobody-has-this' }],
    ['tokens that were not told', { usage: usage(million, null) }],
    ['tokens that cannot be', { usage: usage(1, 1, 5) }],
  ])('an unknown sum, and never 0, for %s', (_, more) => {
    expect(listed.costOf(call(more))).toBeNull()
  })
})

test('no call costs more than its tokens at the price of the dearest', () => {
  const models = [
    'gpt-4o',
    'openai:gpt-4.1',
    'o3',
    'claude-opus-4-6',
    'anthropic:claude-sonnet-4-6',
    'gemini-2.5-pro',
  ]
  const upstreams = [
    'api.openai.com',
    'api.anthropic.com',
    'generativelanguage.googleapis.com',
    'openrouter.ai',
  ]
  let priced = 0
  for (const model of models)
    for (const upstream of upstreams)
      for (const [input, output] of [
        [10, 1],
        [1, 10],
        [400_000, 5],
        [5, 400_000],
        [300_000, 3_000_000],
      ] as const) {
        const provider = model.split(':')[0] ?? ''
        const cost = listed.costOf(
          call({ provider, model, upstream: `https://${upstream}`, usage: usage(input, output) }),
        )
        if (cost !== null) priced += 1
        const dearest = listed.dearest(model) ?? { input: 0, output: 0 }
        expect(cost ?? 0).toBeLessThanOrEqual((input * dearest.input + output * dearest.output) * (1 + 1e-9))
      }
  expect(priced).toBeGreaterThan(20)
  expect(listed.dearest('nobody-has-this')).toBeNull()
  expect(own.dearest('gpt-4o')).toEqual(listed.dearest('gpt-4o'))
  const [input, output] = [3 / million, 4 / million]
  expect(own.dearest('g')).toEqual({ input, output, cacheRead: input, cacheWrite: input })
})

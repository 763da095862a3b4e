import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallPrices } from '../../src/domain/prices.ts'
import type { Store } from '../../src/domain/store.ts'
import { openHome } from '../../src/journal/home.ts'
import { newestFirst } from '../../src/store/find-chains.ts'
import { findPricedChains, spanCosts } from '../../src/store/priced-chains.ts'
import type { QueryName, SpanRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { all } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let store: Store<QueryName>

/** One dollar a token of input and two of output, of one model at one server; nothing else has a price. */
const prices: CallPrices = {
  costOf({ model, upstream, isCached, usage: { inputTokens, outputTokens, cacheReadTokens } }) {
    if (isCached) return 0
    if (model !== 'paid' || upstream !== 'https://paid' || inputTokens === null || outputTokens === null)
      return null
    return inputTokens - (cacheReadTokens ?? 0) + 2 * outputTokens
  },
  dearest: (model) => (model === 'paid' ? { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 1 } : null),
}
const load = async () => prices
const never = () => Promise.reject(new Error('prices are not needed'))

const minute = (minutes: number) => new Date(Date.UTC(2026, 10, 20) + minutes * 60_000).toISOString()
interface Call {
  readonly model?: string
  readonly read?: number | null
  readonly written?: number
  readonly attributes?: object
}
const calls = (chain: string, minutes: number, models: readonly Call[], words = 'weather') =>
  models.map(({ model = 'paid', read = 0, written = 0, attributes }, index) => ({
    ...{
      span: `${chain}-${index}`,
      session: chain,
      chain,
      kind: 'model',
      name: model,
      outcome: 'ok',
      identity: '{}',
    },
    ...{ at: minute(minutes + index), input: words, output: '', input_tokens: read, output_tokens: written },
    total_tokens: read === null ? null : read + written,
    attributes: { provider: 'p', upstream: 'https://paid', ...attributes },
  }))

const spans = [
  ...calls('cheap', 1, [{ read: 10 }]),
  ...calls('dear', 2, [{ read: 40 }, { written: 30 }]),
  ...calls('cached', 3, [{ read: 500, attributes: { cached: 'true' } }]),
  ...calls('read from a cache', 4, [{ read: 500, attributes: { cache_read_tokens: '450' } }]),
  ...calls('elsewhere', 5, [{ read: 500, attributes: { upstream: 'http://127.0.0.1' } }]),
  ...calls('unknown model', 6, [{ model: 'other', read: 500 }]),
  ...calls('some unknown', 7, [{ read: 100 }, { read: null }, { model: 'other', read: 3 }]),
  // All at once, and more than are looked at together.
  ...Array.from({ length: 9 }, (_, index) => calls(`tied-${index}`, 20, [{ read: 95 + index }])).flat(),
  ...calls('root', 30, [{ read: 60 }]),
  ...calls('joined to it', 31, [{ read: 60 }]),
  // It began before all others; what is looked for was said after them.
  ...calls('long', 0, [{ read: 1 }], 'nothing'),
  ...calls('long', 40, [{ read: 200 }], 'thunder').map((each) => ({ ...each, span: 'late' })),
  ...[35, 36, 37].flatMap((minutes) =>
    calls(`thunder at ${minutes}`, minutes, [{ read: 500, attributes: { cached: 'true' } }], 'thunder'),
  ),
]
const toolOnly = calls('t', 90, [{}]).map((each) => ({ ...each, kind: 'tool', server: 's', name: 's/t' }))

async function append(
  rows: readonly (typeof spans)[number][],
  chain_aliases: readonly Readonly<Record<string, string | number>>[] = [],
): Promise<void> {
  const chain_index = rows.map(({ chain, session, at, span }) => ({ chain, session, at, span, trace: '' }))
  await store.append({ spans: rows, chain_index, chain_aliases })
  await store.refresh('chain_summaries', { chains: [...new Set(rows.map(({ chain }) => chain))] })
}

beforeAll(async () => {
  store = await openStore({ home: openHome(folder.path).path })
  await append(spans, [{ chain: 'joined to it', root: 'root', at: minute(50), seq: 1, link: 'l' }])
  await append(toolOnly)
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

const find = async (filters: object, limit = 50) =>
  (await findPricedChains(store, { ...filters, limit }, load)).map(({ chain }) => chain)

test('a chain costs what all its calls of known price do, with those of chains that were joined to it', async () => {
  const rows = await findPricedChains(store, { limit: 50 }, load)
  const costs = Object.fromEntries(rows.map((row) => [row.chain, [row.cost_usd, row.unpriced_calls]]))
  expect(costs).toMatchObject({
    ...{ cheap: [10, 0], dear: [100, 0], cached: [0, 0], 'read from a cache': [50, 0], elsewhere: [null, 1] },
    ...{ 'unknown model': [null, 1], 'some unknown': [100, 2], root: [120, 0], long: [201, 0], t: [null, 0] },
  })
  const dear = await all(store.query<SpanRow>('chain_spans', { chain: 'dear' }))
  expect([...spanCosts(dear, prices).values()]).toEqual([40, 60])
})

describe('chains of at least so many dollars', () => {
  test.each([
    [100, ['root', 'tied-5', 'tied-6', 'tied-7', 'tied-8', 'some unknown', 'dear', 'long']],
    [201, ['long']],
    [201.01, []],
    [0.01, expect.not.arrayContaining(['cached', 'elsewhere', 'unknown model', 't'])],
  ])('%s', async (min_cost, expected) => {
    const found = await find({ min_cost })
    expect(found).toEqual(expected)
  })

  test('are the newest of them where few are wanted', async () => {
    const found = await find({ min_cost: 100 })
    for (const limit of [2, 7]) expect(await find({ min_cost: 100 }, limit)).toEqual(found.slice(0, limit))
  })

  test('meet the other filters too, and words count whenever they were said', async () => {
    expect(await find({ min_cost: 100, text: 'thunder' }, 1)).toEqual(['long'])
    expect(await find({ min_cost: 100, until: minute(20) })).toEqual(['some unknown', 'dear', 'long'])
    expect(await find({ min_cost: 100, since: minute(30), min_tokens: 130 })).toEqual(['long'])
  })
})

test('no price is asked for where no model was', async () => {
  expect(await findPricedChains(store, { since: minute(60), limit: 5 }, never)).toMatchObject([
    { chain: 't' },
  ])
})

test('all chains are told in order, each once, however few at a time', async () => {
  const told = async (filters: object, limit: number) => {
    const chains: string[] = []
    for await (const rows of newestFirst(store, { ...filters, limit }))
      chains.push(...rows.map(({ chain }) => chain))
    return chains
  }
  const whole = (await findPricedChains(store, { limit: 50 }, load)).map(({ chain }) => chain)
  for (const limit of [2, 4]) expect(await told({}, limit)).toEqual(whole)
  const thunder = [37, 36, 35].map((minutes) => `thunder at ${minutes}`)
  expect(await told({ text: 'thunder' }, 2)).toEqual([...thunder, 'long'])
})

test('where thousands may have cost so much and did not, the one that did is found behind them', async () => {
  const cached = { read: 500, attributes: { cached: 'true' } }
  await append(Array.from({ length: 3_500 }, (_, index) => calls(`free ${index}`, 100, [cached])).flat())
  expect(await find({ min_cost: 201 })).toEqual(['long'])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { openHome } from '../../src/journal/home.ts'
import { findChains } from '../../src/store/find-chains.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { resolveChain } from '../../src/store/resolve-chain.ts'
import { openStore } from '../../src/store/stores.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let store: Store<QueryName>

const begin = Date.parse('2026-11-20T00:00:00Z')
const minute = (minutes: number) => new Date(begin + minutes * 60_000).toISOString()

/** A chain with a call at each of these minutes. */
const chain = (name: string, calls: Readonly<Record<number, string>>) =>
  Object.entries(calls).map(([minutes, tool]) => ({
    ...{ span: `${name}-${minutes}`, session: name, chain: name, at: minute(Number(minutes)), kind: 'tool' },
    ...{ name: `files/${tool}`, server: 'files', outcome: 'ok', identity: '{}', attributes: {} },
    ...{ input: `config.yaml ${tool}`, output: '' },
  }))

/** A short one every seven minutes, of which few are rare; one lasts from before all others until after them. */
const spans = [
  ...Array.from({ length: 40 }, (_, index) =>
    chain(`short-${index}`, { [10 + index * 7]: index % 10 === 5 ? 'rare' : 'read' }),
  ).flat(),
  ...chain('long', { 0: 'read', 150: 'rare', 400: 'late' }),
  ...chain('joined', { 5: 'hidden' }),
  ...chain('after', { 450: 'read' }),
  ...chain('alike', { 200: 'read' }).map((call) => ({ ...call, session: 'aft of', run: 'r' })),
]

beforeAll(async () => {
  store = await openStore({ home: openHome(folder.path).path })
  const index = spans.map(({ chain, session, at, span }) => ({ chain, session, at, span, trace: '' }))
  const aliases = ['joined', 'after'].map((chain) => ({
    ...{ chain, root: 'long', at: minute(451), seq: 1, link: chain },
  }))
  await store.append({ spans, chain_index: index, chain_aliases: aliases })
  await store.refresh('chain_summaries', { chains: [...new Set(spans.map(({ chain }) => chain))] })
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

const find = async (filters: { readonly [name: string]: string | number }, limit = 100) =>
  (await findChains(store, { ...filters, limit })).map(({ chain }) => chain)

test('a chain is listed where some of it is no older than `since`, and some of it older than `until`', async () => {
  expect(await find({ until: minute(10) })).toEqual(['long'])
  expect(await find({ since: minute(300) })).toEqual(['long'])
  expect(await find({ since: minute(10), until: minute(24) })).toEqual(['short-1', 'short-0', 'long'])
  expect(await find({ until: minute(0) })).toEqual([])
})

test('a chain is found by the words, and the session, of one that was joined to it, as it is now', async () => {
  for (const filters of [{ text: 'hidden' }, { session: 'joined' }, { session: 'joi', text: 'hidden' }])
    expect(await findChains(store, { ...filters, limit: 2 })).toMatchObject([
      { chain: 'long', spans: 5, sessions: 3 },
    ])
})

test('a chain is resolved by the beginning of its id, or of one that was joined to it, however long ago that began', async () => {
  for (const prefix of ['long', 'lon', 'joined', 'aft'])
    expect(await resolveChain(store, prefix)).toMatchObject([{ chain: 'long', spans: 5 }])
  const many = (await resolveChain(store, 'short-3')).map(({ chain }) => chain)
  expect(many).toHaveLength(11)
  expect((await resolveChain(store, 'short-3', 2)).map(({ chain }) => chain)).toEqual(many.slice(0, 2))
  expect(await resolveChain(store, 'nobody')).toEqual([])
  // A session of another chain begins as this one's id does.
  for (const [prefix, chain] of [
    ['aft', 'long'],
    ['aft of', 'alike'],
  ])
    expect(await resolveChain(store, prefix ?? '')).toMatchObject([{ chain }])
})

test('what clients did and what runs did are told apart', async () => {
  const [recorded, trials] = [await find({ source: 'recorded' }), await find({ source: 'trial' })]
  expect([recorded.length, trials]).toEqual([41, ['alike']])
  expect(await find({ source: 'recorded' }, 5)).toEqual(recorded.slice(0, 5))
})

test('words count where they were said within that time', async () => {
  expect(await find({ text: 'late' })).toEqual(['long'])
  expect(await find({ text: 'late', until: minute(400) })).toEqual([])
  expect(await find({ text: 'rare', since: minute(140), until: minute(160) })).toEqual(['long'])
})

describe('few are the newest of all that there are until then, however far back it is looked', () => {
  test.each([{}, { text: 'rare' }, { tool: 'rare' }, { since: minute(40) }, { session: 'short-1' }])(
    '%o',
    async (filters) => {
      for (const until of [minute(500), minute(221), minute(220), minute(50), minute(1)]) {
        const whole = await find({ ...filters, until })
        for (const limit of [1, 2, 3, 12])
          expect([until, await find({ ...filters, until }, limit)]).toEqual([until, whole.slice(0, limit)])
      }
    },
  )

  test('and what comes after is not looked through', async () => {
    const asked: unknown[] = []
    const watched = {
      ...{ append: store.append, refresh: store.refresh, close: store.close },
      query: <T>(name: QueryName, params = {}) => {
        asked.push([name, params])
        return store.query<T>(name, params)
      },
    }
    await findChains(watched, { until: minute(150), limit: 2 })
    expect(asked).toEqual([
      ['chains_from', { until: minute(150), count: 4 }],
      ['chains_since', expect.objectContaining({ since: '2026-11-20T01:55:00.000000Z', until: minute(150) })],
    ])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Identity, unknownIdentity } from '../../src/domain/identity.ts'
import type { Store } from '../../src/domain/store.ts'
import { openHome } from '../../src/journal/home.ts'
import { findChains } from '../../src/store/find-chains.ts'
import type { QueryName, SpanRow } from '../../src/store/queries.ts'
import { resolveChain } from '../../src/store/resolve-chain.ts'
import { openStore } from '../../src/store/stores.ts'
import { observedSession, traced, traceId } from '../chain/observed-session.ts'
import { all, ingestHome, openLog, recordTrial } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let store: Store<QueryName>
let trialSession: string
const alice: Identity = {
  ...unknownIdentity,
  user: { value: 'alice', source: 'verified' },
  client: { value: 'claude-code/2.1.0', source: 'self-reported' },
}

beforeAll(async () => {
  const home = openHome(folder.path)
  const journal = openLog(home)
  trialSession = recordTrial(journal, 'alpha', { turns: 2 }).session
  const connection = observedSession(journal)
  connection.request('plain', { tool: 'files/write_file', arguments: '{"path":"Größe.txt"}' })
  connection.result('plain', {
    outcome: { layer: 'tool', code: null, message: 'read-only' },
    text: 'Permission denied',
  })
  connection.request('traced', { evidence: traced('header'), identity: alice })
  connection.result('traced')
  journal.close()
  store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

const ask = <T>(name: QueryName, params = {}) => all(store.query<T>(name, params))
const chains = (params = {}) => findChains(store, { limit: 50, ...params })

test('chains are listed newest first, each with what happened in it', async () => {
  const rows = await chains()
  expect(rows).toHaveLength(3)
  expect(rows.map(({ started }) => started)).toEqual(
    rows
      .map(({ started }) => started)
      .sort()
      .reverse(),
  )
  expect(rows.find(({ run }) => run !== null)).toMatchObject({
    prompt: 'Which port does alpha listen on?',
    sessions: 1,
    spans: 10,
    tool_calls: 4,
    errors: 0,
    denied: 2,
    tools: ['call_tool', 'files/read_text_file'],
    models: ['test:model'],
    tier: 2,
    total_tokens: 260,
    trial: trialSession,
  })
  expect(rows.find(({ errors }) => errors === 1)).toMatchObject({
    prompt: null,
    tier: null,
    total_tokens: null,
    users: [],
  })
})

describe('a filter keeps the chains of which a span meets it', () => {
  test.each([
    [{}, 3],
    [{ limit: 1 }, 1],
    [{ since: '2020-01-01T00:00:00Z' }, 3],
    [{ since: '2200-01-01T00:00:00Z' }, 0],
    [{ until: '2200-01-01T00:00:00Z' }, 3],
    [{ until: '2020-01-01T00:00:00Z' }, 0],
    [{ min_tokens: 260 }, 1],
    [{ min_tokens: 261 }, 0],
    [{ tool: 'files/write_file' }, 1],
    [{ tool: 'write_file' }, 1],
    [{ tool: 'file' }, 0],
    [{ server: 'files' }, 3],
    [{ user: 'alice' }, 1],
    [{ client: 'claude-code' }, 1],
    [{ client: 'claude' }, 0],
    [{ outcome: 'tool' }, 1],
    [{ tier: 1 }, 1],
    [{ denied: 1 }, 1],
    [{ run: 'run-1' }, 1],
    [{ session: 'none' }, 0],
    [{ session: '%' }, 0],
    [{ text: 'permission' }, 1],
    [{ text: 'größe.txt' }, 1],
    [{ text: 'ALPHA port' }, 1],
    [{ text: 'nowhere' }, 0],
    [{ tool: 'write_file', user: 'alice' }, 0],
    [{ tool: "'; DROP TABLE spans; --" }, 0],
  ])('%o', async (params, count) => {
    expect(await chains(params)).toHaveLength(count)
  })
})

test('those of a session are found by its id or the beginning of it, with words if these stand in it', async () => {
  const found = async (filters: object) => (await chains(filters)).map(({ trial }) => trial)
  expect(await found({ session: trialSession })).toEqual([trialSession])
  expect(await found({ session: trialSession.slice(0, 30) })).toEqual([trialSession])
  expect(await found({ session: trialSession, text: 'alpha' })).toEqual([trialSession])
  expect(await found({ session: trialSession, text: 'permission' })).toEqual([])
  expect(await found({ session: trialSession, tool: 'write_file' })).toEqual([])
})

test('a chain without a prompt has the beginning of the arguments of its first call instead', async () => {
  const rows = await chains()
  expect(rows.find(({ errors }) => errors === 1)).toMatchObject({
    prompt: null,
    arguments: '{"path":"Größe.txt"}',
  })
  expect(rows.find(({ run }) => run !== null)).toMatchObject({ arguments: null })
})

test.each([{}, { server: 'files' }, { text: 'files' }, { text: 'alpha', denied: 1 }])(
  'few are the newest of all, however far back it is looked: %o',
  async (filters) => {
    const whole = await chains(filters)
    for (const limit of [1, 2, 3]) expect(await chains({ ...filters, limit })).toEqual(whole.slice(0, limit))
  },
)

describe('a chain is found', () => {
  const resolve = async (prefix: string) => (await resolveChain(store, prefix)).map(({ chain }) => chain)

  test('by the beginning of its id, which may be that of several', async () => {
    const [first] = await chains({ denied: 1 })
    expect(await resolve(first?.chain.slice(0, 8) ?? '')).toEqual([first?.chain])
    expect(await resolve('')).toHaveLength(3)
  })

  test('by its session', async () => {
    const [trial] = await chains({ denied: 1 })
    expect(await resolve(trialSession)).toEqual([trial?.chain])
  })

  test('by a trace id that a known principal sent, though its own id is another', async () => {
    const [found] = await resolve(traceId)
    expect(found).not.toBe(traceId)
    expect(await ask<SpanRow>('chain_spans', { chain: found })).toMatchObject([
      { span: 'traced', user: 'alice' },
    ])
  })

  test('and its spans come in order, with their parents', async () => {
    const [trial] = await chains({ denied: 1 })
    const spans = await ask<SpanRow>('chain_spans', { chain: trial?.chain })
    expect(spans.slice(0, 5).map(({ span, parent }) => [span, parent])).toEqual([
      ['alpha-1-model', null],
      ['alpha-1-decision', 'alpha-1-model'],
      ['alpha-1-outer', 'alpha-1-decision'],
      ['alpha-1-inner', 'alpha-1-outer'],
      ['alpha-1-policy', 'alpha-1-inner'],
    ])
    expect(await ask('chain_links', { chain: trial?.chain })).toHaveLength(3)
  })
})

import { loadCallPrices } from '../../src/models/call-prices.ts'
import { findChains } from '../../src/store/find-chains.ts'
import { findPricedChains } from '../../src/store/priced-chains.ts'
import type { SpanRow } from '../../src/store/queries.ts'
import { resolveChain } from '../../src/store/resolve-chain.ts'
import { storeOver } from '../../src/store/stores.ts'
import type { Transport } from '../../src/store/transport.ts'
import { type Cost, medianCosts } from './cost.ts'
import { rowsOf } from './database.ts'
import { end } from './generate.ts'

const before = (days: number) => new Date(Date.parse(end) - days * 86_400_000).toISOString()
const noIndex = 'SETTINGS use_skip_indexes = 0'
const day = `parseDateTime64BestEffort('${before(1)}', 6, 'UTC')`
const week = `parseDateTime64BestEffort('${before(7)}', 6, 'UTC')`

/** Each question of the command line and the dashboards, and beside it the plain way to the same rows. */
export async function readCosts(transport: Transport, rounds: number) {
  const store = storeOver(transport)
  const all = (sql: string) => rowsOf(transport.select(sql, {}))
  const samples = await samplesOf(transport, rounds)
  const fetch = (chain: string) => rowsOf<SpanRow>(store.query('chain_spans', { chain }))
  const keys: string[] = []
  for (const { chain } of samples) keys.push(keysOf(await fetch(chain)))
  const of = (round: number) => samples[round] ?? { chain: '', word: '' }

  const quick = await medianCosts(rounds, {
    'primary key': (round) =>
      all(`SELECT * FROM spans WHERE (session, at, span) IN (${keys[round]}) ORDER BY at, span`),
    fetch: (round) => fetch(of(round).chain),
    list: () => findChains(store, { since: before(1), limit: 50 }),
    'list by tool': () => findChains(store, { since: before(1), tool: 'tool_7', limit: 50 }),
    text: (round) => findChains(store, { text: of(round).word, limit: 50 }),
    prefix: (round) => resolveChain(store, of(round).chain.slice(0, 12)),
    'min cost': () => findPricedChains(store, { min_cost: 0.0014, limit: 50 }, loadCallPrices),
    'no such tool': () => findChains(store, { tool: 'none/such', limit: 50 }),
    p95: () => rowsOf(store.query('tool_latencies', { since: before(7) })),
  })
  const scans = await medianCosts(3, {
    list: () =>
      all(`SELECT chain, min(at) AS started, count(), countIf(outcome != 'ok') AS errors, argMin(input, at) AS prompt,
        groupUniqArray(name) AS names, groupUniqArray(server) AS servers, groupUniqArray(user) AS users, sum(total_tokens)
      FROM spans WHERE at >= ${day} GROUP BY chain ORDER BY started DESC LIMIT 50 ${noIndex}`),
    text: (round) =>
      all(`SELECT DISTINCT chain FROM spans
      WHERE hasToken(lower(input), '${of(round).word}') OR hasToken(lower(output), '${of(round).word}') ${noIndex}`),
    p95: () =>
      all(`SELECT toStartOfHour(at) AS hour, server, name, count(), countIf(outcome != 'ok'),
        quantiles(0.5, 0.95, 0.99)(duration_ms)
      FROM spans WHERE kind = 'tool' AND at >= ${week} GROUP BY hour, server, name ${noIndex}`),
  })
  return { quick, scans } satisfies { quick: Record<string, Cost>; scans: Record<string, Cost> }
}

/** Chains from all over the time, half of them joined from two, and a word that few spans have. */
async function samplesOf(transport: Transport, count: number) {
  const sql = `
SELECT chain, extract(any(output), 'id ([0-9a-f]+)') AS word FROM spans WHERE output != '' AND chain IN (
  SELECT chain FROM chain_summaries WHERE root = chain ORDER BY cityHash64(chain) LIMIT ${count})
GROUP BY chain ORDER BY cityHash64(chain)`
  return rowsOf<{ chain: string; word: string }>(transport.select(sql, {}))
}

const keysOf = (spans: readonly SpanRow[]) =>
  spans
    .map(
      ({ session, at, span }) =>
        `('${session}', toDateTime64('${at.replace('T', ' ').replace('Z', '')}', 6, 'UTC'), '${span}')`,
    )
    .join(', ')

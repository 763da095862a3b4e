import type { Entry } from '../domain/entry.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { CallPrices } from '../domain/prices.ts'
import type { StoreReader } from '../domain/store.ts'
import type { ToolAnnotations } from '../domain/tool.ts'
import type { Home } from '../journal/home.ts'
import { proveSpans } from '../store/chain-proof.ts'
import { chainTrials } from '../store/chain-trials.ts'
import { spanCosts } from '../store/priced-chains.ts'
import type { EntryLineRow, LinkRow, PolicyDecisionRow, QueryName, SpanRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { storedJson } from '../store/stored-json.ts'
import type { ChainView, RecordedSession } from './chain-view.ts'
import { readToolLists } from './tool-lists.ts'

/** A chain by its whole id, with those that were joined to it, held against the journal of this home. */
export async function readChain(
  home: Home,
  store: StoreReader<QueryName>,
  chain: string,
  loadPrices: () => Promise<CallPrices>,
): Promise<ChainView> {
  const [spans, links, policies, lines] = await Promise.all([
    rowsOf(store.query<SpanRow>('chain_spans', { chain })),
    rowsOf(store.query<LinkRow>('chain_links', { chain })),
    rowsOf(store.query<PolicyDecisionRow>('chain_policy_decisions', { chain })),
    rowsOf(store.query<EntryLineRow>('chain_sessions', { chain })),
  ])
  const hints = await readHints(store, chain, spans)
  const proof = await proveSpans(home, store, spans)
  const hasModels = spans.some(({ kind }) => kind === 'model')
  const costs = hasModels ? spanCosts(spans, await loadPrices()) : new Map()
  const [trial = null] = (await chainTrials(store, spans)).values()
  return { chain, spans, links, policies, sessions: sessionsIn(lines), trial, costs, hints, proof }
}

/** The entries that a chain was put together from, in the order of their logs, with its sessions' own. */
export async function readChainEntries(
  store: StoreReader<QueryName>,
  chain: string,
): Promise<readonly Entry[]> {
  const lines = await Promise.all([
    rowsOf(store.query<EntryLineRow>('chain_sessions', { chain })),
    rowsOf(store.query<EntryLineRow>('chain_entries', { chain })),
  ])
  const order = (a: EntryLineRow, b: EntryLineRow) =>
    a.log === b.log ? a.seq - b.seq : a.log < b.log ? -1 : 1
  return lines
    .flat()
    .sort(order)
    .map(({ line }) => storedJson(line))
}

function sessionsIn(lines: readonly EntryLineRow[]): readonly RecordedSession[] {
  const sessions = new Map<string, RecordedSession>()
  for (const { line } of lines) {
    const { kind, session, data } = storedJson<Entry>(line)
    if (session === null) continue
    const known = sessions.get(session)
    if (kind === 'session_opened') {
      const { type, server, protocolVersion } = data
      sessions.set(session, { session, type, server, protocolVersion, ending: known?.ending ?? null })
    }
    if (kind === 'session_closed' && known)
      sessions.set(session, { ...known, ending: { reason: data.reason, message: data.message } })
  }
  return [...sessions.values()]
}

async function readHints(
  store: StoreReader<QueryName>,
  chain: string,
  spans: readonly SpanRow[],
): Promise<ReadonlyMap<string, ToolAnnotations>> {
  const servers = [...new Set(spans.flatMap(({ kind, server }) => (kind === 'tool' && server) || []))]
  if (servers.length === 0) return new Map()
  const lists = await readToolLists(store, { chain, spans }, servers)
  return new Map(lists.flatMap(({ server, text }) => hintsIn(server, text ?? '')))
}

function hintsIn(server: string, text: string): readonly (readonly [string, ToolAnnotations])[] {
  const tools = readJson(text)
  if (!Array.isArray(tools)) return []
  return tools.flatMap((tool) =>
    isJsonObject(tool) && typeof tool.name === 'string' && isJsonObject(tool.annotations)
      ? [[`${server}/${tool.name}`, annotationsIn(tool.annotations)] as const]
      : [],
  )
}

const flags = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

function annotationsIn(written: Readonly<Record<string, unknown>>): ToolAnnotations {
  return Object.fromEntries(
    flags.flatMap((flag) => (typeof written[flag] === 'boolean' ? [[flag, written[flag]]] : [])),
  )
}

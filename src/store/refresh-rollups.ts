import { aliasesIn } from '../chain/chain-roots.ts'
import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { Store, StoreReader } from '../domain/store.ts'
import { listsOf } from './lists.ts'
import type { AliasRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn, selectInSessions } from './select-in.ts'

const hourMs = 3_600_000
const hoursAtOnce = 24

export interface Touching {
  readonly spans: readonly Span[]
  readonly links: readonly Entry<'link'>[]
  /** The sessions that begin with this batch. */
  readonly begun: ReadonlySet<string>
}

/**
 * Makes the rows of the rollups anew that spans and links of a batch have a part in. Rows are never added to: a rollup is
 * right once this has run after the spans were inserted, however often it is run, and whatever was killed in between.
 */
export async function refreshRollups(
  store: Store<QueryName>,
  { spans, links, begun }: Touching,
): Promise<void> {
  const chains = new Set(spans.map(({ chain }) => chain))
  for (const { data } of links) for (const { chain, root } of aliasesIn(data)) chains.add(chain).add(root)
  for (const chain of await chainsOf(store, spans, links)) chains.add(chain)
  // By what they are found under, so that a chain with thousands of others under it is made anew once.
  const { alone, roots } = await foundUnder(store, chains)
  const { sessions, rest } = inWholeSessions(alone, spans, begun)
  for (const some of listsOf(sessions)) await store.refresh('chain_summaries', { sessions: some })
  for (const some of listsOf(rest)) await store.refresh('chain_summaries', { alone: some })
  for (const some of listsOf(roots)) await store.refresh('chain_summaries', { chains: some, roots: some })
  await refreshHours(store, spans)
}

/** Chains that no other was joined to, and for the rest those that they are found under. */
async function foundUnder(store: StoreReader<QueryName>, chains: ReadonlySet<string>) {
  const alone = new Set(chains)
  const roots = new Set<string>()
  // Where none was ever joined to another, none has to be asked for.
  if ((await rowsOf(store.query('last_merge'))).length === 0) return { alone: [...alone], roots: [] }
  for await (const { chain, root } of selectIn<AliasRow>(store, 'roots_and_selves', chains)) {
    alone.delete(chain)
    roots.add(root)
  }
  for (const root of roots) alone.delete(root)
  return { alone: [...alone], roots: [...roots] }
}

/**
 * Of the sessions that begin with this batch those that have none but these chains, which are asked for by their sessions at a
 * third of the cost; and the other chains. One that has no trace is named after its first span, and has spans of the session of
 * that one only.
 */
function inWholeSessions(chains: readonly string[], spans: readonly Span[], begun: ReadonlySet<string>) {
  const sessionOf = new Map<string, string>()
  const wanted = new Set(chains)
  for (const { session, chain, parent, tier, attributes } of spans)
    if (parent === null && tier === null && attributes.trace_id === undefined && wanted.has(chain))
      sessionOf.set(chain, session)
  const wholes = new Set(begun)
  for (const { session, chain } of spans) if (sessionOf.get(chain) !== session) wholes.delete(session)
  const rest = chains.filter((chain) => !wholes.has(sessionOf.get(chain) ?? ''))
  const sessions = new Set<string>()
  for (const { session } of spans) if (wholes.has(session)) sessions.add(session)
  return { sessions, rest }
}

/** Those of earlier spans whose weakest link may be another now. */
async function chainsOf(
  store: Store<QueryName>,
  spans: readonly Span[],
  links: readonly Entry<'link'>[],
): Promise<readonly string[]> {
  const chains: string[] = []
  const known = new Set(spans.map(({ span }) => span))
  const earlier = links.filter(({ data }) => !known.has(data.to))
  const ends = earlier.map(({ session, data }) => ({ session: session ?? '', value: data.to }))
  for await (const { chain } of selectInSessions<{ chain: string }>(store, 'span_chains', ends))
    chains.push(chain)
  return chains
}

/** With the chains that they are found under, and all that are found under these. */
export async function joinedTo(
  store: StoreReader<QueryName>,
  chains: readonly string[],
): Promise<ReadonlySet<string>> {
  const all = new Set(chains)
  const roots = new Set<string>()
  for await (const { chain, root } of selectIn<AliasRow>(store, 'aliases', chains)) {
    if (!all.has(root)) roots.add(root)
    all.add(chain).add(root)
  }
  for await (const { chain } of selectIn<AliasRow>(store, 'aliases', roots)) all.add(chain)
  return all
}

async function refreshHours(store: Store<QueryName>, spans: readonly Span[]): Promise<void> {
  const calls = spans.filter(({ kind, server }) => kind === 'tool' && server !== null)
  const hours = [...new Set(calls.map(({ at }) => Math.floor(Date.parse(at) / hourMs) * hourMs))]
  hours.sort((a, b) => a - b)
  for (let start = 0; start < hours.length; start += hoursAtOnce) {
    const some = hours.slice(start, start + hoursAtOnce)
    const [first = 0, last = 0] = [some[0], some.at(-1)]
    await store.refresh('tool_rollups', {
      hours: some.map((ms) => ms / 1_000),
      from: timeOf(first),
      to: timeOf(last + hourMs),
    })
  }
}

const timeOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

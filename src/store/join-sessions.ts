import { mergeChains, mergedRoots } from '../chain/chain-roots.ts'
import type { Join } from '../chain/join.ts'
import { type JoinSpan, joinSpan } from '../chain/join-span.ts'
import { JoinWindow } from '../chain/join-window.ts'
import { missingEvidence } from '../chain/missing-evidence.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Store } from '../domain/store.ts'
import type { AliasRow, JoinRow, KnownLinkRow, LastMergeRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn } from './select-in.ts'

/** How far before the first new span a cause may lie that no id tells of. */
const lookBackMs = 6 * 60 * 60_000
/** That stay in memory. */
const windowSlices = 2
const endOfTime = '2200-01-01T00:00:00Z'

export interface Joining {
  readonly store: Store<QueryName>
  readonly links: JournalWriter
  /** Called when links of a slice are written: they are in the database when it is done. */
  readonly written: () => Promise<void>
  /** Spans that are read at once; 8,192 unless said. */
  readonly sliceSpans?: number | undefined
}

/**
 * Joins spans that recorders saw in different places, those since `firstNew` (ISO 8601) with each other and with what
 * lies shortly before, and writes down what it finds; how many links these are. Spans are read in the order of time and
 * forgotten when what follows is far from them.
 */
export async function joinSessions(joining: Joining, firstNew: string): Promise<number> {
  const { store, sliceSpans = 8_192 } = joining
  const firstNewMs = Date.parse(firstNew)
  const since = new Date(firstNewMs - lookBackMs).toISOString()
  if ((await rowsOf(store.query('unjoined_spans', { since }))).length === 0) return 0
  const servers = await rowsOf(store.query<{ server: string }>('joinable_servers', { since }))
  const window = new JoinWindow(new Set(servers.map(({ server }) => server)), {
    spans: windowSlices * sliceSpans,
    ageMs: lookBackMs,
  })
  const { slices, fromMs } = await slicesOf(store, { since, firstNewMs, size: sliceSpans })
  let found = 0
  for (const { since, until } of slices) {
    window.add(
      await joinSpansOf(store.query<JoinRow>('join_spans', { since, until })),
      await known(store, since, until),
    )
    if (Date.parse(until) <= firstNewMs) continue
    const wanted = missingEvidence(window.spans, Math.max(Date.parse(since), firstNewMs))
    const far = await joinSpansOf(selectIn<JoinRow>(store, 'turn_spans', wanted))
    const isLast = until === endOfTime
    const nowMs = isLast ? Date.now() : (window.spans.at(-1)?.atMs ?? 0)
    found += await write(joining, window.join(far, { nowMs, fromMs }))
  }
  return found
}

interface Slice {
  readonly since: string
  readonly until: string
}

/**
 * Slices of about so many spans, with those before the first new one that fit the window. What a span may be joined to is
 * not all there at its very beginning: joins are told from `fromMs` on.
 */
async function slicesOf(
  store: Store<QueryName>,
  { since, firstNewMs, size }: { readonly since: string; readonly firstNewMs: number; readonly size: number },
): Promise<{ readonly slices: readonly Slice[]; readonly fromMs: number }> {
  const rows = await rowsOf(store.query<{ at: string }>('join_slices', { since, size }))
  const slices = rows.map(({ at }, index) => ({ since: at, until: rows[index + 1]?.at ?? endOfTime }))
  const firstNew = slices.findIndex(({ until }) => Date.parse(until) > firstNewMs)
  const first = Math.max(0, firstNew - windowSlices)
  const fromMs = first === 0 ? Number.NEGATIVE_INFINITY : Date.parse(slices[first]?.until ?? since)
  return { slices: slices.slice(first), fromMs }
}

/** Not by way of their rows, of which there may be many. */
async function joinSpansOf(rows: AsyncIterable<JoinRow>): Promise<readonly JoinSpan[]> {
  const spans: JoinSpan[] = []
  for await (const row of rows) spans.push(joinSpan(row))
  return spans
}

async function known(store: Store<QueryName>, since: string, until: string) {
  const rows = await rowsOf(store.query<KnownLinkRow>('join_links', { since, until }))
  return rows.map(({ from_span, to_span, ...link }) => ({ ...link, from: from_span, to: to_span }))
}

async function write({ store, links, written }: Joining, joins: readonly Join[]): Promise<number> {
  if (joins.length === 0) return 0
  const merged = mergeChains(joins, await aliasesOf(store, joins), await lastMerge(store))
  for (const [index, link] of merged.entries()) links.append('link', joins[index]?.to.session ?? null, link)
  links.flush()
  await written()
  return merged.length
}

async function lastMerge(store: Store<QueryName>): Promise<number> {
  const [row] = await rowsOf(store.query<LastMergeRow>('last_merge'))
  return row?.merge ?? 0
}

/** Of the chains that are joined, and of what is found under those that are to be found under another. */
async function aliasesOf(store: Store<QueryName>, joins: readonly Join[]): Promise<readonly AliasRow[]> {
  const chains = new Set(joins.flatMap(({ from, to }) => [from.chain, to.chain]))
  const own = await rowsOf(selectIn<AliasRow>(store, 'roots', chains))
  const merged = mergedRoots(joins, new Map(own.map(({ chain, root }) => [chain, root])))
  const others = await rowsOf(selectIn<AliasRow>(store, 'aliases', merged))
  return [...new Map([...own, ...others].map((alias) => [alias.chain, alias])).values()]
}

import { mergeChains } from '../chain/chain-roots.ts'
import { join } from '../chain/join.ts'
import { type JoinSpan, joinSpan } from '../chain/join-span.ts'
import { missingEvidence } from '../chain/missing-evidence.ts'
import { newLink } from '../chain/new-link.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Store } from '../domain/store.ts'
import type { AliasRow, JoinRow, KnownLinkRow, LastMergeRow, QueryName } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectIn } from './select-in.ts'

/** How far before the first new span a cause may lie that no id tells of. */
const lookBackMs = 6 * 60 * 60_000

/**
 * Joins spans that recorders saw in different places, those since `firstNew` (ISO 8601) with each other and with what
 * lies shortly before, and writes down what it finds; how many links these are.
 */
export async function joinSessions(
  { store, links }: { readonly store: Store<QueryName>; readonly links: JournalWriter },
  firstNew: string,
): Promise<number> {
  const since = new Date(Date.parse(firstNew) - lookBackMs).toISOString()
  const near = await joinSpansOf(store.query<JoinRow>('join_spans', { since }))
  const wanted = missingEvidence(near, Date.parse(firstNew))
  const far = await joinSpansOf(selectIn<JoinRow>(store, 'turn_spans', wanted))
  const spans = [...new Map([...far, ...near].map((span) => [span.span, span])).values()]
  if (!spans.some(({ kind }) => kind === 'model')) return 0
  const known = await rowsOf(store.query<KnownLinkRow>('links_since', { since }))
  const found = join(spans, {
    known: known.map(({ from_span: from, to_span: to, ...link }) => ({ ...link, from, to })),
    nowMs: Date.now(),
  })
  const ids = new Set(known.map(({ id }) => id))
  const unknown = found.filter(({ link }) => !ids.has(newLink(link).id))
  const sessionOf = new Map(spans.map(({ span, session }) => [span, session]))
  const merged = mergeChains(unknown, await aliasesOf(store, spans), await lastMerge(store))
  for (const link of merged) links.append('link', sessionOf.get(link.to) ?? null, link)
  links.flush()
  return merged.length
}

/** Not by way of their rows, of which there may be many. */
async function joinSpansOf(rows: AsyncIterable<JoinRow>): Promise<readonly JoinSpan[]> {
  const spans: JoinSpan[] = []
  for await (const row of rows) spans.push(joinSpan(row))
  return spans
}

async function lastMerge(store: Store<QueryName>): Promise<number> {
  const [row] = await rowsOf(store.query<LastMergeRow>('last_merge'))
  return row?.merge ?? 0
}

/** Of the chains of these spans, and of all that were joined to the same ones. */
async function aliasesOf(store: Store<QueryName>, spans: readonly JoinSpan[]): Promise<readonly AliasRow[]> {
  const chains = new Set(spans.map(({ chain }) => chain))
  const own = await rowsOf(selectIn<AliasRow>(store, 'aliases', chains))
  const roots = new Set(own.flatMap(({ root }) => (chains.has(root) ? [] : [root])))
  const others = await rowsOf(selectIn<AliasRow>(store, 'aliases', roots))
  return [...new Map([...own, ...others].map((alias) => [alias.chain, alias])).values()]
}

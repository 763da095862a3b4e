import { isOpening, type SettledSpan } from '../chain/observations.ts'
import { type References, references } from '../chain/references.ts'
import type { Entry } from '../domain/entry.ts'
import type { StoreReader } from '../domain/store.ts'
import type { EntryLineRow, QueryName, SettledRow } from './queries.ts'
import { rowsOf } from './rows-of.ts'
import { selectInSessions, type ValueOfSession } from './select-in.ts'
import { storedJson } from './stored-json.ts'

/** The complete spans in the database that slices of these sessions refer to, by session. */
export async function settledSpans(
  store: StoreReader<QueryName>,
  slices: ReadonlyMap<string, readonly Entry[]>,
): Promise<ReadonlyMap<string, readonly SettledSpan[]>> {
  const wanted = Array.from(slices, ([session, entries]) => ({ session, ...references(entries) }))
  const rows = [
    ...(await select(store, 'settled_spans', valuesOf(wanted, 'spans'))),
    ...(await select(store, 'settled_calls', valuesOf(wanted, 'callIds'))),
    ...(await select(store, 'settled_roots', valuesOf(wanted, 'chains'))),
  ]
  const entries = await openings(store, rows)
  const settled = new Map<string, SettledSpan[]>()
  for (const [key, { session, chain, parent, tier, identity }] of byKey(rows)) {
    const entry = entries.get(key)
    if (!entry) continue
    const own = settled.get(session) ?? []
    own.push({ entry, chain, parent, tier, identity: storedJson(identity) })
    settled.set(session, own)
  }
  return settled
}

type Wanted = References & { readonly session: string }

function valuesOf(wanted: readonly Wanted[], name: keyof References): readonly ValueOfSession[] {
  return wanted.flatMap(({ session, [name]: values }) => Array.from(values, (value) => ({ session, value })))
}

function select(
  store: StoreReader<QueryName>,
  name: QueryName,
  wanted: readonly ValueOfSession[],
): Promise<readonly SettledRow[]> {
  return rowsOf(selectInSessions<SettledRow>(store, name, wanted))
}

const keyOf = (session: string | null, span: string) => `${session} ${span}`
const byKey = (rows: readonly SettledRow[]) => new Map(rows.map((row) => [keyOf(row.session, row.span), row]))

/** A span's time is that of the entry that began it. */
async function openings(store: StoreReader<QueryName>, rows: readonly SettledRow[]) {
  const times = rows.map(({ session, at }) => ({ session, value: at }))
  const found = new Map<string, SettledSpan['entry']>()
  for await (const { line } of selectInSessions<EntryLineRow>(store, 'opening_lines', times)) {
    const entry = storedJson<Entry>(line)
    if (isOpening(entry)) found.set(keyOf(entry.session, entry.data.span), entry)
  }
  return found
}

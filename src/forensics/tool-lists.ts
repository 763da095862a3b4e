import type { Entry } from '../domain/entry.ts'
import type { StoreReader } from '../domain/store.ts'
import type { BodyRow, QueryName, SpanRow, ToolListRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { selectIn } from '../store/select-in.ts'
import { storedJson } from '../store/stored-json.ts'

/** The tools of a server as a chain had them; the query `chain_tool_lists` says which list that is. */
export interface ToolList {
  readonly server: string
  readonly rank: ToolListRow['rank']
  readonly serverVersion: string | null
  /** JSON as it was recorded; null for a list that was cut, or erased since. */
  readonly text: string | null
}

/** A list of each server, or of those named; `spans` are those of the chain, in the order of time. */
export async function readToolLists(
  store: StoreReader<QueryName>,
  { chain, spans }: { readonly chain: string; readonly spans: readonly SpanRow[] },
  servers: readonly string[] = [],
): Promise<readonly ToolList[]> {
  const run = spans.find(({ run }) => run !== null)?.run ?? ''
  const until = spans.at(-1)?.at ?? ''
  const params = { chain, run, until, servers }
  const rows = await rowsOf(store.query<ToolListRow>('chain_tool_lists', params))
  const lists = rows.map(({ line, server, rank }) => {
    const { serverVersion, tools } = storedJson<Entry<'tool_definitions'>>(line).data
    return { server, rank, serverVersion, tools }
  })
  const digests = lists.flatMap(({ tools }) => (tools.truncated ? [] : [tools.digest]))
  const bodies = await rowsOf(selectIn<BodyRow>(store, 'bodies', digests))
  const texts = new Map(bodies.map(({ digest, text }) => [digest, text]))
  return lists.map(({ tools, ...list }) => ({ ...list, text: texts.get(tools.digest) ?? null }))
}

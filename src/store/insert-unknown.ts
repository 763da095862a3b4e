import type { Row, Store, TableName } from '../domain/store.ts'
import type { KnownRow, QueryName } from './queries.ts'
import { selectIn } from './select-in.ts'

type IdTable = Exclude<TableName, 'entries' | 'bodies' | 'checkpoints'>

interface Keys<T> {
  /** Those that the table may have a row of; any of them unless said. */
  readonly suspects?: readonly T[]
  /** What the query `known_…` of the table answers. */
  readonly id: (item: T) => string
  /** What it asks for: a value that few other rows have, by which the table finds its rows. */
  readonly scope: (item: T) => string
  readonly rows: (items: readonly T[]) => Iterable<Row> | Promise<Iterable<Row>>
  /** What is in memory as rows at once; all of them unless said. */
  readonly groups?: (items: readonly T[]) => Iterable<readonly T[]>
}

/** Inserts what the table has no row of yet, each id once; which ones these were. */
export async function insertUnknown<T>(
  store: Store<QueryName>,
  table: IdTable,
  items: readonly T[],
  { suspects = items, id, scope, rows, groups = (all) => [all] }: Keys<T>,
): Promise<readonly T[]> {
  const unknown = new Map<string, T>()
  for (const item of items) unknown.set(id(item), item)
  for await (const known of selectIn<KnownRow>(store, `known_${table}`, suspects.map(scope)))
    unknown.delete(known.id)
  const added = [...unknown.values()]
  if (added.length > 0) for (const group of groups(added)) await store.append({ [table]: await rows(group) })
  return added
}

import type { StoreReader } from '../domain/store.ts'
import type { QueryName } from './queries.ts'

/** Values of one list parameter: more of them go in a query of their own. */
const maxValues = 2_000

/** The rows of a query whose one parameter is the list `values`; no value twice. */
export async function* selectIn<T>(
  store: StoreReader<QueryName>,
  name: QueryName,
  values: Iterable<string>,
): AsyncIterable<T> {
  const all = [...new Set(values)]
  for (let start = 0; start < all.length; start += maxValues)
    yield* store.query<T>(name, { values: all.slice(start, start + maxValues) })
}

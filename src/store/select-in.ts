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

/** A value that is looked for in one session. */
export interface ValueOfSession {
  readonly session: string
  readonly value: string
}

/** The rows of a query whose parameters are the lists `sessions` and `values`; it may answer more than was asked for. */
export async function* selectInSessions<T>(
  store: StoreReader<QueryName>,
  name: QueryName,
  wanted: readonly ValueOfSession[],
): AsyncIterable<T> {
  for (let start = 0; start < wanted.length; start += maxValues) {
    const some = wanted.slice(start, start + maxValues)
    const sessions = [...new Set(some.map(({ session }) => session))]
    const values = [...new Set(some.map(({ value }) => value))]
    yield* store.query<T>(name, { sessions, values })
  }
}

import type { StoreReader } from '../domain/store.ts'
import { listsOf } from './lists.ts'
import type { QueryName } from './queries.ts'

/** The rows of a query whose one parameter is the list `values`; no value twice. */
export async function* selectIn<T>(
  store: StoreReader<QueryName>,
  name: QueryName,
  wanted: Iterable<string>,
): AsyncIterable<T> {
  for (const values of listsOf(new Set(wanted))) yield* store.query<T>(name, { values })
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
  for (const lists of listsInSessions(wanted)) yield* store.query<T>(name, { ...lists })
}

/** Values with the sessions that they lie in, in lists that a query takes as parameters; none of them twice. */
export function* listsInSessions(wanted: readonly ValueOfSession[]) {
  for (const bySession of listsOf(wanted, ({ session }) => session))
    for (const some of listsOf(bySession, ({ value }) => value)) {
      const sessions = [...new Set(some.map(({ session }) => session))]
      yield { sessions, values: [...new Set(some.map(({ value }) => value))] }
    }
}

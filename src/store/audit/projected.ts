import type { Row, StoreReader } from '../../domain/store.ts'
import type { Home } from '../../journal/home.ts'
import type { QueryName } from '../queries.ts'
import type { ProjectionTally } from './projection-verdict.ts'

/** What is known while the tables that are made of entries are compared with the journal. */
export interface Projected {
  readonly home: Home
  readonly store: StoreReader<QueryName>
  /** The `seq` that is ingested next, of each log. */
  readonly positions: ReadonlyMap<string, number>
  /** Logs of this home; a server may have those of others too. */
  readonly logs: ReadonlySet<string>
  /** Some of the journal was retired, and its rows may have stayed. */
  readonly isRetired: boolean
  readonly tally: ProjectionTally
  /** Of rows that an ingest has begun with: what is summed up of them may lag behind. */
  readonly unsettledChains: Set<string>
  readonly unsettledHours: Set<number>
  /** Says so of a row of a span, or of a decision. */
  unsettle(row: Row): void
}

const hourSeconds = 3_600

export const hourOf = (at: unknown): number => {
  const seconds = Date.parse(`${at}`.replace(' ', 'T').replace(/Z?$/, 'Z')) / 1_000
  return Math.floor(seconds / hourSeconds) * hourSeconds
}

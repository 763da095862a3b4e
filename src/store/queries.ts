import type { Params } from '../domain/store.ts'
import { auditQueries } from './queries/audit-queries.ts'
import { chainQueries } from './queries/chain-queries.ts'
import { costQueries } from './queries/cost-queries.ts'
import { driftQueries } from './queries/drift-queries.ts'
import { ingestQueries } from './queries/ingest-queries.ts'
import { projectionQueries } from './queries/projection-queries.ts'
import { recordingQueries } from './queries/recording-queries.ts'
import { runQueries } from './queries/run-queries.ts'
import { toolQueries } from './queries/tool-queries.ts'

/**
 * SQL for both transports, without SETTINGS and FORMAT; every value is a parameter `{name:Type}`. What it is may depend on
 * which of them are given, and on nothing else of theirs.
 */
export interface Query {
  readonly sql: string | ((params: Params) => string)
  /** Values of the parameters that may be left out. */
  readonly defaults?: Params
}

/**
 * Everything that the database can be asked. The rows of each, and what its parameters mean, stand beside its SQL.
 * Counts are JSON numbers, 64-bit columns text, times text in UTC.
 */
export const queries = {
  ...runQueries,
  ...chainQueries,
  ...costQueries,
  ...toolQueries,
  ...recordingQueries,
  ...driftQueries,
  ...ingestQueries,
  ...auditQueries,
  ...projectionQueries,
} satisfies Record<string, Query>

export type QueryName = keyof typeof queries

export type * from './queries/audit-queries.ts'
export type * from './queries/chain-queries.ts'
export type * from './queries/cost-queries.ts'
export type * from './queries/drift-queries.ts'
export type * from './queries/ingest-queries.ts'
export type * from './queries/projection-queries.ts'
export type * from './queries/recording-queries.ts'
export type * from './queries/run-rows.ts'
export type * from './queries/tool-queries.ts'

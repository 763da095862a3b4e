/** Tables and columns: `store/schema.ts`. */
export type TableName =
  | 'entries'
  | 'bodies'
  | 'spans'
  | 'chain_index'
  | 'chain_aliases'
  | 'links'
  | 'runs'
  | 'trials'
  | 'scores'
  | 'gates'
  | 'policy_decisions'
  | 'checkpoints'

/** Tables that are made of the others, and can be made again at any time. */
export type RollupName = 'chain_summaries' | 'tool_rollups'

/** For how many days rows are kept; what is not named is kept for good. */
export interface Retention {
  readonly spans?: number | undefined
  readonly policy_decisions?: number | undefined
  readonly evaluations?: number | undefined
  readonly rollups?: number | undefined
}

export type Row = Readonly<Record<string, unknown>>
/** By table, values by column, times in ISO 8601 and UTC. Each is asked for once. */
export type Rows = { readonly [Table in TableName]?: Iterable<Row> }
export type Params = Readonly<Record<string, string | number | readonly (string | number)[]>>

/**
 * What reads the database: an index of the journal, never the authority. Queries are named and parameterised, never free
 * SQL. Rejects with an `InfrastructureError` that says what to do.
 */
export interface StoreReader<QueryName extends string = string> {
  query<T>(name: QueryName, params?: Params): AsyncIterable<T>
  close(): Promise<void>
}

/** Rows are appended, never updated. */
export interface Store<QueryName extends string = string> extends StoreReader<QueryName> {
  append(rows: Rows): Promise<void>
  /** Makes the rows of a rollup anew that `params` name, of what is there now. */
  refresh(rollup: RollupName, params: Params): Promise<void>
}

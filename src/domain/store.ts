/** Rows by table, in the shape of ClickHouse's JSONEachRow. Tables and columns: `store/schema.ts`. */
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
  | 'policy_decisions'
  | 'checkpoints'

export type Row = Readonly<Record<string, unknown>>
export type Rows = { readonly [Table in TableName]?: readonly Row[] }
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
}

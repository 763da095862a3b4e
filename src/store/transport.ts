import type { Params } from '../domain/store.ts'

/** Rows in a format of ClickHouse. */
export interface Insert {
  readonly format: 'Native' | 'JSONEachRow'
  readonly bytes: Buffer
}

/** The way to an engine. Rejects with an `InfrastructureError` that says what to do. */
export interface Transport {
  execute(statement: string, params?: Params): Promise<void>
  /** All of the rows are inserted, or none. */
  insert(table: string, rows: Insert): Promise<void>
  /** Streams; values reach the engine as bound parameters (`{name:Type}`), never as SQL. */
  select<T>(sql: string, params: Params): AsyncIterable<T>
  close(): Promise<void>
}

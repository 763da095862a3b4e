import type { Params } from '../domain/store.ts'

/** The way to an engine. Rejects with an `InfrastructureError` that says what to do. */
export interface Transport {
  execute(statement: string, params?: Params): Promise<void>
  /** `rows` are JSON objects, one a line. All of them are inserted, or none. */
  insert(table: string, rows: Buffer): Promise<void>
  /** Streams; values reach the engine as bound parameters (`{name:Type}`), never as SQL. */
  select<T>(sql: string, params: Params): AsyncIterable<T>
  close(): Promise<void>
}

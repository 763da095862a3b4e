import type { Params } from '../domain/store.ts'
import type { Lines } from './rows-as-lines.ts'

/** The way to an engine. Rejects with an `InfrastructureError` that says what to do. */
export interface Transport {
  execute(statement: string, params?: Params): Promise<void>
  /** All of the rows are inserted, or none. */
  insert(table: string, rows: Lines): Promise<void>
  /** Streams; values reach the engine as bound parameters (`{name:Type}`), never as SQL. */
  select<T>(sql: string, params: Params): AsyncIterable<T>
  close(): Promise<void>
}

import type { Row, TableName } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import { writerOf } from './native-types.ts'
import { NativeWriter } from './native-writer.ts'
import { tables } from './schema.ts'
import type { Insert } from './transport.ts'

/** An insert holds no more; a single row may. */
const maxRows = 20_000
/** In UTF-16 units. */
const maxLength = 16 * 1024 * 1024

/** Bytes: of a number, or the length of a text. */
const shortValue = 10

const columnsOf = new Map(
  Object.entries(tables).map(([table, { columns }]) => [
    table,
    Object.entries(columns).map(([name, type]) => ({ name, ...writerOf(type) })),
  ]),
)

/**
 * Rows in ClickHouse's own format, column by column, in blocks of a size that is inserted at once, in their order. What a row
 * does not have is empty, and what is no column is left out. The engine reads it in half the CPU time of JSON, and it takes
 * less to write.
 * https://clickhouse.com/docs/interfaces/formats/Native
 */
export function* nativeBlocks(table: TableName, rows: readonly Row[]): Iterable<Insert> {
  let from = 0
  let length = 0
  for (const [index, row] of rows.entries()) {
    const own = lengthOf(row)
    if (index - from === maxRows || (index > from && length + own > maxLength)) {
      yield { format: 'Native', bytes: block(table, rows.slice(from, index), length) }
      from = index
      length = 0
    }
    length += own
  }
  if (rows.length > from) yield { format: 'Native', bytes: block(table, rows.slice(from), length) }
}

function block(table: TableName, rows: readonly Row[], length: number): Buffer {
  const columns = columnsOf.get(table) ?? []
  const writer = new NativeWriter(length + rows.length * columns.length * shortValue)
  writer.count(columns.length)
  writer.count(rows.length)
  for (const { name, type, write } of columns) {
    writer.text(name)
    writer.text(type)
    try {
      write(
        writer,
        rows.map((row) => row[name]),
      )
    } catch (error) {
      throw new InfrastructureError('store', `a value of ${table}.${name} cannot be stored`, { cause: error })
    }
  }
  return writer.bytes()
}

/** Of its texts. */
function lengthOf(row: Row): number {
  let length = 0
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'string') length += value.length
  }
  return length
}

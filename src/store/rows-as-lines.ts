import { wellFormedJson } from '../domain/json.ts'
import type { Row, TableName } from '../domain/store.ts'

/** An insert holds no more; a single row may. */
const maxRows = 20_000
const maxBytes = 16 * 1024 * 1024

/** Rows in a format of ClickHouse, one a line. */
export interface Lines {
  readonly format: 'JSONEachRow' | 'TabSeparatedRawWithNames'
  readonly bytes: Buffer
}

/**
 * Of strings and numbers alone, which rarely need to be escaped. The line of an entry is JSON already: to write it as JSON
 * again, and to read that, costs more than all else of its row.
 */
const plainTables = new Set<TableName>(['entries', 'chain_index'])

/** Rows in buffers of a size that is inserted at once, in their order. */
export function* rowsAsLines(table: TableName, rows: readonly Row[]): Iterable<Lines> {
  const columns = plainTables.has(table) && rows.every(isPlain) ? Object.keys(rows[0] ?? {}) : null
  const asLine = columns === null ? rowAsLine : (row: Row) => plainLine(row, columns)
  const head = columns === null ? '' : `${columns.join('\t')}\n`
  const format = columns === null ? 'JSONEachRow' : 'TabSeparatedRawWithNames'
  let lines: string[] = []
  let length = 0
  for (const row of rows) {
    const line = asLine(row)
    if (lines.length === maxRows || (lines.length > 0 && length + line.length > maxBytes)) {
      yield { format, bytes: joined(head, lines) }
      lines = []
      length = 0
    }
    lines.push(line)
    length += line.length
  }
  if (lines.length > 0) yield { format, bytes: joined(head, lines) }
}

/** Without a string of all of them in between. */
function joined(head: string, lines: readonly string[]): Buffer {
  const all = [head, ...lines]
  const bytes = Buffer.allocUnsafe(all.reduce((sum, line) => sum + Buffer.byteLength(line), 0))
  let end = 0
  for (const line of all) end += bytes.write(line, end)
  return bytes
}

const separators = ['\t', '\n', '\r']
const nothing = '\\N'

/** Whether all of its values can stand between tabs as they are. */
function isPlain(row: Row): boolean {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'number') continue
    if (
      typeof value !== 'string' ||
      value === nothing ||
      separators.some((separator) => value.includes(separator))
    )
      return false
  }
  return true
}

const plainLine = (row: Row, columns: readonly string[]) =>
  `${columns.map((column) => row[column]).join('\t')}\n`

/** ClickHouse refuses the half of a surrogate pair, and with it the whole insert; recorded text may hold one. */
export function rowAsLine(row: Row): string {
  return `${wellFormedJson(JSON.stringify(row))}\n`
}

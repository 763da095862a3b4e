import type { Row } from '../domain/store.ts'

/** An insert holds no more; a single row may. */
const maxRows = 20_000
const maxBytes = 16 * 1024 * 1024

/** Rows as JSON, one a line, in buffers of a size that is inserted at once. */
export function* rowsAsLines(rows: readonly Row[]): Iterable<Buffer> {
  let lines: string[] = []
  let length = 0
  for (const row of rows) {
    const line = rowAsLine(row)
    if (lines.length === maxRows || (lines.length > 0 && length + line.length > maxBytes)) {
      yield Buffer.from(lines.join(''))
      lines = []
      length = 0
    }
    lines.push(line)
    length += line.length
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''))
}

const loneSurrogate = /\\ud[89a-f]/

/** ClickHouse refuses the half of a surrogate pair, and with it the whole insert; recorded text may hold one. */
export function rowAsLine(row: Row): string {
  const line = JSON.stringify(row)
  return `${loneSurrogate.test(line) ? JSON.stringify(row, wellFormed) : line}\n`
}

function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value
}

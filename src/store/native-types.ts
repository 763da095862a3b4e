import { isJsonObject } from '../domain/json.ts'
import type { NativeWriter } from './native-writer.ts'

/**
 * Writes the values of a column, one after the other; what is null or missing is empty where the type knows no null. Throws a
 * `TypeError` for what does not fit.
 */
type Write = (writer: NativeWriter, values: readonly unknown[]) => void

export interface ColumnWriter {
  /** What is sent; the engine makes of it what the column is. */
  readonly type: string
  readonly write: Write
}

const text: ColumnWriter = {
  type: 'String',
  write(writer, values) {
    for (const value of values) writer.text(textOf(value))
  },
}

const time: ColumnWriter = {
  type: "DateTime64(6, 'UTC')",
  write(writer, values) {
    for (const value of values) writer.long(timeOf(value))
  },
}

const double: ColumnWriter = {
  type: 'Float64',
  write(writer, values) {
    for (const value of values) writer.double(numberOf(value))
  },
}

function integer(type: string, bytes: number): ColumnWriter {
  return {
    type,
    write(writer, values) {
      for (const value of values)
        if (bytes === 8) writer.long(numberOf(value))
        else writer.integer(numberOf(value), bytes)
    },
  }
}

/** As in JSON, what is beyond all numbers is nothing. Throws for what is no number. */
function numberOf(value: unknown): number {
  if (isNothing(value)) return 0
  const number = Number(value)
  if (Number.isNaN(number)) throw new TypeError(`${JSON.stringify(value)} is no number`)
  return number
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'number' && !Number.isFinite(value))
}

/** Of an object or a list its JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : `${value ?? ''}`
}

const toMilliseconds = '2026-11-20T02:14:07.123'.length

/** In microseconds since 1970, of ISO 8601 to the millisecond or the microsecond. */
function timeOf(value: unknown): number {
  const text = textOf(value)
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) throw new TypeError(`${JSON.stringify(value)} is no time`)
  return milliseconds * 1000 + (Number.parseInt(text.slice(toMilliseconds, toMilliseconds + 3), 10) || 0)
}

/** How a column of a type is sent: as what it is, but for words and enums, which are texts. */
export function writerOf(column: string): ColumnWriter {
  const [, outer = '', inner = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(column.replace(/ CODEC\(.*/, '')) ?? []
  if (outer === 'LowCardinality') return writerOf(inner)
  if (outer === 'Nullable') return nullable(writerOf(inner))
  if (outer === 'Array') return list(writerOf(inner))
  if (outer === 'Map') return map(keyAndValue(inner))
  if (outer === 'DateTime64') return time
  if (outer === 'Float64') return double
  const [, bits = outer === 'Bool' ? 8 : 0] = /^U?Int(\d+)$/.exec(outer) ?? []
  return bits ? integer(outer, Number(bits) / 8) : text
}

function nullable({ type, write }: ColumnWriter): ColumnWriter {
  return {
    type: `Nullable(${type})`,
    write(writer, values) {
      for (const value of values) writer.integer(isNothing(value) ? 1 : 0, 1)
      write(writer, values)
    },
  }
}

function list({ type, write }: ColumnWriter): ColumnWriter {
  return {
    type: `Array(${type})`,
    write(writer, values) {
      const lists = values.map((value): readonly unknown[] => (Array.isArray(value) ? value : []))
      writeOffsets(writer, lists)
      write(writer, lists.flat())
    },
  }
}

function map([key, value]: readonly [ColumnWriter, ColumnWriter]): ColumnWriter {
  return {
    type: `Map(${key.type}, ${value.type})`,
    write(writer, values) {
      const maps = values.map((each) => (isJsonObject(each) ? Object.entries(each) : []))
      writeOffsets(writer, maps)
      const all = maps.flat()
      key.write(
        writer,
        all.map(([name]) => name),
      )
      value.write(
        writer,
        all.map(([, its]) => its),
      )
    },
  }
}

/** Where each ends. */
function writeOffsets(writer: NativeWriter, lists: readonly (readonly unknown[])[]): void {
  let end = 0
  for (const { length } of lists) {
    end += length
    writer.long(end)
  }
}

/** Of a map's two types; no key has a comma. */
function keyAndValue(types: string): readonly [ColumnWriter, ColumnWriter] {
  const comma = types.indexOf(', ')
  return [writerOf(types.slice(0, comma)), writerOf(types.slice(comma + 2))]
}

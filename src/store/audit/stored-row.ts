import { isDeepStrictEqual } from 'node:util'
import { wellFormedJson } from '../../domain/json.ts'
import type { Row } from '../../domain/store.ts'
import { type Table, tables } from '../schema.ts'

export type StoredTable = keyof typeof tables

/** A column of a row that is not what it is to be. */
export interface ColumnDifference {
  readonly column: string
  readonly says: unknown
  readonly wanted: unknown
}

/** The first column in which a row differs from the one that is to be inserted; columns that the answer leaves out are not looked at. */
export function columnDifference(table: StoredTable, row: Row, wanted: Row): ColumnDifference | null {
  const { columns }: Table = tables[table]
  let inserted: Row | null = null
  for (const column in columns) {
    const value = row[column]
    if (value === undefined || value === wanted[column]) continue
    const type = columns[column] ?? ''
    const says = answered(type, value)
    if (isDeepStrictEqual(says, answered(type, wanted[column]))) continue
    inserted ??= asInserted(wanted)
    const expected = answered(type, inserted[column])
    if (!isDeepStrictEqual(says, expected)) return { column, says, wanted: expected }
  }
  return null
}

/** What is inserted, as JSON has it. */
const asInserted = (row: Row): Row => JSON.parse(wellFormedJson(JSON.stringify(row)))

/** A value as both an insert and an answer have it. */
function answered(type: string, value: unknown): unknown {
  if (value === undefined || value === null) return emptyOf(type)
  if (type.startsWith('DateTime')) return microseconds(String(value))
  if (/^(Nullable\()?U?Int64/.test(type)) return String(value)
  if (/^(Nullable\()?U?Int/.test(type)) return Number(value)
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : value
}

function emptyOf(type: string): unknown {
  if (type.includes('Nullable(') && !type.startsWith('Map(')) return null
  if (type.startsWith('Array(')) return []
  if (type.startsWith('Map(')) return {}
  if (/^U?Int64/.test(type)) return '0'
  if (type.includes('Int') || type.startsWith('Float')) return 0
  return type.startsWith('Bool') ? false : ''
}

/** `2026-11-20 02:14:07.1` and `2026-11-20T02:14:07.100000Z` are one time. */
function microseconds(time: string): string {
  const [seconds = '', fraction = ''] = time.replace(' ', 'T').replace('Z', '').split('.')
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}`
}

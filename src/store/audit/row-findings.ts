import type { Row } from '../../domain/store.ts'
import type { Finding } from '../../journal/audit/finding.ts'
import { type ColumnDifference, columnDifference, type StoredTable } from './stored-row.ts'

/** What is wrong with one row. */
export interface RowProblem {
  readonly id: string
  /** Empty where the table has none. */
  readonly session: string
  readonly problem: 'changed' | 'missing' | 'added'
  readonly column: ColumnDifference | null
  /** The row as it is, or, where it is missing, as it is to be. */
  readonly row: Row
}

/** All that is wrong: rows that differ, that are not there, that are there twice or that nobody speaks of. */
export function rowProblems(
  table: StoredTable,
  rows: readonly Row[],
  expected: ReadonlyMap<string, Row>,
  idOf: (row: Row) => string,
): readonly RowProblem[] {
  const seen = new Set<string>()
  const problems: RowProblem[] = []
  const add = (
    id: string,
    row: Row,
    problem: RowProblem['problem'],
    column: ColumnDifference | null = null,
  ) => problems.push({ id, session: sessionOf(row), problem, column, row })
  for (const row of rows) {
    const id = idOf(row)
    const wanted = expected.get(id)
    if (!wanted || seen.has(id)) add(id, row, 'added')
    else {
      const column = columnDifference(table, row, wanted)
      if (column) add(id, wanted, 'changed', column)
    }
    seen.add(id)
  }
  for (const [id, wanted] of expected) if (!seen.has(id)) add(id, wanted, 'missing')
  return problems
}

const sessionOf = ({ session }: Row) => (typeof session === 'string' ? session : '')

/** One to be told: the place is the table and the id of the row. */
export function rowFinding(table: StoredTable, { id, session, problem, column }: RowProblem): Finding {
  const where = session === '' || session === id ? '' : ` of session ${session}`
  const place = `row ${id}${where}`
  return { log: null, seq: null, file: `database:${table}`, offset: null, problem: `${place}: ${said()}` }

  function said(): string {
    if (problem === 'missing') return 'it is missing'
    if (problem === 'added' || column === null) return 'no entry of the journal adds up to it'
    const { column: name, says, wanted } = column
    return `${name} says ${short(says)}, the journal ${short(wanted)}`
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

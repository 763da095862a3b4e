import type { Finding } from '../../journal/audit/finding.ts'
import type { KeptSince } from '../kept-since.ts'
import { type RowProblem, rowFinding } from './row-findings.ts'
import type { StoredTable } from './stored-row.ts'

/** What was seen of the tables that are made of entries. */
export interface ProjectionVerdict {
  /** Rows that are what the journal adds up to, by table; a table that was not looked at, as others are wrong, is not named. */
  readonly rows: ReadonlyMap<StoredTable, number>
  /** Rows whose entries were retired: nothing speaks for or against them. */
  readonly unproven: number
  /** Rows that are gone since they are older than the table keeps them. */
  readonly expired: number
  /** The first of each table. */
  readonly findings: readonly Finding[]
  readonly durationMs: number
}

/** Collects, and tells what is wrong from what is gone for a reason. */
export class ProjectionTally {
  readonly rows = new Map<StoredTable, number>()
  readonly #findings = new Map<StoredTable, Finding>()
  readonly #keptSince: KeptSince
  unproven = 0
  expired = 0

  constructor(keptSince: KeptSince) {
    this.#keptSince = keptSince
  }

  count(table: StoredTable, rows: number): void {
    this.rows.set(table, (this.rows.get(table) ?? 0) + rows)
  }

  report(table: StoredTable, problem: RowProblem): void {
    if (!this.#findings.has(table)) this.#findings.set(table, rowFinding(table, problem))
  }

  /** One finding a table is enough, and the search for others dear. */
  isBad(table: StoredTable): boolean {
    return this.#findings.has(table)
  }

  /** Whether the table keeps a row of that time (as it was inserted or as it is answered); a month goes once all of it is older. */
  keeps(table: StoredTable, at: unknown): boolean {
    const since = this.#keptSince.get(table)
    const time = Date.parse(`${at}`.replace(' ', 'T').replace(/Z?$/, 'Z'))
    return since === undefined || Number.isNaN(time) || time >= since
  }

  /** Whether rows of this table may be gone. */
  limits(table: StoredTable): boolean {
    return this.#keptSince.has(table)
  }

  verdict(durationMs: number): ProjectionVerdict {
    const { rows, unproven, expired } = this
    return { rows, unproven, expired, findings: [...this.#findings.values()], durationMs }
  }
}

import type { AnchorVerdict } from '../journal/audit/anchor.ts'
import type { Finding } from '../journal/audit/finding.ts'
import type { HomeVerdict, LogReport } from '../journal/audit/verify-home.ts'
import type { ProjectionVerdict } from '../store/audit/projection-verdict.ts'
import type { RowsVerdict } from '../store/verify-rows.ts'
import { amount } from './quantities.ts'

// What an audit came to, in words that are the same wherever it is shown.

export interface AuditReport {
  readonly home: string
  readonly journal: HomeVerdict
  /** Null where it was not looked at. */
  readonly database: (RowsVerdict & { readonly tables: ProjectionVerdict | null }) | null
  /** Why it could not be looked at. */
  readonly damage: readonly Finding[]
  readonly anchor: AnchorVerdict | null
  /** Entries that a database had taken in, as the home has kept it: of the one that was looked at, else of all; null where nothing was kept. */
  readonly ingested: number | null
  /** Of the journal alone. */
  readonly durationMs: number
}

export const findingsOf = ({ journal, database, damage, anchor }: AuditReport): readonly Finding[] => [
  ...journal.findings,
  ...damage,
  ...(database?.findings ?? []),
  ...(anchor?.findings ?? []),
]

/** Nothing is wrong, and something is proven where there is anything to prove. */
export const isVerified = (report: AuditReport): boolean =>
  findingsOf(report).length === 0 && !isUnsigned(report)

export function isUnsigned({ journal: { logs } }: AuditReport): boolean {
  return sum(logs, ({ entries }) => entries) > 0 && sum(logs, ({ proven }) => proven) === 0
}

export const sum = (logs: readonly LogReport[], of: (log: LogReport) => number) =>
  logs.reduce((total, log) => total + of(log), 0)

/** What the verdict does not say, whatever it is. */
export function limits({ anchor }: AuditReport): readonly string[] {
  return [
    'It proves that no entry was altered since it was signed for, not that every call passed a recorder.',
    'What came after the last checkpoint is not proven.',
    anchor?.last
      ? 'What is anchored cannot be rewritten by whoever holds the key; what came after it can.'
      : 'Without an anchor, whoever holds the key can rewrite or truncate all of it and sign again.',
    'Whoever can write to the home can, without the key, put back a state of it that was signed once, or take away all that was signed and let the next command sign the rest: only an anchor, or a database that is looked at, shows that.',
    'Of the database, rows of every table are compared with what the journal adds up to; of rows that are summed up, the last ones.',
  ]
}

/** What was not compared, and could have been. */
export function warnings({ journal, database, ingested }: AuditReport): readonly string[] {
  if (journal.logs.length === 0 && ingested === null) return []
  const had = `${amount(ingested ?? 0)} entries had been ingested`
  if (database === null)
    return [`the database was not looked at${ingested === null ? '' : `, into which ${had}`}`]
  return ingested === null
    ? [
        'how far this database was is not known: rows that were taken off the ends of logs look like rows to come; any command that reads keeps it from now on',
      ]
    : []
}

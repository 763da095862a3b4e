import { verifierKey } from '../journal/audit/signed-note.ts'
import { type AuditReport, findingsOf, isVerified, limits, warnings } from './audit-verdict.ts'

/** The document of `audit verify --json`. */
export function auditDocument(report: AuditReport) {
  const { home, journal, database, anchor, durationMs } = report
  const { register } = journal
  return {
    verified: isVerified(report),
    home,
    findings: findingsOf(report),
    logs: journal.logs.map(
      ({ log, entries, proven, bytes, bodies, bodyBytes, isClosed, isAlive, tornBytes }) => ({
        ...{ log, entries, proven, bytes, bodies, body_bytes: bodyBytes },
        ...{ is_closed: isClosed, is_alive: isAlive, torn_bytes: tornBytes },
      }),
    ),
    bodies_erased: journal.erased,
    bodies_lost: journal.lost,
    register: register && {
      ...{ origin: register.origin, lines: register.lines, proven: register.proven },
      keys: register.keys.map((key) => verifierKey(register.origin, key)),
    },
    database: database && {
      entries: database.entries,
      bodies: database.bodies,
      behind: database.behind,
      foreign_logs: database.foreignLogs,
      tables: database.tables && Object.fromEntries(database.tables.rows),
      unproven: database.tables?.unproven ?? null,
      expired: database.tables?.expired ?? null,
      duration_ms: database.tables?.durationMs ?? null,
    },
    ingested: report.ingested,
    warnings: warnings(report),
    anchor: anchor && { place: anchor.place, at: anchor.last?.at ?? null, lines: anchor.last?.lines ?? null },
    duration_ms: durationMs,
    limits: limits(report),
  }
}

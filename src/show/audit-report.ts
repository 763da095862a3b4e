import type { AnchorVerdict } from '../journal/audit/anchor.ts'
import type { Finding } from '../journal/audit/finding.ts'
import { verifierKey } from '../journal/audit/signed-note.ts'
import type { HomeVerdict, LogReport } from '../journal/audit/verify-home.ts'
import type { ProjectionVerdict } from '../store/audit/projection-verdict.ts'
import type { RowsVerdict } from '../store/verify-rows.ts'
import { escapeText } from './escape.ts'
import { amount, count, duration, size, time } from './quantities.ts'
import { wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

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

const findingsOf = ({ journal, database, damage, anchor }: AuditReport): readonly Finding[] => [
  ...journal.findings,
  ...damage,
  ...(database?.findings ?? []),
  ...(anchor?.findings ?? []),
]

/** Nothing is wrong, and something is proven where there is anything to prove. */
export const isVerified = (report: AuditReport): boolean =>
  findingsOf(report).length === 0 && !isUnsigned(report)

function isUnsigned({ journal: { logs } }: AuditReport): boolean {
  return sum(logs, ({ entries }) => entries) > 0 && sum(logs, ({ proven }) => proven) === 0
}

const sum = (logs: readonly LogReport[], of: (log: LogReport) => number) =>
  logs.reduce((total, log) => total + of(log), 0)

/** What the verdict does not say, whatever it is. */
function limits({ anchor }: AuditReport): readonly string[] {
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

/** The verdict, what it rests on, what is wrong and where, and what it does not prove. */
export function renderAudit(report: AuditReport, terminal: Terminal & { readonly command: string }): string {
  const findings = findingsOf(report)
  const { logs } = report.journal
  const facts = [
    count(logs.length, 'log'),
    count(
      sum(logs, ({ entries }) => entries),
      'entry',
      'entries',
    ),
    count(
      sum(logs, ({ bodies }) => bodies),
      'body',
      'bodies',
    ),
    size(sum(logs, ({ bytes, bodyBytes }) => bytes + bodyBytes)),
    duration(report.durationMs),
  ]
  if (logs.length === 0 && findings.length === 0)
    return `nothing is recorded in ${escapeText(report.home)}: there is nothing to prove\n`
  const paragraphs = [
    [`audit ${verdict(report, terminal)} · ${facts.join(' · ')}`],
    findings.flatMap(renderFinding),
    warnings(report).flatMap((warning) =>
      wrap(warning.split(' '), terminal.columns, {
        label: paint('warning   ', 'bad', terminal),
        between: ' ',
      }),
    ),
    [...evidence(report), ...unproven(logs)],
    wrap(limits(report).join(' ').split(' '), terminal.columns, {
      label: 'limits    ',
      between: ' ',
    }),
    next(report, terminal.command),
  ]
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

function verdict(report: AuditReport, terminal: Terminal): string {
  const findings = findingsOf(report)
  if (findings.length > 0) return paint(`FAILED: ${count(findings.length, 'finding')}`, 'bad', terminal)
  if (isUnsigned(report)) return paint('PROVES NOTHING: no entry is signed for', 'bad', terminal)
  return paint('verified', 'good', terminal)
}

/** What was not compared, and could have been. */
function warnings({ journal, database, ingested }: AuditReport): readonly string[] {
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

function renderFinding({ log, seq, file, offset, problem }: Finding): readonly string[] {
  const place = [escapeText(file), ...(offset === null ? [] : [`byte ${offset}`])].join(' ')
  const ofLog = log === null || file.includes(log) ? [] : [`log ${escapeText(log)}`]
  const entry = [...ofLog, ...(seq === null ? [] : [`entry ${seq}`])]
  return [`  ${[place, ...entry].join(' · ')}`, `    ${escapeText(problem)}`]
}

function evidence({ journal, database, damage, anchor }: AuditReport): readonly string[] {
  const { register, logs, erased, lost } = journal
  const entries = sum(logs, (log) => log.entries)
  const proven = sum(logs, (log) => log.proven)
  const excused = [
    ...(erased > 0 ? [`${amount(erased)} erased, as an entry says`] : []),
    ...(lost > 0 ? [`${amount(lost)} lost, as an entry says`] : []),
  ]
  const bodies = `${amount(sum(logs, (log) => log.bodies))} are what their entries speak of`
  const keys = register?.keys.map((key) => verifierKey(register.origin, key)) ?? []
  return [
    `entries   ${amount(proven)} of ${amount(entries)} are what was signed for`,
    `bodies    ${[bodies, ...excused].join(' · ')}`,
    register
      ? `register  ${amount(register.proven)} of ${count(register.lines, 'line')} signed for`
      : 'register  none: nothing was ever signed',
    ...keys.map((key, index) => `${index === 0 ? 'key      ' : '         '} ${key}`),
    database
      ? `database  ${amount(database.entries)} rows of entries, ${amount(database.bodies)} of bodies · ${amount(database.behind)} entries behind${foreign(database)}`
      : `database  not looked at${damage.length > 0 ? ': it is damaged' : ''}`,
    ...(database ? tableLines(database.tables) : []),
    `anchor    ${anchorLine(anchor, register?.lines ?? 0)}`,
  ]
}

/** Of the tables that are made of entries. */
function tableLines(verdict: ProjectionVerdict | null): readonly string[] {
  if (verdict === null) return ['tables    not looked at: entries of the database are not what was written']
  const { rows, unproven, expired, durationMs } = verdict
  const counts = Array.from(rows, ([table, count]) => `${table} ${amount(count)}`)
  const gone = [
    ...(unproven > 0 ? [`${amount(unproven)} rows cannot be proven: their entries were retired`] : []),
    ...(expired > 0 ? [`${amount(expired)} rows are gone, older than their table keeps them`] : []),
  ]
  return [
    ...wrap(
      [...counts.map((each) => `${each},`), `which the journal adds up to, in ${duration(durationMs)}`],
      100,
      {
        label: 'tables    ',
        between: ' ',
      },
    ),
    ...gone.map((line) => `          ${line}`),
  ]
}

function foreign({ foreignLogs }: RowsVerdict): string {
  return foreignLogs === 0 ? '' : ` · ${count(foreignLogs, 'log')} of other homes, not looked at`
}

function anchorLine(anchor: AnchorVerdict | null, lines: number): string {
  if (anchor === null) return 'not anchored off this host'
  const place = escapeText(anchor.place)
  if (!anchor.last) return `FAILED · ${place}`
  return `${time(anchor.last.at)} UTC · ${amount(anchor.last.lines)} of ${count(lines, 'line')} of the register · ${place}`
}

/** Logs with entries that nothing speaks for. */
function unproven(logs: readonly LogReport[]): readonly string[] {
  return logs.flatMap((log) => {
    const { entries, proven, findings, tornBytes } = log
    if (findings.length > 0 || (entries === proven && (tornBytes === 0 || log.isAlive))) return []
    const after = entries > proven ? [`${count(entries - proven, 'entry', 'entries')} from ${proven} on`] : []
    const torn = tornBytes > 0 ? [`${tornBytes} bytes of a line that was never finished`] : []
    return [`unproven  log ${log.log}: ${[...after, ...torn].join(', ')} · ${why(log)}`]
  })
}

function why({ isAlive, isClosed }: LogReport): string {
  if (isAlive) return 'its recorder signs within seconds'
  return isClosed
    ? 'its recorder was killed'
    : 'its recorder was killed; the next ingest signs for what it finds'
}

function next(report: AuditReport, command: string): readonly string[] {
  return report.anchor === null
    ? [`next      ${command} audit anchor --anchor git:URL     keeps a checkpoint off this host`]
    : []
}

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

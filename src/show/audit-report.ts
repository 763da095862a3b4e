import type { AnchorVerdict } from '../journal/audit/anchor.ts'
import type { Finding } from '../journal/audit/finding.ts'
import { verifierKey } from '../journal/audit/signed-note.ts'
import type { LogReport } from '../journal/audit/verify-home.ts'
import type { ProjectionVerdict } from '../store/audit/projection-verdict.ts'
import type { RowsVerdict } from '../store/verify-rows.ts'
import { type AuditReport, findingsOf, isUnsigned, limits, sum, warnings } from './audit-verdict.ts'
import { escapeText } from './escape.ts'
import { amount, count, duration, size, time } from './quantities.ts'
import { wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

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

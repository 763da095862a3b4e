import type { Schedule } from '../domain/schedule.ts'
import type { EndedRun, ScheduleRecord } from '../evaluate/schedule/schedule-record.ts'
import { escapeText } from './escape.ts'
import { time, unknown } from './quantities.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface ListedSchedule {
  readonly schedule: Schedule
  readonly record: ScheduleRecord
  /** ISO 8601; null where the clock never starts it. */
  readonly next: string | null
}

export function renderSchedules(listed: readonly ListedSchedule[], terminal: Terminal): string {
  const columns = [
    { head: 'schedule' },
    { head: 'when', isFlexible: true },
    { head: 'next (UTC)' },
    { head: 'last (UTC)' },
    { head: 'result' },
  ] as const
  const rows = listed.map(({ schedule, record, next }) => [
    schedule.name,
    whenOf(schedule),
    minute(next),
    record.running ? 'running' : minute(record.last?.ended ?? null),
    record.last ? resultOf(record.last) : unknown,
  ])
  const { heading, rows: lines } = table(columns, rows, terminal.columns)
  return `${[...heading, ...lines].join('\n')}\n`
}

/** The document of `--json`. */
export function schedulesDocument(listed: readonly ListedSchedule[]) {
  return {
    schedules: listed.map(({ schedule, record: { running, last, again, resume = null }, next }) => ({
      name: schedule.name,
      cron: schedule.cron,
      timezone: schedule.timezone,
      jitter_ms: schedule.jitterMs,
      time_limit_ms: schedule.eval.timeLimitMs,
      on_drift: schedule.onDrift,
      next,
      again,
      resume,
      running: running && { cause: running.cause, slot: running.slot, began: running.began },
      last: last && lastDocument(last),
    })),
  }
}

/** `regressed (exit 1)`, `exit 3`: the verdict where there is one, and the exit code of the evaluation. */
export function resultOf({
  verdict,
  exitCode,
  timedOut,
}: Pick<EndedRun, 'verdict' | 'exitCode' | 'timedOut'>): string {
  const code = `exit ${exitCode ?? 'unknown'}${timedOut ? ', its time was up' : ''}`
  return verdict === null ? code : `${verdict} (${code})`
}

const minute = (iso: string | null) => time(iso).slice(0, 16)

function lastDocument({ exitCode: exit_code, timedOut: timed_out = false, regressed, ...last }: EndedRun) {
  const found = regressed.map(({ asAWhole: as_a_whole, ...each }) => ({ ...each, as_a_whole }))
  return { ...last, exit_code, timed_out, regressed: found }
}

function whenOf({ cron, timezone, onDrift }: Schedule): string {
  const clock = cron === null ? [] : [`${cron} ${timezone}`]
  return escapeText([...clock, ...(onDrift ? ['drift'] : [])].join(', '))
}

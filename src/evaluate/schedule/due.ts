import { createHash } from 'node:crypto'
import type { Schedule } from '../../domain/schedule.ts'
import { CronTimes } from './cron-times.ts'
import type { Cause, ScheduleRecord } from './schedule-record.ts'

export interface Due {
  readonly cause: Cause
  /** The time of the pattern that it is for; in ISO 8601. */
  readonly slot: string | null
}

export interface DueOptions {
  /** Differs between homes, so that they do not all begin at once. */
  readonly spread: string
  /** Whoever asks chose the moment: jitter has nothing to wait for, and what never ran is due. */
  readonly isAsked: boolean
}

/**
 * Whether a run is due by the clock. Of all the times that passed since the last run, the newest is the one that counts:
 * what was missed is caught up once.
 */
export function dueRun(
  schedule: Schedule,
  record: ScheduleRecord,
  nowMs: number,
  { spread, isAsked }: DueOptions,
): Due | null {
  const times = timesOf(schedule)
  const passed = times?.upTo(nowMs) ?? null
  const isNew = times !== null && passed !== null && passed > takenUp(record)
  const begins = isNew ? passed + (isAsked ? 0 : jitter(schedule, passed, times, spread)) : null
  const last = passed === null ? null : new Date(passed).toISOString()
  const slot = begins !== null && begins <= nowMs ? last : null
  if (record.again !== null) return { cause: record.again, slot: slot ?? record.slot }
  if (slot !== null) return { cause: 'time', slot }
  return isAsked && record.last === null ? { cause: 'first', slot: last } : null
}

/** When the clock starts it next, in milliseconds since 1970; null where it never does. */
export function nextRun(
  schedule: Schedule,
  record: ScheduleRecord,
  nowMs: number,
  spread: string,
): number | null {
  const times = timesOf(schedule)
  if (times === null) return null
  const begins = (slot: number) => slot + jitter(schedule, slot, times, spread)
  const passed = times.upTo(nowMs)
  if (passed !== null && passed > takenUp(record)) return Math.max(nowMs, begins(passed))
  const coming = times.after(nowMs)
  return coming === null ? null : begins(coming)
}

const dayMs = 24 * 60 * 60_000

/**
 * The record, where its times may be. Those that a clock has taken up which was more than a day ahead, and was set right
 * since, would keep all until then from being played: they count from now on. After less, none is played twice.
 */
export function sinceClockWasSet(schedule: Schedule, record: ScheduleRecord, nowMs: number): ScheduleRecord {
  const coming = timesOf(schedule)?.after(nowMs) ?? null
  if (coming === null || takenUp(record) <= Math.max(coming, nowMs + dayMs)) return record
  return { ...record, since: new Date(nowMs).toISOString(), slot: null }
}

function timesOf({ cron, timezone }: Schedule): CronTimes | null {
  return cron === null ? null : new CronTimes(cron, timezone)
}

function takenUp({ since, slot }: ScheduleRecord): number {
  return Math.max(Date.parse(since), slot === null ? 0 : Date.parse(slot))
}

/** The same whoever asks, and less than the time to the next one, so that none is passed over. */
function jitter({ name, jitterMs }: Schedule, slot: number, times: CronTimes, spread: string): number {
  const most = Math.min(jitterMs, (times.after(slot) ?? Number.POSITIVE_INFINITY) - slot)
  const drawn = createHash('sha256')
    .update(JSON.stringify([spread, name, slot]))
    .digest()
    .readUInt32BE()
  return Math.floor((drawn / 2 ** 32) * most)
}

import { z } from 'zod'
import { readJson } from '../../domain/json.ts'
import type { Schedule } from '../../domain/schedule.ts'
import { InfrastructureError } from '../../errors.ts'
import { readIfThere, replaceFile } from '../../journal/home.ts'

/** Why a run begins: its time came, a tool definition changed, or it never ran and somebody asked for what is due. */
const cause = z.enum(['time', 'drift', 'first'])

const time = z.iso.datetime()

const delivery = z.strictObject({
  webhook: z.string(),
  delivered: z.boolean(),
  attempts: z.number(),
  problem: z.string().nullable(),
})

const regression = z.strictObject({
  model: z.string(),
  exposure: z.string(),
  /** `suite/case`, those that were confirmed. */
  cases: z.array(z.string()),
  /** Whether the run as one number fell. */
  asAWhole: z.boolean(),
})

const ended = z.strictObject({
  cause,
  /** The time of the pattern that it was for. */
  slot: time.nullable(),
  began: time,
  ended: time,
  /** Of `calltrail eval`; null where a signal ended it, or where the scheduler that began it was gone. */
  exitCode: z.number().nullable(),
  run: z.string().nullable(),
  /** It did not end by itself before its time was up. */
  timedOut: z.boolean().optional(),
  verdict: z.enum(['pass', 'regressed', 'insufficient data']).nullable(),
  regressed: z.array(regression),
  webhooks: z.array(delivery),
})

/** Tells a process from every other, a later one with the same id too. */
const processNote = z.strictObject({ pid: z.int(), start: z.string().nullable(), host: z.string() })

const record = z.strictObject({
  /** Pattern and zone: where they change, times before that are nobody's missed runs. */
  rule: z.string(),
  since: time,
  /** The last time of the pattern that a run was begun for. */
  slot: time.nullable(),
  /** Definitions that changed after it have not been played with. */
  driftSince: time,
  /** A run that did not come to its end, to be played once more. */
  again: cause.nullable(),
  /** What it had begun to play, to be taken up. */
  resume: z.string().optional(),
  running: z
    .strictObject({
      cause,
      slot: time.nullable(),
      began: time,
      process: processNote,
      /** The run that it plays, chosen before it began: its id, or what becomes its id. */
      run: z.string(),
      isSecond: z.boolean(),
      isResumed: z.boolean().optional(),
    })
    .nullable(),
  last: ended.nullable(),
  /** Of `last`, not every webhook has been tried yet. */
  isUntold: z.boolean().optional(),
})

const recordsSchema = z.strictObject({ version: z.literal(1), schedules: z.record(z.string(), record) })

export type ProcessNote = z.output<typeof processNote>
export type Cause = z.output<typeof cause>
export type Running = NonNullable<ScheduleRecord['running']>
export type Delivery = z.output<typeof delivery>
export type EndedRun = z.output<typeof ended>
export type ScheduleRecord = z.output<typeof record>
export type ScheduleRecords = Readonly<Record<string, ScheduleRecord>>

/** What the home remembers of its schedules. Throws an `InfrastructureError` for a file that calltrail has not written. */
export function readRecords(path: string): ScheduleRecords {
  const text = readIfThere(path)
  if (text === null) return {}
  const { success, data } = recordsSchema.safeParse(readJson(text.toString()))
  if (success) return data.schedules
  throw new InfrastructureError(
    'schedule',
    `${path} cannot be read: move it away, and every schedule begins as one that never ran`,
  )
}

/** The file is the old one or the new one, whenever the process ends. */
export function writeRecords(path: string, schedules: ScheduleRecords): void {
  replaceFile(path, `${JSON.stringify({ version: 1, schedules }, null, 2)}\n`)
}

const ruleOf = ({ cron, timezone }: Schedule) => `${cron ?? 'drift'} ${timezone}`

/** What is remembered of a schedule, or what it begins with at `nowMs`. */
export function recordOf(schedule: Schedule, records: ScheduleRecords, nowMs: number): ScheduleRecord {
  const rule = ruleOf(schedule)
  const since = new Date(nowMs).toISOString()
  const known = records[schedule.name]
  if (known) return known.rule === rule ? known : { ...known, rule, since }
  return { rule, since, slot: null, driftSince: since, again: null, running: null, last: null }
}

import type { Schedule } from '../domain/schedule.ts'
import type { EndedRun, ScheduleRecord } from '../evaluate/schedule/schedule-record.ts'
import { escapeText } from './escape.ts'
import { duration, time, unknown } from './quantities.ts'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface ListedSchedule {
  readonly schedule: Schedule
  readonly record: ScheduleRecord
  /** ISO 8601; null where the clock never starts it. */
  readonly next: string | null
}

/** A paragraph each, broken where the terminal ends and never cut. */
export function renderSchedules(listed: readonly ListedSchedule[], terminal: Terminal): string {
  return `${listed.map((each) => paragraph(each, terminal).join('\n')).join('\n\n')}\n`
}

function paragraph({ schedule, record, next }: ListedSchedule, { columns }: Terminal): readonly string[] {
  const facts = [
    ['when', whenOf(schedule)],
    ['plays', playsOf(schedule)],
    ['next', next === null ? unknown : `${minute(next)} UTC`],
    ['last', lastOf(record)],
    ['tells', webhooksOf(schedule)],
  ] as const
  return [
    escapeText(schedule.name),
    ...facts.flatMap(([name, words]) =>
      wrap(escapeText(words).split(' '), columns, { label: `  ${name.padEnd(5)}  ` }),
    ),
  ]
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

function whenOf({ cron, timezone, jitterMs, onDrift }: Schedule): string {
  const late = jitterMs > 0 ? `, up to ${duration(jitterMs)} later` : ''
  const clock = cron === null ? [] : [`${cron} on the clocks of ${timezone}${late}`]
  return [...clock, ...(onDrift ? ['when a tool definition changed'] : [])].join('; ')
}

/** Suites by the last of their path: where they stand is in calltrail.yaml. */
function playsOf({ eval: { suites, fromChains, models, exposures, shard, gate } }: Schedule): string {
  const named = suites.map((path) => path.split(/[\\/]/).findLast((part) => part !== '') ?? path)
  const recorded = fromChains === undefined ? [] : [`recorded chains (${fromChains})`]
  const parts = [
    [...named, ...recorded].join(', '),
    models?.join(', ') ?? 'the offline baselines',
    ...(exposures ? [exposures.join(', ')] : []),
    ...(shard === undefined ? [] : [`shard ${shard}`]),
    gate === 'off' ? 'no gate' : gate === 'strict' ? 'strict gate' : 'gate',
  ]
  return parts.join(' · ')
}

function lastOf({ running, last }: ScheduleRecord): string {
  const ended = last === null ? [] : [`${minute(last.ended)} UTC: ${resultOf(last)}`]
  const now = running === null ? [] : [`running since ${minute(running.began)} UTC`]
  return [...now, ...ended].join('; before that ') || unknown
}

/** Which webhook hears of what. Path and query of its address are secrets. */
function webhooksOf({ webhooks }: Schedule): string {
  const heard = {
    regressed: 'of what regressed, and of a run whose time was up',
    'not passed': 'of every run that did not pass',
    always: 'of every run',
  }
  return (
    webhooks
      .map(({ label, url, when }) => `${URL.canParse(url) ? new URL(url).host : label} ${heard[when]}`)
      .join('; ') || 'nobody'
  )
}

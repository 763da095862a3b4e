import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '../config/calltrail-config.ts'
import type { DocumentPath } from '../config/located-document.ts'
import { defineSchedules, type ScheduleEntries } from '../config/schedules-config.ts'
import { findSuiteFiles } from '../config/suite-files.ts'
import { formatPath } from '../config/validate.ts'
import type { Schedule } from '../domain/schedule.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { nextRun } from '../evaluate/schedule/due.ts'
import { isOccasion, notificationOf } from '../evaluate/schedule/notification.ts'
import { type Delivery, type EndedRun, readRecords, recordOf } from '../evaluate/schedule/schedule-record.ts'
import { type Clock, Scheduler, type SchedulerEvent } from '../evaluate/schedule/scheduler.ts'
import { sendWebhook } from '../evaluate/schedule/send-webhook.ts'
import { type Home, openHome } from '../journal/home.ts'
import { lockForProcess } from '../journal/process-lock.ts'
import { count, time } from '../show/quantities.ts'
import { renderSchedules, resultOf, schedulesDocument } from '../show/schedule-list.ts'
import { terminalOf } from '../show/terminal.ts'
import { checkExposures } from '../tools/exposures/exposures.ts'
import { homePath } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { modelsOf } from './planned-eval.ts'
import { print, printJson } from './print.ts'
import { interruptedExitCode, say } from './run-command.ts'
import { driftWatch } from './schedule-drift.ts'
import { scheduleExitCode } from './schedule-exit.ts'
import { killEval, nameRun, playInProcess, resultOfRun } from './scheduled-eval.ts'

export interface ScheduleOptions {
  readonly once?: true
  readonly list?: true
  readonly config?: string
  readonly json?: true
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

export async function schedule({ once, list, config: file, json }: ScheduleOptions): Promise<number> {
  if (json && !once && !list)
    throw new UsageError([{ message: '--json shows what there is to list', hint: 'add --list or --once' }])
  const config = await loadConfig(file, process.cwd())
  const schedules = await defineSchedules(config.schedules, process.env)
  if (schedules.length === 0 || config.file === null) throw nothingToDo(config.file)
  const home = openHome(homePath())
  const show = () => {
    const listed = listOf(schedules, home)
    if (json) printJson(schedulesDocument(listed))
    else print(renderSchedules(listed, terminalOf(process.stdout, process.env)))
  }
  if (list) {
    show()
    return 0
  }
  const named = schedules.flatMap(({ eval: { suites } }) => (suites.length > 0 ? [suites] : []))
  await Promise.all(named.map((suites) => findSuiteFiles(suites, process.cwd())))
  const lock = lockForProcess(home.scheduleLock)
  if ('heldBy' in lock)
    throw new InfrastructureError(
      'schedule',
      `process ${lock.heldBy} keeps the schedules of ${home.path} already: there is one for each home`,
    )
  try {
    const signal = onInterrupt('stopping; an evaluation under way ends first (again to stop at once)')
    const scheduler = schedulerOf(schedules, home, config.file)
    if (!once) {
      await checkPlayed(schedules, config.schedules)
      say(`keeping ${schedules.map(({ name }) => name).join(', ')} of ${config.file} in ${home.path}`)
      await scheduler.keep(signal)
      return 0
    }
    const ended = await scheduler.once(signal)
    show()
    return signal.aborted ? interruptedExitCode : scheduleExitCode(ended)
  } finally {
    lock.release()
  }
}

/** A mistake is told now, and not in the night; `--once` has its evaluations tell it. */
async function checkPlayed(schedules: readonly Schedule[], entries: ScheduleEntries): Promise<void> {
  const check = async (path: DocumentPath, act: () => unknown) => {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof UsageError) || !entries) throw error
      throw error.at(entries.document.locate(path), formatPath(path))
    }
  }
  for (const { name, eval: what } of schedules) {
    await check(['schedules', name, 'exposures'], () => checkExposures(what.exposures ?? []))
    await check(['schedules', name, 'models'], () => modelsOf(what.models ?? [], what))
  }
}

function schedulerOf(schedules: readonly Schedule[], home: Home, config: string): Scheduler {
  return new Scheduler({
    ...{ schedules, path: home.schedules, spread: home.path, clock },
    play: (each, signal, occasion) => playInProcess(each, { home, config, signal, occasion }),
    nameRun,
    leftBy: ({ name }, run) => resultOfRun(home, name, run),
    kill: killEval,
    hasDrifted: driftWatch(home, config),
    notify,
    onEvent: tell,
  })
}

/** All that were not told yet, at once: one that does not answer keeps nobody else from hearing. */
function notify(each: Schedule, run: EndedRun, signal: AbortSignal): Promise<readonly Delivery[]> {
  const isTold = (label: string) =>
    run.webhooks.some(({ webhook, delivered }) => delivered && webhook === label)
  const told = each.webhooks.filter(({ when, label }) => isOccasion(when, run) && !isTold(label))
  const id = run.run ?? `${each.name} ${run.began}`
  return Promise.all(
    told.map((webhook) => sendWebhook(webhook, notificationOf(webhook, each, run), { clock, signal, id })),
  )
}

function listOf(schedules: readonly Schedule[], home: Home) {
  const records = readRecords(home.schedules)
  const now = Date.now()
  return schedules.map((each) => {
    const record = recordOf(each, records, now)
    const next = nextRun(each, record, now, home.path)
    return { schedule: each, record, next: next === null ? null : new Date(next).toISOString() }
  })
}

function tell(event: SchedulerEvent): void {
  const { name } = event.schedule
  if (event.type === 'still running') {
    say(`${name}: what an earlier scheduler began at ${time(event.began)} UTC still runs; it is waited for`)
  } else if (event.type === 'began') {
    const { cause, slot } = event.due
    const why = {
      time: `due at ${time(slot)} UTC`,
      drift: 'a tool definition changed',
      first: 'it never ran',
    }
    const { resume } = event
    say(`${name}: ${resume === null ? 'begins' : `takes up ${resume}`}, ${why[cause]}`)
  } else {
    say(`${name}: ${resultOf(event.run)}, run ${event.run.run ?? 'unknown'}`)
    for (const { webhook, delivered, attempts, problem } of event.run.webhooks)
      if (!delivered) say(`${webhook} was not told, after ${count(attempts, 'attempt')}: ${problem}`)
  }
}

function nothingToDo(file: string | null): UsageError {
  const hint = 'add schedules: { nightly: { cron: "0 3 * * *", suites: [suites/] } }'
  return new UsageError([
    { message: file === null ? 'no calltrail.yaml here or above' : `${file} has no schedules`, hint },
  ])
}

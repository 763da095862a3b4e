import type { Schedule } from '../../domain/schedule.ts'
import { mayLive } from '../../journal/recorder-process.ts'
import { type Due, dueRun, nextRun, sinceClockWasSet } from './due.ts'
import {
  type Delivery,
  type EndedRun,
  type ProcessNote,
  type Running,
  readRecords,
  recordOf,
  type ScheduleRecord,
  writeRecords,
} from './schedule-record.ts'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves early when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** What came of an evaluation; `run` is the one that it told of. */
export interface Outcome extends Pick<EndedRun, 'exitCode' | 'run' | 'verdict' | 'regressed' | 'timedOut'> {
  /** The run that the journal says it had begun, where it was killed before it could tell. */
  readonly begun?: string | null
}

/** What an evaluation is to play. */
export interface Occasion {
  readonly run: string
  /** It was begun, and cut short. */
  readonly isResumed: boolean
}

/** An evaluation that waits to begin, and ends without having begun where the scheduler is gone before it says so. */
export interface Playing {
  /** The note of its process, by which a later scheduler knows whether it still runs. */
  readonly process: ProcessNote
  readonly begin: () => void
  /** Once it has ended, however it did. */
  readonly ended: Promise<Outcome>
}

export interface SchedulerOptions {
  readonly schedules: readonly Schedule[]
  /** The file that the home remembers its schedules in. */
  readonly path: string
  readonly spread: string
  readonly clock: Clock
  /** What the run for a time of the pattern is to be called; null where something else started it. */
  readonly nameRun: (schedule: Schedule, slot: string | null) => string
  /** Starts an evaluation; an aborted signal ends it cleanly. */
  readonly play: (schedule: Schedule, signal: AbortSignal, occasion: Occasion) => Playing
  /** What an evaluation left that outlived the scheduler which began it. */
  readonly leftBy: (schedule: Schedule, run: string) => Promise<Outcome>
  /** Ends an evaluation whose time is up and that has not ended by itself. */
  readonly kill: (process: ProcessNote) => void
  /** Whether a tool definition that a schedule is about has changed since its `driftSince`. */
  readonly hasDrifted: (schedule: Schedule, record: ScheduleRecord) => Promise<boolean>
  readonly notify: (schedule: Schedule, run: EndedRun, signal: AbortSignal) => Promise<readonly Delivery[]>
  readonly onEvent: (event: SchedulerEvent) => void
}

export type SchedulerEvent =
  | { readonly type: 'began'; readonly schedule: Schedule; readonly due: Due; readonly resume: string | null }
  | { readonly type: 'still running'; readonly schedule: Schedule; readonly began: string }
  | { readonly type: 'ended'; readonly schedule: Schedule; readonly run: EndedRun }

/** The clock of the system may be set, and a machine may sleep: the time is looked at anew after so long. */
const longestSleepMs = 30_000
const lookMs = 1_000

/** An evaluation ends itself once its time is up; so long it may take for that. */
export const graceMs = 5 * 60_000

/** One evaluation at a time, of whatever schedule: they share servers, providers and the database. */
export class Scheduler {
  readonly #options: SchedulerOptions

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  /** Until the signal is aborted; an evaluation under way is ended cleanly before it resolves. */
  async keep(signal: AbortSignal): Promise<void> {
    await this.#takeOver(signal)
    while (!signal.aborted) {
      const due = await this.#firstDue(false)
      if (due === null) await this.#options.clock.sleep(this.#untilNext(), signal)
      else if (!signal.aborted) await this.#run(due.schedule, due.due, signal)
    }
  }

  /** Whatever is due now, each schedule at most once, and what an earlier scheduler left running. */
  async once(signal: AbortSignal): Promise<readonly EndedRun[]> {
    const ended = await this.#takeOver(signal)
    for (const schedule of this.#options.schedules) {
      const due = signal.aborted ? null : await this.#due(schedule, true)
      if (due && !signal.aborted) ended.push(await this.#run(schedule, due, signal))
    }
    return ended
  }

  async #firstDue(isAsked: boolean) {
    for (const schedule of this.#options.schedules) {
      const due = await this.#due(schedule, isAsked)
      if (due) return { schedule, due }
    }
    return null
  }

  async #due(schedule: Schedule, isAsked: boolean): Promise<Due | null> {
    const { clock, spread, hasDrifted } = this.#options
    const record = this.#recordOf(schedule)
    const due = dueRun(schedule, record, clock.now(), { spread, isAsked })
    if (due || !schedule.onDrift) return due
    return (await hasDrifted(schedule, record)) ? { cause: 'drift', slot: null } : null
  }

  /** Remembered as it is first seen: what its times are counted from. */
  #recordOf(schedule: Schedule): ScheduleRecord {
    const { path, clock } = this.#options
    const records = readRecords(path)
    const now = clock.now()
    const record = sinceClockWasSet(schedule, recordOf(schedule, records, now), now)
    if (record !== records[schedule.name]) this.#write(schedule, record)
    return record
  }

  #untilNext(): number {
    const { schedules, clock, spread } = this.#options
    const now = clock.now()
    const coming = schedules.flatMap(
      (schedule) => nextRun(schedule, this.#recordOf(schedule), now, spread) ?? [],
    )
    return Math.min(longestSleepMs, ...coming.map((at) => Math.max(1, at - now)))
  }

  async #run(schedule: Schedule, { cause, slot }: Due, signal: AbortSignal): Promise<EndedRun> {
    const { nameRun, play, onEvent } = this.#options
    const before = this.#recordOf(schedule)
    const began = this.#time()
    const { resume: earlier, ...rest } = before
    // What is due by now is not what was due then.
    const resume = slot === before.slot ? (earlier ?? null) : null
    onEvent({ type: 'began', schedule, due: { cause, slot }, resume })
    const playing = { run: resume ?? nameRun(schedule, slot), isResumed: resume !== null }
    const { process, begin, ended } = play(schedule, signal, playing)
    const running = { cause, slot, began, process, isSecond: before.again !== null, ...playing }
    const taken = { ...rest, slot: slot ?? before.slot, driftSince: began, again: null, running }
    this.#write(schedule, taken)
    begin()
    return this.#end(schedule, taken, await ended, signal)
  }

  /** What a scheduler that was killed has left running goes on, and nothing begins beside it. */
  async #takeOver(signal: AbortSignal): Promise<EndedRun[]> {
    const { schedules, clock, leftBy, kill, onEvent } = this.#options
    const ended: EndedRun[] = []
    for (const schedule of schedules) {
      const record = this.#recordOf(schedule)
      const { running } = record
      if (running === null) {
        if (record.isUntold && record.last) await this.#tell(schedule, record, record.last, signal)
        continue
      }
      if (mayLive(running.process)) onEvent({ type: 'still running', schedule, began: running.began })
      const lastMs = Date.parse(running.began) + schedule.eval.timeLimitMs + graceMs
      let timedOut = false
      // Of one on another host nobody here can tell that it has ended.
      while (mayLive(running.process) && !timedOut && !signal.aborted) {
        if (clock.now() > lastMs) {
          timedOut = true
          kill(running.process)
        }
        await clock.sleep(lookMs, signal)
      }
      if (signal.aborted) continue
      const left = await leftBy(schedule, running.run)
      const outcome = timedOut ? { ...left, timedOut } : left
      ended.push(await this.#end(schedule, { ...record, running }, outcome, signal))
    }
    return ended
  }

  async #end(
    schedule: Schedule,
    record: ScheduleRecord & { readonly running: Running },
    { begun = null, ...outcome }: Outcome,
    signal: AbortSignal,
  ): Promise<EndedRun> {
    const { cause, slot, began, isSecond, isResumed = false } = record.running
    const id = outcome.run ?? begun
    const run: EndedRun = { cause, slot, began, ended: this.#time(), ...outcome, run: id, webhooks: [] }
    const isCut = isCutShort(outcome) && !isSecond
    // What cannot be taken up as it was planned is played anew.
    const again = isCut || (isResumed && outcome.exitCode === usage) ? cause : null
    const resume = isCut && id !== null ? { resume: id } : {}
    return this.#tell(schedule, { ...record, again, ...resume, running: null }, run, signal)
  }

  /** Whoever is stopped, or killed, while webhooks are told tells the rest of them when it begins again. */
  async #tell(
    schedule: Schedule,
    record: ScheduleRecord,
    run: EndedRun,
    signal: AbortSignal,
  ): Promise<EndedRun> {
    const { isUntold: _, ...rest } = record
    const known = run.webhooks.filter(({ delivered }) => delivered)
    const sofar = { ...run, webhooks: known }
    this.#write(schedule, { ...rest, last: sofar, isUntold: true })
    const webhooks = [...known, ...(await this.#options.notify(schedule, sofar, signal))]
    const told = { ...run, webhooks }
    const isCutOff = signal.aborted && webhooks.some(({ delivered }) => !delivered)
    this.#write(schedule, { ...rest, last: told, ...(isCutOff && { isUntold: true }) })
    this.#options.onEvent({ type: 'ended', schedule, run: told })
    return told
  }

  #write(schedule: Schedule, record: ScheduleRecord): void {
    const { path } = this.#options
    writeRecords(path, { ...readRecords(path), [schedule.name]: record })
  }

  #time(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}

const interrupted = 130
const usage = 2

/** A signal ended it, sent by us or by others, before it had a result. */
function isCutShort({ exitCode, run, timedOut = false }: Outcome): boolean {
  if (timedOut) return false
  return exitCode === interrupted || (exitCode === null && run === null)
}

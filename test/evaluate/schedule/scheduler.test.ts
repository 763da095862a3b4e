import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Schedule } from '../../../src/domain/schedule.ts'
import { readRecords, writeRecords } from '../../../src/evaluate/schedule/schedule-record.ts'
import {
  type Outcome,
  Scheduler,
  type SchedulerEvent,
  type SchedulerOptions,
} from '../../../src/evaluate/schedule/scheduler.ts'
import { noteOfProcess, noteOfThisProcess } from '../../../src/journal/recorder-process.ts'
import { clockFrom, schedule } from './schedules.ts'

const minuteMs = 60_000
const passed: Outcome = { exitCode: 0, run: 'r', verdict: 'pass', regressed: [] }

interface Setting {
  readonly schedules?: readonly Schedule[]
  /** How long each evaluation takes, and what comes of it; the last one again and again. */
  readonly takes?: number
  readonly outcomes?: readonly Outcome[]
  readonly path?: string
  readonly more?: Partial<SchedulerOptions>
}

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-schedule-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'schedules.json')
}

/** A scheduler between two times, with the events and the times at which evaluations began and ended. */
function schedulerBetween(from: string, to: string, setting: Setting = {}) {
  const { schedules = [schedule()], takes = 0, outcomes = [passed], path = stateFile(), more } = setting
  const clock = clockFrom(from, to)
  const began: string[] = []
  const events: SchedulerEvent[] = []
  const atOnce = { now: 0, most: 0 }
  const play = ({ name }: Schedule, signal: AbortSignal) => {
    began.push(`${name} ${new Date(clock.now()).toISOString().slice(5, 16)}`)
    atOnce.most = Math.max(atOnce.most, ++atOnce.now)
    const outcome = outcomes[Math.min(began.length, outcomes.length) - 1] ?? passed
    const ended = Promise.resolve().then(() => {
      clock.pass(takes)
      atOnce.now -= 1
      return signal.aborted && takes > 0
        ? { exitCode: 130, run: null, verdict: null, regressed: [] }
        : outcome
    })
    return { process: noteOfThisProcess(), begin: () => {}, ended }
  }
  const scheduler = new Scheduler({
    ...{ schedules, path, spread: '', clock, nameRun: () => 'r', play },
    leftBy: async () => ({ exitCode: null, run: null, verdict: null, regressed: [] }),
    kill: () => {},
    hasDrifted: async () => false,
    notify: async () => [],
    onEvent: (event) => events.push(event),
    ...more,
  })
  return { scheduler, clock, began, events, atOnce, path, keep: () => scheduler.keep(clock.signal) }
}

const last = (path: string, name = 'nightly') => readRecords(path)[name]?.last

describe('the scheduler', () => {
  test('begins every run at its time, and keeps exit code and verdict of each', async () => {
    const outcome = { exitCode: 1, run: 'r2', verdict: 'regressed' } as const
    const { keep, began, path } = schedulerBetween('2026-11-21T00:50Z', '2026-11-21T02:10Z', {
      schedules: [schedule({ cron: '0 * * * *' })],
      outcomes: [passed, { ...outcome, regressed: [] }],
    })
    await keep()
    expect(began).toEqual(['nightly 11-21T01:00', 'nightly 11-21T02:00'])
    expect(last(path)).toMatchObject({ ...outcome, cause: 'time', slot: '2026-11-21T02:00:00.000Z' })
  })

  test('catches up what was missed while nothing ran, once', async () => {
    const { keep, path } = schedulerBetween('2026-11-10T12:00Z', '2026-11-10T12:05Z')
    await keep()
    const later = schedulerBetween('2026-11-16T01:00Z', '2026-11-16T01:40Z', { path })
    await later.keep()
    expect(later.began).toEqual(['nightly 11-16T01:00', 'nightly 11-16T01:30'])
  })

  test('loses no time to a clock that was far ahead, and plays none twice for one that was little', async () => {
    const { keep, path } = schedulerBetween('2027-11-22T01:25Z', '2027-11-22T01:40Z')
    await keep()
    const right = schedulerBetween('2026-11-17T01:25Z', '2026-11-17T01:40Z', { path })
    await right.keep()
    expect(right.began).toEqual(['nightly 11-17T01:30'])
    const back = schedulerBetween('2026-11-17T01:20Z', '2026-11-17T01:40Z', { path })
    await back.keep()
    expect(back.began).toEqual([])
  })

  test('plays one at a time; what comes due meanwhile follows, and once', async () => {
    const often = schedule({ name: 'often', cron: '*/10 * * * *' })
    const { keep, began, atOnce } = schedulerBetween('2026-11-21T01:25Z', '2026-11-21T02:55Z', {
      schedules: [schedule(), often],
      takes: 25 * minuteMs,
    })
    await keep()
    expect(atOnce.most).toBe(1)
    expect(began).toEqual([
      'nightly 11-21T01:30',
      'often 11-21T01:55',
      'often 11-21T02:20',
      'often 11-21T02:45',
    ])
  })

  test('ends what is under way when it is stopped, and plays it once more when it comes back', async () => {
    const first = schedulerBetween('2026-11-21T01:25Z', '2026-11-21T01:40Z', { takes: 30 * minuteMs })
    await first.keep()
    expect(last(first.path)).toMatchObject({ exitCode: 130, ended: '2026-11-21T01:40:00.000Z' })
    const { path } = first
    const second = schedulerBetween('2026-11-21T03:00Z', '2026-11-21T03:10Z', { path, takes: 30 * minuteMs })
    await second.keep()
    expect(second.began).toEqual(['nightly 11-21T03:00'])
    const third = schedulerBetween('2026-11-21T04:00Z', '2026-11-21T05:00Z', { path })
    await third.keep()
    expect(third.began).toEqual([])
  })

  test('begins on a changed tool definition only where the schedule says so', async () => {
    const schedules = [schedule(), schedule({ name: 'on-drift', cron: null, onDrift: true })]
    const since: string[] = []
    const { keep, began, path } = schedulerBetween('2026-11-21T12:00Z', '2026-11-21T13:00Z', {
      schedules,
      more: {
        hasDrifted: async (_, { driftSince }) => {
          since.push(driftSince)
          return driftSince < '2026-11-21T12:30' && since.length === 20
        },
      },
    })
    await keep()
    expect(began).toEqual(['on-drift 11-21T12:09'])
    expect(last(path, 'on-drift')).toMatchObject({ cause: 'drift', slot: null })
    expect([...new Set(since)]).toEqual(['2026-11-21T12:00:00.000Z', last(path, 'on-drift')?.began])
  })

  test.for(['keep', 'once'] as const)('stopped while it looks for drift, begins nothing: %s', async (how) => {
    const setting = { schedules: [schedule({ cron: null, onDrift: true })], path: stateFile() }
    const first = schedulerBetween('2026-11-21T12:00Z', '2026-11-21T13:00Z', setting)
    await first.scheduler.once(first.clock.signal)
    const later = schedulerBetween('2026-11-21T14:00Z', '2026-11-21T15:00Z', {
      ...setting,
      more: {
        hasDrifted: async () => {
          later.clock.abort()
          return true
        },
      },
    })
    await later.scheduler[how](later.clock.signal)
    expect(later.began).toEqual([])
  })

  test('asked once, plays each schedule that is due or never ran, and ends', async () => {
    const schedules = [schedule(), schedule({ name: 'weekly', cron: '@weekly' })]
    const { scheduler, clock, began, path } = schedulerBetween('2026-11-21T12:00Z', '2026-11-22T12:00Z', {
      schedules,
    })
    const runs = await scheduler.once(clock.signal)
    expect(began).toEqual(['nightly 11-21T12:00', 'weekly 11-21T12:00'])
    expect(runs.map(({ cause }) => cause)).toEqual(['first', 'first'])
    const again = schedulerBetween('2026-11-21T13:00Z', '2026-11-22T12:00Z', { schedules, path })
    expect(await again.scheduler.once(again.clock.signal)).toEqual([])
  })
})

describe('after a kill -9 of the scheduler', () => {
  const left = (process: ReturnType<typeof noteOfProcess>, path: string) =>
    writeRecords(path, {
      nightly: {
        rule: '30 2 * * * Europe/Berlin',
        ...{ since: '2026-11-20T00:00:00Z', driftSince: '2026-11-20T00:00:00Z', again: null, last: null },
        slot: '2026-11-21T01:30:00.000Z',
        running: {
          ...{ cause: 'time', slot: '2026-11-21T01:30:00.000Z', began: '2026-11-21T01:30:00.000Z' },
          ...{ process, run: 'r', isSecond: false },
        },
      },
    })

  test('what it left running is waited for, and its result is kept', async () => {
    const child = spawn('sleep', ['60'])
    onTestFinished(() => void child.kill('SIGKILL'))
    const path = stateFile()
    left(noteOfProcess(child.pid ?? 0), path)
    const { clock, scheduler, events } = schedulerBetween('2026-11-21T01:40Z', '2026-11-21T02:00Z', {
      path,
      more: { leftBy: async () => ({ ...passed, exitCode: null }) },
    })
    const { sleep } = clock
    Object.assign(clock, {
      sleep: async (ms: number) => {
        await sleep(ms)
        if (clock.now() < Date.parse('2026-11-21T01:41Z') || child.signalCode) return
        child.kill('SIGKILL')
        await once(child, 'close')
      },
    })
    expect(await scheduler.once(clock.signal)).toMatchObject([{ run: 'r', exitCode: null }])
    expect(events.map(({ type }) => type)).toEqual(['still running', 'ended'])
    expect(last(path)).toMatchObject({ run: 'r', verdict: 'pass', ended: '2026-11-21T01:41:00.000Z' })
  })

  test('what died with it is played once more', async () => {
    const child = spawn('true')
    const note = noteOfProcess(child.pid ?? 0)
    await once(child, 'close')
    const path = stateFile()
    left(note, path)
    const { keep, began } = schedulerBetween('2026-11-21T01:40Z', '2026-11-21T02:00Z', { path })
    await keep()
    expect(began).toEqual(['nightly 11-21T01:40'])
    expect(last(path)).toMatchObject({ cause: 'time', slot: '2026-11-21T01:30:00.000Z', exitCode: 0 })
  })
})

test('a file that is not ours is left alone, and said', async () => {
  const { keep, path } = schedulerBetween('2026-11-21T01:40Z', '2026-11-21T02:00Z')
  writeFileSync(path, '{"version":1,"schedules":{"nightly":{}}}')
  await expect(keep()).rejects.toThrow(`${path} cannot be read`)
  expect(readFileSync(path, 'utf8')).toContain('"nightly":{}')
})

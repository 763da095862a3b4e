import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { isOccasion, notificationOf } from '../../../src/evaluate/schedule/notification.ts'
import {
  type ProcessNote,
  readRecords,
  writeRecords,
} from '../../../src/evaluate/schedule/schedule-record.ts'
import {
  type Occasion,
  type Outcome,
  type Playing,
  Scheduler,
} from '../../../src/evaluate/schedule/scheduler.ts'
import { noteOfProcess, noteOfThisProcess } from '../../../src/journal/recorder-process.ts'
import { clockFrom, schedule } from './schedules.ts'

const nothing = { verdict: null, regressed: [] }
const ended: Outcome = { exitCode: 0, run: 'whole', verdict: 'pass', regressed: [] }

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-schedule-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'schedules.json')
}

/** Keeps the schedule between two times; what each evaluation was told, with what came of it. */
async function keep(path: string, from: string, to: string, ...outcomes: readonly Outcome[]) {
  const { sleep, ...rest } = clockFrom(from, to)
  // A process that was killed is gone in a while.
  const clock = { ...rest, sleep: (ms: number) => sleep(ms).then(() => setTimeout(2)) }
  const told: Occasion[] = []
  const scheduler = new Scheduler({
    ...{ schedules: [schedule()], path, spread: '', clock },
    nameRun: (_, slot) => `new ${slot}`,
    play: (_, __, occasion) => {
      told.push(occasion)
      return playing(outcomes[told.length - 1] ?? ended)
    },
    leftBy: async () => ({ exitCode: null, run: null, begun: 'killed', ...nothing }),
    kill: ({ pid, host }) => void (host === hostname() && process.kill(pid, 'SIGKILL')),
    hasDrifted: async () => false,
    notify: async () => [],
    onEvent: () => {},
  })
  await scheduler.keep(clock.signal)
  return told
}

/** An evaluation that ends at once. */
function playing(outcome: Outcome): Playing {
  return { process: noteOfThisProcess(), begin: () => {}, ended: Promise.resolve(outcome) }
}

const slot = '2026-11-21T01:30:00.000Z'
const rule = '30 2 * * * Europe/Berlin'

test.for<[fact: string, outcome: Outcome, resume: string | null]>([
  ['that was stopped is taken up', { exitCode: 130, run: 'stopped', ...nothing }, 'stopped'],
  ['that was killed is taken up', { exitCode: null, run: null, begun: 'killed', ...nothing }, 'killed'],
  ['that was killed before it began is played', { exitCode: null, run: null, begun: null, ...nothing }, null],
])('a run %s', async ([, outcome, resume]) => {
  const told = await keep(stateFile(), '2026-11-21T01:25Z', '2026-11-21T01:35Z', outcome)
  expect(told).toEqual([
    { run: `new ${slot}`, isResumed: false },
    { run: resume ?? `new ${slot}`, isResumed: resume !== null },
  ])
})

test('a newer time is played anew, and so is what cannot be taken up any more', async () => {
  const path = stateFile()
  const stopped: Outcome = { exitCode: 130, run: 'stopped', ...nothing }
  writeRecords(path, {
    nightly: {
      ...{ rule, since: '2026-11-20T00:00:00Z', driftSince: slot, slot },
      ...{ again: 'time', resume: 'stopped', running: null, last: null },
    },
  })
  const later = await keep(path, '2026-11-23T00:00Z', '2026-11-23T00:05Z')
  expect(later).toEqual([{ run: 'new 2026-11-22T01:30:00.000Z', isResumed: false }])

  const other = stateFile()
  const changed: Outcome = { exitCode: 2, run: null, ...nothing }
  const told = await keep(other, '2026-11-21T01:25Z', '2026-11-21T01:35Z', stopped, changed)
  expect(told.map(({ run }) => run)).toEqual([`new ${slot}`, 'stopped', `new ${slot}`])
  expect(readRecords(other).nightly).toMatchObject({ again: null, last: { exitCode: 0 } })
})

test('a run whose time was up is kept as such and not played again, and everybody is told', async () => {
  const path = stateFile()
  const late: Outcome = { exitCode: 3, run: 'late', timedOut: true, ...nothing }
  expect(await keep(path, '2026-11-21T01:25Z', '2026-11-21T01:35Z', late)).toHaveLength(1)
  const run = readRecords(path).nightly?.last
  if (!run) throw new Error('nothing was kept')
  expect(run).toMatchObject({ timedOut: true, exitCode: 3, run: 'late' })
  for (const when of ['regressed', 'not passed', 'always'] as const) expect(isOccasion(when, run)).toBe(true)
  const webhook = { label: 'w', url: 'http://x', when: 'regressed' } as const
  expect(notificationOf({ ...webhook, format: 'json' }, schedule(), run)).toMatchObject({ timed_out: true })
  expect(notificationOf({ ...webhook, format: 'slack' }, schedule(), run)).toMatchObject({
    text: expect.stringContaining('(exit code 3, its time was up)'),
  })
})

/** What a scheduler has noted that was killed while an evaluation was under way in `process`. */
function leftRunning(process: ProcessNote): string {
  const path = stateFile()
  const began = '2026-11-20T16:00:00.000Z'
  writeRecords(path, {
    nightly: {
      ...{ rule, since: '2026-11-20T00:00:00Z', driftSince: began, slot: began, again: null, last: null },
      running: { ...{ cause: 'time', slot: began, began, run: 'killed', isSecond: false }, process },
    },
  })
  return path
}

test('what an earlier scheduler left on another host is waited for until its time is up, and no longer', async () => {
  const path = leftRunning({ pid: 1, start: null, host: 'elsewhere.example' })
  expect(await keep(path, '2026-11-21T00:00Z', '2026-11-21T01:35Z')).toHaveLength(1)
})

test('what an earlier scheduler left hanging is ended once its time is up', async () => {
  const child = spawn('sleep', ['60'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const path = leftRunning(noteOfProcess(child.pid ?? 0))
  const told = await keep(path, '2026-11-21T00:00Z', '2026-11-21T01:20Z')
  await closed
  expect(child.signalCode).toBe('SIGKILL')
  expect(told).toEqual([])
  const last = { timedOut: true, run: 'killed', ended: expect.stringMatching(/^2026-11-21T00:0[56]/) }
  expect(readRecords(path).nightly).toMatchObject({ again: null, running: null, last })
})

test('webhooks that were not told when it was stopped, or killed, are told when it begins again', async () => {
  const path = stateFile()
  const { now, sleep } = clockFrom('2026-11-21T01:25Z', '2026-11-22T00:00Z')
  const told: (readonly [run: string | null, before: number])[] = []
  const keepUntilTold = async (delivered: boolean) => {
    const stop = new AbortController()
    const scheduler = new Scheduler({
      ...{ schedules: [schedule()], path, spread: '', clock: { now, sleep } },
      nameRun: () => 'whole',
      play: () => playing(ended),
      leftBy: async () => ended,
      kill: () => {},
      hasDrifted: async () => false,
      notify: async (_, { run, webhooks }) => {
        told.push([run, webhooks.length])
        stop.abort()
        return [{ webhook: 'w', attempts: 1, problem: null, delivered }]
      },
      onEvent: () => {},
    })
    await scheduler.keep(stop.signal)
    return readRecords(path).nightly
  }
  expect(await keepUntilTold(false)).toMatchObject({ isUntold: true })
  const { last, isUntold } = (await keepUntilTold(true)) ?? {}
  expect([last?.webhooks.map(({ delivered }) => delivered), isUntold]).toEqual([[true], undefined])
  expect(told).toEqual(Array(2).fill(['whole', 0]))
})

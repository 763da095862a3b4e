import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { extname, join } from 'node:path'
import { v7 } from 'uuid'
import type { Schedule, ScheduledEval } from '../domain/schedule.ts'
import { longestTimerMs } from '../domain/time-limit.ts'
import { findRuns } from '../evaluate/recorded-trials.ts'
import { nothingTold, readResult } from '../evaluate/schedule/eval-result.ts'
import type { ProcessNote } from '../evaluate/schedule/schedule-record.ts'
import { graceMs, type Occasion, type Outcome, type Playing } from '../evaluate/schedule/scheduler.ts'
import { type Home, readIfThere } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { mayLive, noteOfProcess } from '../journal/recorder-process.ts'
import { runIdOf } from './run-id.ts'

/**
 * `calltrail eval` as a process of its own, so that nothing which goes wrong in one takes the scheduler with it. It tells
 * its result in a file: that outlives a scheduler that is killed. In a process group of its own, it is not interrupted twice
 * where a terminal interrupts both. It waits until it is noted: one that nobody knows of would be played again beside it.
 */
export function playInProcess(
  { name, eval: what }: Schedule,
  { home, config, signal, occasion }: ScheduledPlay,
): Playing {
  const begun = performance.now()
  const result = resultFile(home, name)
  rmSync(result, { force: true })
  const [, program = ''] = process.argv
  const evalArgs = evalArguments(what, { config, result, occasion })
  const args = [...process.execArgv, toldToBegin, program, ...evalArgs]
  // What it prints is for people, as what a scheduler says is.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 2, 2], detached: true })
  const note = noteOfProcess(child.pid ?? process.pid)
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  const hanging = killLater(note, what.timeLimitMs)
  const closed = child.pid === undefined ? Promise.resolve() : once(child, 'close')
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  const ended = closed
    .catch(() => undefined)
    .then(async () => {
      hanging.clear()
      signal.removeEventListener('abort', stop)
      process.removeListener('exit', stop)
      const { exitCode } = child
      const told = await resultOfRun(home, name, occasion.run)
      // Its time may be up before it has a run to tell of.
      const isLate = told.run === null && exitCode !== 0 && performance.now() - begun >= what.timeLimitMs
      return { ...told, exitCode, ...((hanging.isKilled || isLate) && { timedOut: true }) }
    })
  return { process: note, begin: () => void child.stdin?.end('\n'), ended }
}

/** The program, once it is told to begin. */
const toldToBegin = join(import.meta.dirname, `told-to-begin${extname(import.meta.filename)}`)

interface ScheduledPlay {
  readonly home: Home
  readonly config: string
  readonly signal: AbortSignal
  readonly occasion: Occasion
}

function killLater(note: ProcessNote, limitMs: number) {
  const hanging = { isKilled: false, clear: () => clearTimeout(timer) }
  const kill = () => {
    hanging.isKilled = true
    killEval(note)
  }
  const timer = setTimeout(kill, Math.min(limitMs + graceMs, longestTimerMs))
  return hanging
}

/** With the servers that it has started, which are in its process group. */
export function killEval(note: ProcessNote): void {
  if (note.host !== hostname() || !mayLive(note)) return
  try {
    process.kill(-note.pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** The run of a schedule is found again by the time that it is for where others play shards of it: they come to the same id. */
export function nameRun({ name, eval: { shard } }: Schedule, slot: string | null): string {
  return shard !== undefined && slot !== null ? `${name} ${slot}` : v7()
}

/** What an evaluation of this schedule has told of its run, or that it had begun it. */
export async function resultOfRun(home: Home, name: string, run: string): Promise<Outcome> {
  const id = runIdOf(run)
  const told = readResult(readIfThere(resultFile(home, name))?.toString() ?? '')
  if (told.run === id) return told
  const [begun] = await findRuns(readJournal(home), [id])
  return { ...nothingTold, begun: begun?.run ?? null }
}

function resultFile({ path }: Home, name: string): string {
  return join(path, `schedule-${name}.result.json`)
}

interface Invocation {
  readonly config: string
  readonly result: string
  readonly occasion: Occasion
}

/** Each option and its value in one word, so that no value is taken for an option. */
function evalArguments(
  what: ScheduledEval,
  { config, result, occasion: { run, isResumed } }: Invocation,
): readonly string[] {
  const { suites, gate, stream, cache, reports, baseline, concurrency, budget } = what
  const planned = isResumed ? [`--resume=${run}`] : planArguments(what, run)
  const given = {
    ...{ concurrency, baseline, config, budget: budget.usd, 'budget-tokens': budget.tokens },
    ...{ 'from-chains': what.fromChains, shard: what.shard },
    'trial-timeout': what.trialTimeoutMs && seconds(what.trialTimeoutMs),
    'time-limit': seconds(what.timeLimitMs),
  }
  return [
    'eval',
    ...planned,
    ...optionsOf(given),
    ...(stream ? [] : ['--no-stream']),
    ...(cache ? ['--cache'] : []),
    ...(gate === 'off' ? [] : [gate === 'strict' ? '--strict-gate' : '--gate']),
    ...Object.entries(reports).map(([format, file]) => `--report=${format}=${file}`),
    `--report=json=${result}`,
    '--',
    ...suites,
  ]
}

/** What a run that is taken up has been planned with already. */
function planArguments(what: ScheduledEval, run: string): readonly string[] {
  const { models = [], exposures = [], trials, seed } = what
  return [
    ...models.map((model) => `--model=${model}`),
    ...exposures.map((exposure) => `--exposure=${exposure}`),
    ...optionsOf({ trials, seed, 'run-id': run }),
  ]
}

function optionsOf(given: Readonly<Record<string, string | number | undefined>>): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]))
}

const seconds = (ms: number) => `${Math.round(ms / 1000)}s`

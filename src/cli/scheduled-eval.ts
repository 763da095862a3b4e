import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Schedule, ScheduledEval } from '../domain/schedule.ts'
import { runBegunBy } from '../evaluate/schedule/begun-run.ts'
import { readResult } from '../evaluate/schedule/eval-result.ts'
import type { ProcessNote } from '../evaluate/schedule/schedule-record.ts'
import { graceMs, type Occasion, type Outcome, type Playing } from '../evaluate/schedule/scheduler.ts'
import { type Home, readIfThere } from '../journal/home.ts'
import { mayLive, noteOfProcess } from '../journal/recorder-process.ts'

/**
 * `calltrail eval` as a process of its own, so that nothing which goes wrong in one takes the scheduler with it. It tells
 * its result in a file: that outlives a scheduler that is killed. In a process group of its own, it is not interrupted twice
 * where a terminal interrupts both.
 */
export function playInProcess(
  { name, eval: what }: Schedule,
  { home, config, signal, occasion }: ScheduledPlay,
): Playing {
  const begun = performance.now()
  const result = resultFile(home, name)
  rmSync(result, { force: true })
  const [, program = ''] = process.argv
  const args = [...process.execArgv, program, ...evalArguments(name, what, { config, result, occasion })]
  // What it prints is for people, as what a scheduler says is.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 2, 2], detached: true })
  const note = noteOfProcess(child.pid ?? process.pid)
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  const hanging = killLater(note, what.timeLimitMs)
  const closed = child.pid === undefined ? Promise.resolve() : once(child, 'close')
  child.on('error', () => {})
  const ended = closed
    .catch(() => undefined)
    .then(async () => {
      hanging.clear()
      signal.removeEventListener('abort', stop)
      process.removeListener('exit', stop)
      const { exitCode } = child
      const told = await takeResult(home, name, note)
      // Its time may be up before it has a run to tell of.
      const isLate = told.run === null && exitCode !== 0 && performance.now() - begun >= what.timeLimitMs
      return { ...told, exitCode, ...((hanging.isKilled || isLate) && { timedOut: true }) }
    })
  return { process: note, ended }
}

interface ScheduledPlay {
  readonly home: Home
  readonly config: string
  readonly signal: AbortSignal
  readonly occasion: Occasion
}

// A timer takes no longer time.
const longestMs = 2 ** 31 - 1

function killLater(note: ProcessNote, limitMs: number) {
  const hanging = { isKilled: false, clear: () => clearTimeout(timer) }
  const kill = () => {
    hanging.isKilled = true
    killEval(note)
  }
  const timer = setTimeout(kill, Math.min(limitMs + graceMs, longestMs))
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

/** What an evaluation of this schedule has told, or had begun; the file is gone then. */
export async function takeResult(home: Home, name: string, note: ProcessNote): Promise<Outcome> {
  const path = resultFile(home, name)
  const text = readIfThere(path)?.toString() ?? ''
  rmSync(path, { force: true })
  const told = readResult(text)
  const begun = told.run === null ? await runBegunBy(home, note) : null
  return { ...told, begun, exitCode: null }
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
  name: string,
  what: ScheduledEval,
  { config, result, occasion: { slot, resume } }: Invocation,
): readonly string[] {
  const { suites, gate, stream, cache, reports, baseline, concurrency, budget } = what
  const planned = resume === null ? planArguments(name, what, slot) : [`--resume=${resume}`]
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
function planArguments(name: string, what: ScheduledEval, slot: string | null): readonly string[] {
  const { models = [], exposures = [], trials, seed, shard } = what
  // Who plays the other shards comes to the same id.
  const run = shard !== undefined && slot !== null ? `${name} ${slot}` : undefined
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

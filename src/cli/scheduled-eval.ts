import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Schedule, ScheduledEval } from '../domain/schedule.ts'
import { readResult } from '../evaluate/schedule/eval-result.ts'
import type { Outcome, Playing } from '../evaluate/schedule/scheduler.ts'
import { type Home, readIfThere } from '../journal/home.ts'
import { noteOfProcess } from '../journal/recorder-process.ts'

/**
 * `calltrail eval` as a process of its own, so that nothing which goes wrong in one takes the scheduler with it. It tells
 * its result in a file: that outlives a scheduler that is killed. In a process group of its own, it is not interrupted twice
 * where a terminal interrupts both.
 */
export function playInProcess(
  { name, eval: what }: Schedule,
  { home, config, signal }: { readonly home: Home; readonly config: string; readonly signal: AbortSignal },
): Playing {
  const result = resultFile(home, name)
  rmSync(result, { force: true })
  const [, program = ''] = process.argv
  const args = [...process.execArgv, program, ...evalArguments(what, config, result)]
  // What it prints is for people, as what a scheduler says is.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 2, 2], detached: true })
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  const closed = child.pid === undefined ? Promise.resolve() : once(child, 'close')
  child.on('error', () => {})
  const ended = closed
    .catch(() => undefined)
    .then(() => {
      signal.removeEventListener('abort', stop)
      process.removeListener('exit', stop)
      return { ...takeResult(home, name), exitCode: child.exitCode }
    })
  return { process: noteOfProcess(child.pid ?? process.pid), ended }
}

/** What an evaluation of this schedule has told; the file is gone then. */
export function takeResult(home: Home, name: string): Outcome {
  const path = resultFile(home, name)
  const text = readIfThere(path)?.toString() ?? ''
  rmSync(path, { force: true })
  return { ...readResult(text), exitCode: null }
}

function resultFile({ path }: Home, name: string): string {
  return join(path, `schedule-${name}.result.json`)
}

/** Each option and its value in one word, so that no value is taken for an option. */
function evalArguments(what: ScheduledEval, config: string, result: string): readonly string[] {
  const {
    suites,
    models = [],
    exposures = [],
    trials,
    concurrency,
    seed,
    stream,
    gate,
    baseline,
    reports,
  } = what
  const given = Object.entries({ trials, concurrency, seed, baseline, config })
  return [
    'eval',
    ...models.map((model) => `--model=${model}`),
    ...exposures.map((exposure) => `--exposure=${exposure}`),
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(stream ? [] : ['--no-stream']),
    ...(gate === 'off' ? [] : [gate === 'strict' ? '--strict-gate' : '--gate']),
    ...Object.entries(reports).map(([format, file]) => `--report=${format}=${file}`),
    `--report=json=${result}`,
    '--',
    ...suites,
  ]
}

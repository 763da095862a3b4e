import type { EventEmitter } from 'node:events'
import { vi } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { type Ended, program, type Surroundings } from './calltrail.ts'

/** What a command listens to until its process ends. */
const heard: readonly (readonly [EventEmitter, string])[] = [
  ...['uncaughtException', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((event) => [process, event] as const),
  ...[process.stdout, process.stderr].map((stream) => [stream, 'error'] as const),
]

/** Ends the reading of a command line, as the end of the process would. */
const refused = new Error('the command line is refused')

/**
 * The same program in this process: it needs no start, which takes longer than most commands. One at a time. Signals, and
 * streams that are full or closed, need a process: `run`.
 */
export async function runHere(
  args: readonly string[],
  { cwd = '.', env = {} }: Omit<Surroundings, 'through'> = {},
): Promise<Ended> {
  const before = { cwd: process.cwd(), env: process.env, argv: process.argv }
  const listeners = heard.map(([emitter, event]) => emitter.listeners(event))
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((...given: unknown[]) => {
      written[name] += given[0]
      const done = given.find((argument) => typeof argument === 'function')
      done?.()
      return true
    })
  }
  let reading = true
  const exitCode = new Promise<number>((resolve) => {
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      resolve(Number(code))
      if (reading) throw refused
      return undefined as never
    })
  })
  process.env = { PATH: before.env.PATH, TMPDIR: before.env.TMPDIR, HOME: '/nonexistent', ...env }
  process.argv = [process.execPath, program, ...args]
  process.chdir(cwd)
  try {
    await createProgram()
      .parseAsync([...args], { from: 'user' })
      .catch((error) => {
        if (error !== refused) throw error
      })
    reading = false
    return { code: await exitCode, signal: null, ...written }
  } finally {
    process.chdir(before.cwd)
    Object.assign(process, { env: before.env, argv: before.argv })
    vi.mocked(process.exit).mockRestore()
    for (const name of ['stdout', 'stderr'] as const) vi.mocked(process[name].write).mockRestore()
    for (const [index, [emitter, event]] of heard.entries()) {
      for (const listener of emitter.listeners(event)) {
        if (!listeners[index]?.includes(listener)) emitter.removeListener(event, listener as () => void)
      }
    }
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export const program = resolve('dist/cli/main.js')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs the program: `bash -c 'ulimit …; exec "$@"' name`. */
  readonly through?: readonly string[]
}

/** The built program as a process of its own; it sees the variables given and no others, but for PATH and TMPDIR. */
export function start(args: readonly string[], { cwd = '.', env = {}, through = [] }: Surroundings = {}) {
  const [command = '', ...given] = [...through, process.execPath, program, ...args]
  const child = spawn(command, given, {
    cwd,
    env: { PATH: process.env.PATH, TMPDIR: tmpdir(), HOME: '/nonexistent', ...env },
  })
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const ended: Promise<Ended> = output.then(([stdout, stderr]) => {
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr }
  })
  return { child, ended }
}

export function run(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
  return start(args, surroundings).ended
}

/** Removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

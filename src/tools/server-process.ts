import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { ServerDefinition } from '../domain/suite.ts'
import { childEnvironment } from './child-environment.ts'
import { within } from './within.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

export type StdioServer = ServerDefinition & { readonly transport: 'stdio' }

export interface ServerProcessEvents {
  readonly onOutput: (chunk: Buffer) => void
  /** Its input can no longer be written to. */
  readonly onError: (error: Error) => void
  /** It has ended and its pipes are read to the end. */
  readonly onEnd: () => void
}

/** How long a server may take to leave after each, ever less polite, request to do so. */
const graceMs = 1_000
const stderrTailLength = 4_000

// A server leads a process group of its own: whatever it started (`npx` starts a shell that starts node) ends with it.
const running = new Set<Child>()
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})

/** The process of a stdio server, with an allow-listed environment; ends with its whole process group. */
export class ServerProcess {
  /** How it ended, in words; null while it runs. */
  ending: string | null = null
  exit: { readonly exitCode: number | null; readonly signal: NodeJS.Signals | null } = {
    exitCode: null,
    signal: null,
  }
  /** The end of what it wrote to stderr. */
  stderrTail = ''
  readonly #child: Child
  /** Resolves when the process has ended and its pipes are read to the end. */
  readonly #closed: Promise<void>
  readonly #started: Promise<void>
  #closing: Promise<void> | null = null

  constructor({ command, args, cwd, env }: StdioServer, events: ServerProcessEvents) {
    const child = spawn(command, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    child.stdin.on('error', events.onError)
    child.stdout.on('data', events.onOutput)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderrTail = endOf(this.stderrTail + text)
    })
    child.once('exit', () => endOfProcess(child))
    this.#closed = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        if (child.pid !== undefined) {
          this.exit = { exitCode, signal }
          this.ending ??= signal ? `was ended by ${signal}` : `exited with code ${exitCode}`
        }
        events.onEnd()
        resolve()
      })
    })
    this.#started = new Promise((resolve, reject) => {
      child.once('spawn', () => {
        running.add(child)
        resolve()
      })
      child.once('error', reject)
    })
  }

  /** Rejects where it cannot be started. What is written before is not lost. */
  started(): Promise<void> {
    return this.#started
  }

  get input(): Writable {
    return this.#child.stdin
  }

  get output(): Readable {
    return this.#child.stdout
  }

  /** End of input, then SIGTERM, then SIGKILL to the group; returns when nothing of it is left. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  /** Waits a moment for the end of a process whose pipe has broken, so that `ending` is known. */
  async settle(): Promise<void> {
    await within(graceMs, this.#closed)
  }

  async #end(): Promise<void> {
    const child = this.#child
    if (child.pid === undefined) return
    child.stdin.end()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await within(graceMs, this.#closed)) return
      signalGroup(child, signal)
    }
    await this.#closed
  }
}

/** Without half a word: of half a secret nobody can tell what it is. */
function endOf(text: string): string {
  return text.length > stderrTailLength ? text.slice(-stderrTailLength).replace(/^\S+/, '') : text
}

/** What the server left running goes too; a process that fled the group may not keep our pipes open. */
function endOfProcess(child: Child): void {
  running.delete(child)
  signalGroup(child, 'SIGKILL')
  setTimeout(() => {
    child.stdout.destroy()
    child.stderr.destroy()
  }, graceMs).unref()
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nobody is left.
  }
}

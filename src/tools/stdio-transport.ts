import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import {
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/client'
import type { ServerDefinition } from '../domain/suite.ts'
import { childEnvironment } from './child-environment.ts'
import { within } from './within.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** How long a server may take to leave after each, ever less polite, request to do so. */
const graceMs = 1_000
const stderrTailLength = 4_000
const longestMessageBytes = 64 * 1024 * 1024

// A server leads a process group of its own: whatever it started (`npx` starts a shell that starts node) ends with it.
const running = new Set<Child>()
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})

/**
 * The SDK's own stdio transport hides the exit code, ends only the process it started and adds to the environment;
 * this one reports how a server ended, ends its whole process group, and passes an allow-listed environment.
 */
export class StdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** How the process ended, in words; null while it runs. */
  ending: string | null = null
  /** The end of what the server wrote to stderr. */
  stderrTail = ''
  readonly #server: ServerDefinition & { transport: 'stdio' }
  readonly #input = new ReadBuffer({ maxBufferSize: longestMessageBytes })
  #child: Child | null = null
  /** Resolves when the process has ended and its pipes are read to the end. */
  #closed: Promise<void> = Promise.resolve()
  #closing: Promise<void> | null = null

  constructor(server: ServerDefinition & { transport: 'stdio' }) {
    this.#server = server
  }

  start(): Promise<void> {
    const { command, args, cwd, env } = this.#server
    const child = spawn(command, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    child.stdin.on('error', (error) => this.onerror?.(error))
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderrTail = (this.stderrTail + text).slice(-stderrTailLength)
    })
    child.once('exit', () => endOfProcess(child))
    this.#closed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        if (child.pid !== undefined)
          this.ending ??= signal ? `was ended by ${signal}` : `exited with code ${code}`
        this.onclose?.()
        resolve()
      })
    })
    return new Promise((resolve, reject) => {
      child.once('spawn', () => {
        running.add(child)
        resolve()
      })
      child.once('error', reject)
    })
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#child) throw new Error('not started')
      this.#child.stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()))
    })
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
    if (child?.pid === undefined) return
    child.stdin.end()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await within(graceMs, this.#closed)) return
      signalGroup(child, signal)
    }
    await this.#closed
  }

  #read(chunk: Buffer): void {
    try {
      this.#input.append(chunk)
    } catch (error) {
      this.ending = `sent a message of more than ${longestMessageBytes / 1024 / 1024} MiB`
      this.onerror?.(error instanceof Error ? error : new Error(String(error)))
      void this.close()
      return
    }
    while (this.#readMessage()) {}
  }

  /** False when there is no further whole line. A line that is no message is somebody's log, and passed over. */
  #readMessage(): boolean {
    try {
      const message = this.#input.readMessage()
      if (message === null) return false
      this.onmessage?.(message)
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)))
    }
    return true
  }
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

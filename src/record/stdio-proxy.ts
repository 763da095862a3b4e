import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { EntryData } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import { describeError } from '../errors.ts'
import { type Frame, type Framing, ndjsonFraming, type Verdict } from './framing.ts'
import { McpSession } from './mcp-session.ts'
import { environmentEvidence } from './meta-evidence.ts'
import type { McpMeter } from './otel/mcp-meter.ts'
import { ownError, rpcError } from './rpc-error.ts'

export interface StdioProxyOptions {
  readonly command: string
  readonly args: readonly string[]
  /** The name that the tools of this server are recorded under. */
  readonly server: string
  readonly journal: JournalWriter
  readonly identity: Identity
  /** The client's side: `process.stdin` and `process.stdout`. */
  readonly input: Readable
  readonly output: Writable
  readonly environment: NodeJS.ProcessEnv
  /** Calls that the journal refuses are answered with an error: see `JournalWriter.refusal`. */
  readonly strict?: boolean
  readonly meter?: McpMeter
  /** Calls name their spans in `_meta.traceparent`. */
  readonly injectTraceContext?: boolean
}

export interface Exit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Why the command could not be started, for the person who typed it; null when it ran. */
  readonly message: string | null
}

const copyBytes = 16 * 1024 * 1024
const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a command as if nothing stood before it, and records what passes: bytes in both directions as they came, stderr,
 * signals, the end of input. Resolves when the command has ended and its last byte is forwarded; the journal stays open.
 */
export async function proxyStdio(options: StdioProxyOptions): Promise<Exit> {
  const { command, args, environment, journal, input, output } = options
  const { strict = false, injectTraceContext = false } = options
  const session = new McpSession({ ...options, type: 'stdio', evidence: environmentEvidence(environment) })
  // The user's own command gets the user's own environment, as it would without us.
  const child = spawn(command, args, { env: environment, stdio: ['pipe', 'pipe', 'inherit'] })
  const named: Verdict = { replace: (whole: Buffer) => session.asSent(whole) }
  const tap = (direction: EntryData['frame']['direction']) =>
    ndjsonFraming({
      // Whether a call may pass is known once it is recorded; what it is told stands between whole messages.
      buffered: strict || (injectTraceContext && direction === 'to server'),
      onFrame(frame) {
        session.observe(direction, frame)
        if (strict) journal.flush()
        if (direction === 'to client') return 'forward'
        const refused = refusalOf(frame, session, journal)
        if (refused === null) return injectTraceContext ? named : 'forward'
        output.write(refused)
        return 'hold'
      },
      // On the disk before it leaves: a call that was made, or an answer that arrived, is never missing.
      onGroup: () => journal.flush(),
      copyBytes,
    })
  const release = forwardSignals(child)
  forward(input, child.stdin, tap('to server'), () => child.stdin.end())
  forward(child.stdout, output, tap('to client'), () => undefined)
  const exit = await ended(child, command)
  release()
  input.destroy()
  await drained(output)
  session.close(closing(exit))
  return exit
}

/** The answer to a call that may not pass; null where it may. */
function refusalOf({ text }: Frame, session: McpSession, { refusal }: JournalWriter): Buffer | null {
  const id = refusal === null || text === null ? null : session.callIn(text)
  if (refusal === null || text === null || id === null) return null
  session.giveUp(text, { layer: 'transport', code: null, message: refusal }, { ofOneExchange: false })
  return Buffer.concat([rpcError(id, ownError(refusal)), Buffer.from('\n')])
}

/** Ends this process as the command ended: by the same signal, or with the same code. */
export function endAs({ exitCode, signal }: Exit): void {
  process.exitCode = exitCode ?? 1
  if (signal !== null) process.kill(process.pid, signal)
}

function forward(source: Readable, sink: Writable, framing: Framing, onEnd: () => void): void {
  const write = (parts: readonly Uint8Array[]) => {
    let isReady = true
    for (const part of parts) isReady = sink.write(part)
    return isReady
  }
  source.on('data', (chunk: Buffer) => {
    if (write(framing.push(chunk))) return
    source.pause()
    sink.once('drain', () => source.resume())
  })
  source.once('end', () => {
    write(framing.end())
    onEnd()
  })
  // Who writes to a reader that has gone should learn it as without us: by a closed pipe.
  sink.on('error', () => source.destroy())
  source.on('error', onEnd)
}

function forwardSignals(child: ChildProcess): () => void {
  const handlers = forwardedSignals.map((signal) => {
    const handler = () => {
      // A command that has ended may have left its pipes to others, whom we then wait for.
      if (!child.kill(signal)) child.stdout?.destroy()
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const release of handlers) release()
  }
}

function ended(child: ChildProcess, command: string): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve(notStarted(command, error))
    })
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, message: null }))
  })
}

const aFolder = 'it is a folder; give the command that starts the server, and the folder after it'

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** The codes of a shell: 127 for a command that is not there, 126 for one that cannot be run. */
function notStarted(command: string, error: NodeJS.ErrnoException): Exit {
  const isMissing = error.code === 'ENOENT'
  const reason = isMissing ? 'there is no such command' : isFolder(command) ? aFolder : describeError(error)
  return { exitCode: isMissing ? 127 : 126, signal: null, message: `cannot start ${command}: ${reason}` }
}

function drained(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (output.destroyed || output.writableEnded) resolve()
    else output.write('', () => resolve())
  })
}

function closing({ exitCode, signal, message }: Exit): EntryData['session_closed'] {
  const reason = signal !== null ? 'interrupted' : exitCode === 0 ? 'ended' : 'failed'
  return { reason, exitCode, signal, message }
}

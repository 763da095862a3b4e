import { describeError } from '../../../errors.ts'
import { hideValues, withStderr } from '../../../tools/server-failure.ts'
import { ServerProcess, type StdioServer } from '../../../tools/server-process.ts'
import { type Frame, ndjsonFraming } from '../../framing.ts'
import { isBatch, type ReadMessage, readMessages } from '../../rpc-message.ts'
import { oneLine } from './one-line.ts'

/** What a server said in one line. */
export interface Line {
  /** As it came, without its end. */
  readonly bytes: Buffer
  readonly text: string
  readonly messages: readonly ReadMessage[]
  readonly isBatch: boolean
}

export interface ChildEnding {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** In words; null where it ended because it was told to. */
  readonly message: string | null
}

export interface ServerChildEvents {
  /** Lines that came together, in order. */
  readonly onLines: (lines: readonly Line[]) => void
  /** Once, after its last line. */
  readonly onEnd: (ending: ChildEnding) => void
  /** Told why a server has ended by itself: for the person who runs this. */
  readonly tell: (message: string) => void
}

/** A line that is longer ends its server: it is held in memory until it is whole. */
const longestLineBytes = 64 * 1024 * 1024
/** What a server has not read; it is asked nothing more beyond it. */
const longestInputBytes = 64 * 1024 * 1024
const newline = Buffer.from('\n')

/** The process of one stdio server: lines in, lines out. */
export class ServerChild {
  readonly #server: StdioServer
  readonly #events: ServerChildEvents
  readonly #process: ServerProcess
  readonly #framing
  #frame: Frame | null = null
  #unfinishedBytes = 0
  #isTold = false
  #isOver = false

  constructor(server: StdioServer, events: ServerChildEvents) {
    this.#server = server
    this.#events = events
    this.#framing = ndjsonFraming({
      onFrame: (frame) => {
        this.#frame = frame
        return 'forward'
      },
      copyBytes: longestLineBytes,
      buffered: true,
    })
    this.#process = new ServerProcess(server, {
      onOutput: (chunk) => this.#read(chunk),
      // Who reads no more answers no more.
      onError: () => void this.#process.close(),
      onEnd: () => this.#end(),
    })
    this.#process.started().catch((error) => this.#notStarted(error))
  }

  /** Whether it keeps up with what it is sent. */
  get isReading(): boolean {
    return this.#process.input.writableLength < longestInputBytes
  }

  send(message: Buffer): void {
    if (!this.#process.input.writable) return
    this.#process.input.write(oneLine(message))
    this.#process.input.write(newline)
  }

  pause(): void {
    this.#process.output.pause()
  }

  resume(): void {
    this.#process.output.resume()
  }

  /** Tells it to leave; returns when nothing of it is left. */
  close(): Promise<void> {
    this.#isTold = true
    this.resume()
    return this.#process.close()
  }

  #read(chunk: Buffer): void {
    const lines: Line[] = []
    let isTooLong = false
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(newline, start) + 1 || chunk.length
      const piece = chunk.subarray(start, end)
      this.#unfinishedBytes += piece.length
      const whole = Buffer.concat(this.#framing.push(piece))
      if (whole.length > 0) this.#unfinishedBytes = 0
      const text = this.#frame?.text
      if (text != null) lines.push(lineOf(whole, text))
      isTooLong ||= text === null
      this.#frame = null
      start = end
    }
    if (lines.length > 0) this.#events.onLines(lines)
    if (isTooLong || this.#unfinishedBytes > longestLineBytes) this.#endTalker()
  }

  #endTalker(): void {
    this.#process.ending = `sent a line of more than ${longestLineBytes / 1024 / 1024} MiB`
    void this.#process.close()
  }

  #notStarted(error: unknown): void {
    this.#process.ending = `cannot be started: ${this.#server.command}: ${describeError(error)}`
    this.#end()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { exit, ending, stderrTail } = this.#process
    const message = this.#isTold ? null : `server ${this.#server.name} ${ending ?? 'has ended'}`
    if (message !== null) this.#events.tell(hideValues(this.#server, withStderr(message, stderrTail)))
    this.#events.onEnd({ ...exit, message })
  }
}

/** `text` is what the framing read of it, `whole` has the line's end too. */
function lineOf(whole: Buffer, text: string): Line {
  const end = whole.at(-1) === newline[0] ? whole.length - 1 : whole.length
  const bytes = whole.subarray(0, whole.at(end - 1) === 0x0d ? end - 1 : end)
  return { bytes, text, messages: readMessages(text), isBatch: isBatch(text) }
}

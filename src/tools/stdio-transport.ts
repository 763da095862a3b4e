import {
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/client'
import { ServerProcess, type StdioServer } from './server-process.ts'

const longestMessageBytes = 64 * 1024 * 1024

/**
 * The SDK's own stdio transport hides the exit code, ends only the process it started and adds to the environment;
 * this one reports how a server ended, ends its whole process group, and passes an allow-listed environment.
 */
export class StdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  readonly #server: StdioServer
  readonly #input = new ReadBuffer({ maxBufferSize: longestMessageBytes })
  #process: ServerProcess | null = null

  constructor(server: StdioServer) {
    this.#server = server
  }

  /** How the process ended, in words; null while it runs. */
  get ending(): string | null {
    return this.#process?.ending ?? null
  }

  /** The end of what the server wrote to stderr. */
  get stderrTail(): string {
    return this.#process?.stderrTail ?? ''
  }

  start(): Promise<void> {
    this.#process = new ServerProcess(this.#server, {
      onOutput: (chunk) => this.#read(chunk),
      onError: (error) => this.onerror?.(error),
      onEnd: () => this.onclose?.(),
    })
    return this.#process.started()
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#process) throw new Error('not started')
      this.#process.input.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()))
    })
  }

  /** End of input, then SIGTERM, then SIGKILL to the group; returns when nothing of it is left. */
  async close(): Promise<void> {
    await this.#process?.close()
  }

  /** Waits a moment for the end of a process whose pipe has broken, so that `ending` is known. */
  async settle(): Promise<void> {
    await this.#process?.settle()
  }

  #read(chunk: Buffer): void {
    try {
      this.#input.append(chunk)
    } catch (error) {
      if (this.#process)
        this.#process.ending = `sent a message of more than ${longestMessageBytes / 1024 / 1024} MiB`
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

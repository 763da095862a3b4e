import { hash } from 'node:crypto'
import type { EntryData, Outcome } from '../domain/entry.ts'
import { isJsonObject } from '../domain/json.ts'
import type { McpMeter } from './otel/mcp-meter.ts'
import { okOutcome } from './outcome.ts'
import type { RpcMessage } from './rpc-message.ts'

type Direction = EntryData['frame']['direction']
type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>

/** A tool call, as it was recorded. */
export interface BegunCall {
  readonly span: string
  /** What its server is told of it; null where it is told nothing. */
  readonly traceparent: string | null
}

/** A request that waits for its answer. */
export interface Operation {
  readonly direction: Direction
  readonly method: string
  /** Of the tool or prompt that it is about. */
  readonly name: string | null
  /** Of a list: whether it was asked for without a cursor. */
  readonly isFirstPage: boolean
  /** Null for any request but a tool call. */
  readonly call: BegunCall | null
  /** In ms of `performance.now()`. */
  readonly begunMs: number
}

/** Methods that are about something with a name. */
const named = new Set(['tools/call', 'prompts/get'])

/** UTF-16 units that are kept of what a request is called by: what never gets an answer must not fill the memory with it. */
const longestWord = 256

/** Of one direction: who asks more is answered, and the oldest is joined with its answer no more. */
const most = 100_000

/** The requests of one connection, in both directions, until they are answered; each is measured when it ends. */
export class Operations {
  /** As the client asks for it, then as the server agrees to. */
  protocolVersion: string | null = null
  readonly #meter: McpMeter | undefined
  readonly #pending: Record<Direction, Map<string, Operation>> = {
    'to server': new Map(),
    'to client': new Map(),
  }
  /** When `initialize` was sent: before 2026-07-28 that begins a session, and after it there are none. */
  #sessionBegunMs: number | null = null

  constructor(meter: McpMeter | undefined) {
    this.#meter = meter
  }

  /** Returns the one that is waited for no more, as too many wait; null where there are not. */
  begin(
    direction: Direction,
    { id, method, params }: Message<'request'>,
    call: BegunCall | null,
  ): Operation | null {
    const begunMs = performance.now()
    const name = named.has(method) && typeof params.name === 'string' ? shortened(params.name) : null
    const isFirstPage = params.cursor === undefined
    const pending = this.#pending[direction]
    pending.set(keyOf(id), { direction, method: shortened(method), name, isFirstPage, call, begunMs })
    const [oldest] = pending.size > most ? pending : []
    if (oldest === undefined) return null
    pending.delete(oldest[0])
    return oldest[1]
  }

  find(direction: Direction, id: string): Operation | null {
    return this.#pending[direction].get(keyOf(id)) ?? null
  }

  /** Null where no request of that id waits; it is for `end`, then. */
  take(direction: Direction, id: string): Operation | null {
    const operation = this.find(direction, id)
    this.#pending[direction].delete(keyOf(id))
    return operation
  }

  answered(operation: Operation, answer: Message<'result' | 'error'>): void {
    if (operation.method === 'initialize' && answer.type === 'result' && isJsonObject(answer.result)) {
      const { protocolVersion } = answer.result
      if (typeof protocolVersion === 'string') this.protocolVersion = protocolVersion
      this.#sessionBegunMs ??= operation.begunMs
    }
    const { type } = answer
    this.end(
      operation,
      type === 'result' ? okOutcome : { layer: 'json-rpc', code: answer.code, message: null },
    )
  }

  end({ direction, method, name, begunMs }: Operation, outcome: Outcome | null): void {
    const { protocolVersion } = this
    const durationMs = performance.now() - begunMs
    this.#meter?.operation({ direction, method, name, protocolVersion, outcome, durationMs })
  }

  /** What has no answer yet gets none. */
  close(hasFailed: boolean): void {
    for (const pending of Object.values(this.#pending)) {
      for (const operation of pending.values()) this.end(operation, null)
      pending.clear()
    }
    if (this.#sessionBegunMs === null) return
    const durationMs = performance.now() - this.#sessionBegunMs
    this.#meter?.session({ protocolVersion: this.protocolVersion, hasFailed, durationMs })
    this.#sessionBegunMs = null
  }
}

function keyOf(id: string): string {
  return id.length > longestWord ? hash('sha256', id) : id
}

/** A copy: a slice would keep the whole. */
function shortened(word: string): string {
  return word.length > longestWord ? Buffer.from(word.slice(0, longestWord)).toString() : word
}

import { isJsonObject, type Json } from '../../../domain/json.ts'
import type { StdioServer } from '../../../tools/server-process.ts'
import type { McpSession } from '../../mcp-session.ts'
import { rpcCodes, rpcError } from '../../rpc-error.ts'
import type { RpcMessage } from '../../rpc-message.ts'
import type { AnswerStream } from './answer-stream.ts'
import { cancellation, type Delivery, deliverAll, type Exchange, statusOfError } from './exchange.ts'
import { observeMessage } from './observe-message.ts'
import type { Occupant } from './occupants.ts'
import { oneLine } from './one-line.ts'
import { memberBytes, type Replacement, replaceMembers } from './replace-members.ts'
import { type ChildEnding, type Line, ServerChild } from './server-child.ts'
import { ToolHeaders } from './tool-headers.ts'

export interface SharedServerOptions {
  readonly server: StdioServer
  readonly flush: () => void
  readonly tell: (message: string) => void
  /** From now on nobody may find it. */
  readonly onLeaving: () => void
  /** Nothing is left of it. */
  readonly onEnd: () => void
}

type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>

const subscriptionId = 'io.modelcontextprotocol/subscriptionId'
const logLevel = 'io.modelcontextprotocol/logLevel'
const tokenPath = ['params', '_meta', 'progressToken']

/**
 * The one process that answers the requests of 2026-07-28 of all clients of a principal. Their ids may be the same, so each
 * exchange has a number, which stands for the ids, progress tokens and subscription ids on the server's side.
 */
export class SharedServer implements Occupant {
  lastUsedMs = performance.now()
  readonly #options: SharedServerOptions
  readonly #child: ServerChild
  readonly toolHeaders = new ToolHeaders()
  /** By number, as JSON text. */
  readonly #exchanges = new Map<string, Exchange>()
  #lastNumber = 0

  constructor(options: SharedServerOptions) {
    this.#options = options
    this.#child = new ServerChild(options.server, {
      onLines: (lines) => this.#told(lines),
      onEnd: (ending) => this.#ended(ending),
      tell: options.tell,
    })
  }

  get isBusy(): boolean {
    return this.#exchanges.size > 0
  }

  get isReading(): boolean {
    return this.#child.isReading
  }

  /** A request that was recorded already; what answers it goes to the stream. Returns its number, for `cancel`. */
  ask(
    { method, params }: Message<'request'>,
    body: Buffer,
    stream: AnswerStream,
    recorder: McpSession,
  ): string {
    this.lastUsedMs = performance.now()
    this.#lastNumber += 1
    const number = String(this.#lastNumber)
    const id = memberBytes(body, ['id']) ?? Buffer.from('null')
    const token = memberBytes(body, tokenPath)
    const isLogged = isJsonObject(params._meta) && params._meta[logLevel] !== undefined
    this.#exchanges.set(number, { id, token, method, isLogged, stream, recorder })
    const by = Buffer.from(number)
    const replacements = [['id'], tokenPath].map((path) => ({ path, by }))
    this.#child.send(replaceMembers(recorder.asSent(body), replacements))
    return number
  }

  /**
   * A notification that was recorded already. A cancellation goes no further, as with the SDK's own server: in this era
   * closing the stream is the one that counts over HTTP, and an id alone may be that of another client's request.
   */
  notify({ method }: Message<'notification'>, body: Buffer): void {
    if (method === 'notifications/cancelled') return
    this.lastUsedMs = performance.now()
    this.#child.send(body)
  }

  /** The client has closed the stream. */
  cancel(number: string): void {
    const exchange = this.#take(number)
    if (!exchange) return
    observeMessage(exchange.recorder, 'to server', cancellation(exchange.id))
    this.#options.flush()
    this.#child.send(cancellation(Buffer.from(number)))
  }

  close(): Promise<void> {
    this.#options.onLeaving()
    return this.#child.close()
  }

  #told(lines: readonly Line[]): void {
    const deliveries = lines.flatMap(({ bytes, messages, isBatch }) =>
      messages.flatMap(({ message, textOf }) => {
        const part = isBatch ? Buffer.from(textOf() ?? '') : bytes
        return this.#deliveryOf(message, oneLine(part)) ?? []
      }),
    )
    deliverAll(deliveries, this.#options.flush)
  }

  /** Null for what is meant for nobody: no server asks anything of a client in this era. */
  #deliveryOf(message: RpcMessage, bytes: Buffer): Delivery | null {
    if (message.type === 'notification') return this.#notificationOf(message, bytes)
    if (message.type !== 'result' && message.type !== 'error') return null
    const exchange = this.#take(message.id ?? '')
    if (!exchange) return null
    if (exchange.method === 'tools/list' && message.type === 'result' && isJsonObject(message.result))
      this.toolHeaders.learn(message.result)
    const by = exchange.id
    const lastStatus = message.type === 'error' ? statusOfError(message.code) : 200
    const named = replaceMembers(bytes, [
      { path: ['id'], by },
      { path: ['result', '_meta', subscriptionId], by },
    ])
    return { exchange, bytes: named, lastStatus }
  }

  #notificationOf({ method, params }: Message<'notification'>, bytes: Buffer): Delivery | null {
    const subscription = isJsonObject(params._meta) ? params._meta[subscriptionId] : undefined
    const exchange =
      subscription === undefined ? this.#exchangeOf(method, params) : this.#numbered(subscription)
    if (!exchange) return null
    const { id, token } = exchange
    const isCancelled = method === 'notifications/cancelled'
    if (isCancelled) this.#take(JSON.stringify(params.requestId))
    const named: readonly Replacement[] = [
      { path: ['params', '_meta', subscriptionId], by: id },
      ...(isCancelled ? [{ path: ['params', 'requestId'], by: id }] : []),
      ...(method === 'notifications/progress' && token
        ? [{ path: ['params', 'progressToken'], by: token }]
        : []),
    ]
    return { exchange, bytes: replaceMembers(bytes, named), lastStatus: isCancelled ? 200 : null }
  }

  #exchangeOf(method: string, params: Message<'notification'>['params']): Exchange | undefined {
    if (method === 'notifications/progress') return this.#numbered(params.progressToken)
    if (method === 'notifications/cancelled') return this.#numbered(params.requestId)
    // It names no request: it belongs to the only one that it can belong to. Of several nobody knows which.
    const asking = [...this.#exchanges.values()].filter((each) =>
      method === 'notifications/message' ? each.isLogged : each.method !== 'subscriptions/listen',
    )
    return asking.length === 1 ? asking[0] : undefined
  }

  #numbered(number: Json | undefined): Exchange | undefined {
    return this.#exchanges.get(JSON.stringify(number) ?? '')
  }

  #take(number: string): Exchange | null {
    const exchange = this.#exchanges.get(number) ?? null
    this.#exchanges.delete(number)
    return exchange
  }

  #ended({ message }: ChildEnding): void {
    this.#options.onLeaving()
    const deliveries = [...this.#exchanges.values()].map((exchange) => {
      const bytes = rpcError(exchange.id, {
        code: rpcCodes.transport,
        message: message ?? 'the server was ended',
      })
      return { exchange, bytes, lastStatus: 200 }
    })
    this.#exchanges.clear()
    deliverAll(deliveries, this.#options.flush)
    this.#options.onEnd()
  }
}

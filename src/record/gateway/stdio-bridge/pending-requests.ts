import { isJsonObject, type Json } from '../../../domain/json.ts'
import { idText, type ReadMessage, type RpcMessage } from '../../rpc-message.ts'
import type { SessionStream } from './session-stream.ts'

type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>
type TextOf = ReadMessage['textOf']

/** A request of the client's that has no answer yet. */
interface Pending {
  readonly method: string
  /** On which its answer is told. */
  readonly stream: SessionStream
  /** Its id as it was written. */
  readonly id: string
  readonly token: string | null
}

/** Questions of a server that its client leaves open; of older ones nobody knows any more where they were told. */
const mostAsked = 1_000

/** The open requests of a session, of both sides, and the stream that each belongs to. Ids are JSON text. */
export class PendingRequests {
  readonly #sent = new Map<string, Pending>()
  readonly #byToken = new Map<string, SessionStream>()
  readonly #asked = new Map<string, SessionStream>()

  /** Of the client's, oldest first. */
  get ids(): readonly string[] {
    return [...this.#sent.keys()]
  }

  get size(): number {
    return this.#sent.size
  }

  get oldest(): string | undefined {
    return this.#sent.keys().next().value
  }

  find(id: string | null): Pending | undefined {
    return this.#sent.get(id ?? '')
  }

  sent({ id, method, params }: Message<'request'>, textOf: TextOf, stream: SessionStream): void {
    const token = tokenIn(params._meta, textOf)
    stream.unanswered.add(id)
    this.#sent.set(id, { method, stream, id: textOf('id') ?? id, token })
    if (token !== null) this.#byToken.set(token, stream)
  }

  /** No answer to it is waited for any longer. */
  forget(id: string): Pending | undefined {
    const pending = this.#sent.get(id)
    this.#sent.delete(id)
    pending?.stream.unanswered.delete(id)
    if (pending?.token != null) this.#byToken.delete(pending.token)
    return pending
  }

  /** The server has asked on this stream. */
  asked(id: string, stream: SessionStream): void {
    this.#asked.set(id, stream)
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > mostAsked && oldest !== undefined) this.#asked.delete(oldest)
  }

  /** The client has answered the server. */
  told(id: string | null): void {
    this.#asked.delete(id ?? '')
  }

  /** Of the request that progress is made on, or that is cancelled. */
  streamNamedBy({ method, params }: Message<'notification'>, textOf: TextOf): SessionStream | undefined {
    const named = (member: string) => idText(params[member] ?? null, () => textOf('params', member))
    if (method === 'notifications/progress') return this.#byToken.get(named('progressToken'))
    if (method === 'notifications/cancelled') return this.#asked.get(named('requestId'))
    return undefined
  }
}

function tokenIn(meta: Json | undefined, textOf: TextOf): string | null {
  const token = isJsonObject(meta) ? meta.progressToken : undefined
  return token === undefined ? null : idText(token, () => textOf('params', '_meta', 'progressToken'))
}

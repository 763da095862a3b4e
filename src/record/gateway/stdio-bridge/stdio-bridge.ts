import type { IncomingMessage, ServerResponse } from 'node:http'
import { principalOf } from '../../../chain/trace-context.ts'
import type { Identity } from '../../../domain/identity.ts'
import { type Around, McpSession } from '../../mcp-session.ts'
import { rpcError, unknownSession } from '../../rpc-error.ts'
import { isBatch, type ReadMessage, readMessages } from '../../rpc-message.ts'
import { headerEvidence } from '../header-evidence.ts'
import { HeldBytes } from '../held-bytes.ts'
import { type Refusal, refuse } from '../refuse.ts'
import { sessionsByClient } from '../sessions-by-client.ts'
import { AnswerStream } from './answer-stream.ts'
import { checkGet, checkPost, transportRefusal } from './check-post.ts'
import { classifyPost } from './classify-post.ts'
import { LegacySession } from './legacy-session.ts'
import { observeMessage } from './observe-message.ts'
import { readBody } from './read-body.ts'
import { RunningServers, type RunningServersOptions } from './running-servers.ts'
import { SharedServer } from './shared-server.ts'

/** One request of a client, and on whose behalf it is made. */
interface Request {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly identity: Identity
}

interface Post extends Request {
  readonly body: Buffer
  readonly messages: readonly ReadMessage[]
}

const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const

/** A server of Streamable HTTP, of both eras, before one that speaks stdio. Bytes pass; what HTTP asks for is checked here. */
export class StdioBridge {
  readonly #options: RunningServersOptions
  readonly #servers: RunningServers
  /** Of what belongs to no session: by connection. Its last request may end with it, and is told first. */
  readonly #connections = sessionsByClient<McpSession>((session) =>
    queueMicrotask(() => session.close(ended)),
  )

  constructor(options: RunningServersOptions) {
    this.#options = options
    this.#servers = new RunningServers(options)
  }

  /** Never throws. */
  handle(request: Request): void {
    const { incoming, outgoing } = request
    if (incoming.method === 'POST') this.#post(request).catch(() => outgoing.destroy())
    else if (incoming.method === 'GET') this.#get(request)
    else if (incoming.method === 'DELETE') this.#delete(request)
    else refuse(outgoing, notAllowed)
  }

  /** Ends every session and every process. */
  async close(): Promise<void> {
    await this.#servers.close()
    this.#connections.close()
  }

  async #post(request: Request): Promise<void> {
    const { incoming, outgoing } = request
    const refusal = checkPost(incoming.headers)
    const held = new HeldBytes()
    try {
      const body = refusal ?? (await readBody(incoming, held))
      if ('status' in body) refuse(outgoing, body)
      else this.#take(request, body)
    } finally {
      held.release()
    }
  }

  #take(request: Request, body: Buffer): void {
    const text = body.toString()
    const post = { ...request, body, messages: readMessages(text) }
    const unrecorded = this.#options.journal.refusal
    const isCall = post.messages.some(({ message }) => 'method' in message && message.method === 'tools/call')
    const era =
      unrecorded !== null && isCall
        ? transportRefusal(503, unrecorded)
        : classifyPost(post.messages, isBatch(text), request.incoming.headers)
    const refused =
      typeof era === 'object' ? era : era === 'modern' ? this.#postModern(post) : this.#postLegacy(post, era)
    if (refused) this.#refusePost(post, refused)
  }

  #postLegacy(
    { incoming, outgoing, identity, body, messages }: Post,
    era: 'initialize' | 'legacy',
  ): Refusal | null {
    const around = aroundOf(incoming, identity)
    if (era === 'initialize') {
      const begun = this.#servers.begin(identity, principalOf(identity))
      return begun instanceof LegacySession ? begun.post(body, messages, outgoing, around) : begun
    }
    const session = this.#sessionOf(incoming, identity)
    if (!(session instanceof LegacySession)) return session ?? missingSession
    return session.post(body, messages, outgoing, around)
  }

  #postModern({ incoming, outgoing, identity, body, messages: [read] }: Post): Refusal | null {
    const message = read?.message
    if (message?.type !== 'request' && message?.type !== 'notification') return null
    const shared = this.#servers.shared(principalOf(identity))
    if (!(shared instanceof SharedServer)) return shared
    if (!shared.isReading) return transportRefusal(503, 'the server does not read what it is sent')
    const wrong =
      message.method === 'tools/call' ? shared.toolHeaders.check(incoming.headers, message.params) : null
    if (wrong) return wrong
    const recorder = this.#recorderOf(incoming, identity)
    observeMessage(recorder, 'to server', body, aroundOf(incoming, identity))
    this.#options.journal.flush()
    if (message.type === 'notification') {
      shared.notify(message, body)
      outgoing.writeHead(202).end()
      return null
    }
    const stream = new AnswerStream(outgoing, { onGone: () => shared.cancel(number) })
    const number = shared.ask(message, body, stream, recorder)
    return null
  }

  #get({ incoming, outgoing, identity }: Request): void {
    const session = this.#sessionOf(incoming, identity)
    const { 'last-event-id': lastEventId } = incoming.headers
    const refusal =
      session instanceof LegacySession
        ? (checkGet(incoming.headers) ??
          session.listen(outgoing, lastEventId === undefined ? null : `${lastEventId}`))
        : (session ?? notAllowed)
    if (refusal) refuse(outgoing, refusal)
  }

  #delete({ incoming, outgoing, identity }: Request): void {
    const session = this.#sessionOf(incoming, identity)
    if (!(session instanceof LegacySession)) {
      refuse(outgoing, session ?? notAllowed)
      return
    }
    void session.close()
    outgoing.writeHead(200).end()
  }

  /** Null where the request names none. */
  #sessionOf({ headers }: IncomingMessage, identity: Identity): LegacySession | Refusal | null {
    const { 'mcp-session-id': id, 'mcp-protocol-version': version } = headers
    if (id === undefined) return null
    const session = this.#servers.session(`${id}`, principalOf(identity))
    if (!session) return notFound
    return session.checkVersion(version === undefined ? undefined : `${version}`) ?? session
  }

  /** A request that comes no further is recorded all the same, and what it was told. */
  #refusePost({ incoming, outgoing, identity, body, messages }: Post, refusal: Refusal): void {
    const [first] = messages
    const isRequest = messages.length === 1 && first?.message.type === 'request'
    const told = rpcError((isRequest && first.textOf('id')) || 'null', refusal)
    if (body.length > 0) {
      const recorder = this.#recorderOf(incoming, identity)
      observeMessage(recorder, 'to server', body)
      observeMessage(recorder, 'to client', told)
      this.#options.journal.flush()
    }
    refuse(outgoing, refusal, told)
  }

  #recorderOf(incoming: IncomingMessage, identity: Identity): McpSession {
    const { journal, server, meter, injectTraceContext } = this.#options
    const { name } = server
    const open = () =>
      new McpSession({
        ...{ journal, type: 'http', server: name, identity, evidence: {}, meter, injectTraceContext },
      })
    return this.#connections.of({ incoming, principal: principalOf(identity) }, null, open)
  }
}

/** On whose behalf a message is sent, which is known for each, and what its headers say of its trace. */
function aroundOf(incoming: IncomingMessage, identity: Identity): Around {
  const { traceparent } = headerEvidence(incoming)
  return { identity, evidence: traceparent ? { traceparent } : {} }
}

const notAllowed: Refusal = {
  ...transportRefusal(405, 'without a session only POST is answered'),
  headers: { allow: 'POST' },
}
const missingSession = transportRefusal(400, 'the header Mcp-Session-Id is missing; initialize gives one')
const notFound: Refusal = { status: 404, ...unknownSession }

import { randomUUID } from 'node:crypto'
import { type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { rpcErrorOf, unknownSession } from '../rpc-error.ts'
import type { Caller } from './caller.ts'
import type { ExposedSession } from './exposed-session.ts'

/** Sessions of protocol revisions up to 2025-11-25, each with an id that its client names. */
export interface LegacySessions {
  serve(request: Request, caller: Caller): Promise<Response>
  /** Tells every client that listens. */
  listChanged(): void
  close(): Promise<void>
}

interface Live {
  readonly principal: string
  readonly session: ExposedSession
  readonly server: Server
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/** Beyond this many the one that was idle for longest ends. */
const limit = 1_000

export function legacySessions(open: (caller: Caller) => ExposedSession): LegacySessions {
  const live = new Map<string, Live>()

  async function begin(caller: Caller): Promise<Live> {
    const { principal } = caller
    const session = open(caller)
    const server = session.serve()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => remember(id, begun),
      onsessionclosed: (id) => end(id),
    })
    const begun: Live = { principal, session, server, transport }
    await server.connect(transport)
    return begun
  }

  function remember(id: string, session: Live): void {
    live.delete(id)
    live.set(id, session)
    const [oldest] = live.keys()
    if (live.size > limit && oldest !== undefined) void end(oldest)
  }

  async function end(id: string): Promise<void> {
    const ended = live.get(id)
    if (!live.delete(id) || !ended) return
    await ended.server.close()
    void ended.session.close()
  }

  return {
    async serve(request, caller) {
      const id = request.headers.get('mcp-session-id')
      const known = id === null ? undefined : live.get(id)
      if (id === null) {
        const begun = await begin(caller)
        const response = await begun.transport.handleRequest(request)
        // What was no `initialize` has begun nothing.
        if (begun.transport.sessionId === undefined) void begun.session.close()
        return response
      }
      if (!known || known.principal !== caller.principal)
        return Response.json(rpcErrorOf(unknownSession), { status: 404 })
      remember(id, known)
      return known.transport.handleRequest(request)
    },
    listChanged() {
      for (const { server } of live.values()) void server.sendToolListChanged().catch(() => {})
    },
    async close() {
      await Promise.all(Array.from(live.keys(), end))
    },
  }
}

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import type { Exposure } from '../../domain/exposure.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { Caller } from './caller.ts'
import { type ExposedSession, exposedSession } from './exposed-session.ts'
import { legacySessions } from './legacy-sessions.ts'
import type { Routes } from './routes.ts'
import { sessionsByClient } from './sessions-by-client.ts'
import { type OpenToolset, toolsetsByPrincipal } from './toolsets-by-principal.ts'

export interface ServedToolset {
  readonly openTools: OpenToolset
  /** The exposure that is served as it was scored: one instance a session. */
  readonly createExposure: () => Exposure
}

/** A body that is longer is answered with 413: the whole of it is read before anything is called. */
const maxRequestBodySize = 64 * 1024 * 1024

/**
 * `/mcp`: one MCP server, of both eras, that shows a whole toolset through an exposure. Here the bytes are our own: names
 * are those that a model sees, lists are those of the exposure. Every call is recorded, as the exposure was asked and as
 * the server was.
 */
export function toolsetRoutes(journal: JournalWriter, { openTools, createExposure }: ServedToolset): Routes {
  const toolsets = toolsetsByPrincipal(openTools, () => {
    modern.notify.toolsChanged()
    legacy.listChanged()
  })
  /** Closed, with calls under way. */
  const ending = new Set<Promise<void>>()
  const open = (caller: Caller): ExposedSession => {
    const session = exposedSession({
      ...{ journal, identity: caller.identity, tools: toolsets.of(caller) },
      exposure: createExposure(),
    })
    return {
      serve: session.serve,
      close() {
        const ended = session.close().finally(() => ending.delete(ended))
        ending.add(ended)
        return ended
      },
    }
  }
  const byConnection = sessionsByClient<ExposedSession>((session) => void session.close())
  const legacy = legacySessions(open)
  /** Whose request it is that the handler serves. */
  const sessions = new WeakMap<Request, ExposedSession>()
  const modern = createMcpHandler(({ requestInfo }) => sessionOf(requestInfo, sessions).serve(), {
    legacy: 'reject',
    maxRequestBodySize,
  })
  return {
    paths: ['/mcp'],
    find(incoming, url, caller) {
      if (!/^\/mcp\/?(?:\?.*)?$/s.test(url)) return null
      const fetch = async (request: Request) => {
        // The token that this request came with is the one that counts from now on.
        toolsets.of(caller)
        if (await isLegacyRequest(request, undefined, { maxRequestBodySize }))
          return legacy.serve(request, caller)
        sessions.set(
          request,
          byConnection.of({ incoming, principal: caller.principal }, null, () => open(caller)),
        )
        return modern.fetch(request)
      }
      const { method = 'GET' } = incoming
      const request = Object.assign(incoming, { method, url })
      return (outgoing) => void toNodeHandler({ fetch }, { maxRequestBodySize })(request, outgoing)
    },
    async close() {
      byConnection.close()
      await Promise.all([modern.close(), legacy.close()])
      // They undo at servers that are to be there for it.
      await Promise.all(ending)
      await toolsets.close()
    },
  }
}

function sessionOf(request: Request | undefined, sessions: WeakMap<Request, ExposedSession>): ExposedSession {
  const session = request && sessions.get(request)
  if (!session) throw new Error('a request came from nowhere')
  return session
}

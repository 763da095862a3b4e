import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import type { Exposure } from '../../domain/exposure.ts'
import type { Identity } from '../../domain/identity.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { LiveToolset } from '../../tools/live-toolset.ts'
import { type ExposedSession, exposedSession } from './exposed-session.ts'
import { legacySessions } from './legacy-sessions.ts'
import type { Routes } from './routes.ts'
import { sessionsByClient } from './sessions-by-client.ts'

export interface ServedToolset {
  readonly tools: LiveToolset
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
export function toolsetRoutes(journal: JournalWriter, { tools, createExposure }: ServedToolset): Routes {
  const open = (identity: Identity) =>
    exposedSession({ journal, identity, tools, exposure: createExposure() })
  const byConnection = sessionsByClient<ExposedSession>((session) => session.close())
  const legacy = legacySessions(open)
  /** Whose request it is that the handler serves. */
  const sessions = new WeakMap<Request, ExposedSession>()
  const modern = createMcpHandler(({ requestInfo }) => sessionOf(requestInfo, sessions).serve(), {
    legacy: 'reject',
    maxRequestBodySize,
  })
  tools.onListChanged(() => {
    modern.notify.toolsChanged()
    legacy.listChanged()
  })
  return {
    paths: ['/mcp'],
    find(incoming, url, caller) {
      if (!/^\/mcp\/?(?:\?.*)?$/s.test(url)) return null
      const fetch = async (request: Request) => {
        if (await isLegacyRequest(request, undefined, { maxRequestBodySize }))
          return legacy.serve(request, caller)
        sessions.set(
          request,
          byConnection.of({ incoming, principal: caller.principal }, null, () => open(caller.identity)),
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
      await tools.close()
    },
  }
}

function sessionOf(request: Request | undefined, sessions: WeakMap<Request, ExposedSession>): ExposedSession {
  const session = request && sessions.get(request)
  if (!session) throw new Error('a request came from nowhere')
  return session
}

import type { JournalWriter } from '../../domain/journal.ts'
import { McpSession } from '../mcp-session.ts'
import { unreachable } from './answer.ts'
import { forwardHttp } from './forward-http.ts'
import { McpExchange } from './mcp-exchange.ts'
import type { Routes } from './routes.ts'
import { sessionsByClient } from './sessions-by-client.ts'

export interface ServerRoutesOptions {
  readonly journal: JournalWriter
  /** The addresses of MCP servers over HTTP, by name: `/mcp/NAME`. */
  readonly servers: Readonly<Record<string, string>>
}

/** `/mcp/NAME`: on to the MCP server of that name, byte for byte. */
export function serverRoutes({ journal, servers }: ServerRoutesOptions): Routes {
  const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const
  const sessions = new Map(
    Object.keys(servers).map((name) => [
      name,
      sessionsByClient<McpSession>((session) => session.close(ended)),
    ]),
  )
  const addresses = new Map(Object.entries(servers).map(([name, address]) => [name, new URL(address)]))
  return {
    paths: Object.keys(servers).map((name) => `/mcp/${name}`),
    find(incoming, url, identity) {
      const [, name = '', query = ''] = /^\/mcp\/([^/?]+)(\?.*)?$/s.exec(url) ?? []
      const known = sessions.get(name)
      const address = addresses.get(name)
      if (!known || address === undefined) return null
      const id = incoming.headers['mcp-session-id']
      const sessionId = typeof id === 'string' ? id : null
      const open = () => new McpSession({ journal, type: 'http', server: name, identity, evidence: {} })
      const tap = new McpExchange({
        session: known.of(incoming, sessionId, open),
        journal,
        onSessionId: (given) => known.rename(incoming, given),
        encoding: incoming.headers['content-encoding'],
      })
      if (incoming.method === 'DELETE' && sessionId !== null)
        incoming.once('close', () => known.end(sessionId))
      const target = query === '' ? address : new URL(query, address)
      return (outgoing) => forwardHttp(incoming, outgoing, { target, tap, unreachable: unreachable(target) })
    },
    async close() {
      for (const each of sessions.values()) each.close()
    },
  }
}

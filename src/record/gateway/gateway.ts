import { createServer, type Server } from 'node:http'
import type { Identity } from '../../domain/identity.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import { answer, errorOf } from './answer.ts'
import { modelRoutes, type Provider } from './model-routes.ts'
import { refusalOf } from './refusal.ts'
import { serverRoutes } from './server-routes.ts'
import { statusRoutes } from './status-routes.ts'
import { type StdioRoutesOptions, stdioRoutes } from './stdio-routes.ts'

export interface GatewayOptions extends StdioRoutesOptions {
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly upstreams: Readonly<Record<Provider, string>>
  /** The addresses of MCP servers over HTTP, by name. */
  readonly servers: Readonly<Record<string, string>>
}

export interface Gateway {
  readonly server: Server
  /** Ends every session; the journal stays open. */
  close(): Promise<void>
}

/** Lets a request in, finds who answers it, and lets it be recorded on its way. */
export function createGateway(options: GatewayOptions): Gateway {
  const all = [statusRoutes(options), modelRoutes(options), serverRoutes(options), stdioRoutes(options)]
  const paths = all.flatMap((routes) => routes.paths).join(', ')
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming)
    if (refusal) {
      answer(outgoing, 403, refusal)
      return
    }
    for (const routes of all) {
      const handle = routes.find(incoming, incoming.url ?? '', options.identity)
      if (handle) {
        handle(outgoing)
        return
      }
    }
    answer(outgoing, 404, errorOf('not_found', `there are ${paths}`))
  })
  return {
    server,
    async close() {
      await Promise.all(all.map((routes) => routes.close()))
    },
  }
}

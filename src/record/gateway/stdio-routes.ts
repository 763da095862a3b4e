import type { JournalWriter } from '../../domain/journal.ts'
import type { StdioServer } from '../../tools/server-process.ts'
import type { McpMeters } from '../otel/mcp-meter.ts'
import type { Routes } from './routes.ts'
import { Occupants } from './stdio-bridge/occupants.ts'
import { StdioBridge } from './stdio-bridge/stdio-bridge.ts'

export interface StdioRoutesOptions {
  readonly journal: JournalWriter
  /** The MCP servers that speak stdio: `/mcp/NAME`. */
  readonly stdioServers: readonly StdioServer[]
  /** Told why a server has ended by itself. */
  readonly tell: (message: string) => void
  /** How many of their processes run at a time. */
  readonly places?: number
  readonly meters: McpMeters
  /** Whether calls name their spans in `_meta.traceparent`. */
  readonly injectTraceContext: boolean
}

/** `/mcp/NAME`: a server of Streamable HTTP before the stdio server of that name. */
export function stdioRoutes({
  journal,
  stdioServers,
  tell,
  places,
  meters,
  injectTraceContext,
}: StdioRoutesOptions): Routes {
  const occupants = new Occupants(places)
  const bridges = new Map(
    stdioServers.map((server) => {
      const meter = meters({ server: server.name, toClient: 'http', toServer: 'stdio' })
      return [server.name, new StdioBridge({ server, journal, occupants, tell, meter, injectTraceContext })]
    }),
  )
  return {
    paths: stdioServers.map(({ name }) => `/mcp/${name}`),
    find(incoming, url, { identity }) {
      const [, name = ''] = /^\/mcp\/([^/?]+)(?:\?.*)?$/s.exec(url) ?? []
      const bridge = bridges.get(name)
      return bridge ? (outgoing) => bridge.handle({ incoming, outgoing, identity }) : null
    },
    async close() {
      await Promise.all([...bridges.values()].map((bridge) => bridge.close()))
    },
  }
}

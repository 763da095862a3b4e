import type { ServerDefinition, ToolsetDefinition } from '../domain/suite.ts'
import { serverOf, type Tool, type ToolSource } from '../domain/tool.ts'
import { catalogueCache } from './catalogue.ts'
import { closeAll } from './close-all.ts'
import { type Connection, type ConnectOptions, connect } from './connection.ts'
import { type LazyServer, lazyServer } from './lazy-server.ts'
import { unknownTool } from './unknown-tool.ts'
import { inWorkspace, workspaceOf } from './workspace.ts'

/** The servers of a toolset as they are, on the workspace itself: what is called there is done. */
export interface LiveToolset extends ToolSource {
  /** As each server that runs says of itself; null where it does not. */
  readonly serverVersions: ReadonlyMap<string, string | null>
  /** Ends every server. */
  close(): Promise<void>
}

export interface LiveToolsetOptions extends ConnectOptions {
  /** Told once of a server that does not start; it shows no tools, and is tried again after a while. */
  readonly onFailure: (server: string, error: unknown) => void
}

const retryMs = 30_000

/** Starts the servers when they are first asked for. Throws a `UsageError` for workspaces that do not fit together. */
export function openLiveToolset(
  definition: ToolsetDefinition,
  servers: readonly ServerDefinition[],
  { onFailure, ...options }: LiveToolsetOptions,
): LiveToolset {
  const own = servers.filter(({ name }) => definition.servers.includes(name))
  const workspace = workspaceOf(definition, own)
  const serverVersions = new Map<string, string | null>()
  const listeners: (() => void)[] = []
  const merge = catalogueCache()

  async function start(server: ServerDefinition): Promise<Connection> {
    const connection = await connect(inWorkspace(server, workspace), options)
    serverVersions.set(server.name, connection.serverVersion)
    connection.onListChanged(() => {
      for (const listener of listeners) listener()
    })
    return connection
  }

  const running = new Map(own.map((server) => [server.name, lazyServer(server.name, () => start(server))]))

  const failedAt = new Map<string, number>()

  async function list([name, server]: [string, LazyServer]): Promise<readonly Tool[]> {
    if (performance.now() - (failedAt.get(name) ?? Number.NEGATIVE_INFINITY) < retryMs) return nothing
    return server.listTools().catch((error) => {
      if (!failedAt.has(name)) onFailure(name, error)
      failedAt.set(name, performance.now())
      return nothing
    })
  }

  return {
    serverVersions,
    listTools: async () => merge(await Promise.all(Array.from(running, list))).tools,
    async callTool(call, context) {
      const { tools, byName } = merge(await Promise.all(Array.from(running, list)))
      const server = byName.has(call.name) ? running.get(serverOf(call.name) ?? '') : undefined
      return server ? (await server.connection()).callTool(call, context) : unknownTool(call.name, tools)
    },
    onListChanged: (listener) => void listeners.push(listener),
    close: () => closeAll(Array.from(running.values(), (server) => server.close())),
  }
}

/** The same array each time: lists are told apart by identity. */
const nothing: readonly Tool[] = []

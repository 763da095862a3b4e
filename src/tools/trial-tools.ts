import type { ServerDefinition, ToolsetDefinition } from '../domain/suite.ts'
import { serverOf, type Tool, type ToolSource } from '../domain/tool.ts'
import type { Catalogue, MergeLists } from './catalogue.ts'
import { closeAll } from './close-all.ts'
import type { Connection } from './connection.ts'
import { type LazyServer, lazyServer } from './lazy-server.ts'
import { unknownTool } from './unknown-tool.ts'
import { copyWorkspace, layFixtures, removeWorkspace, usesWorkspace } from './workspace.ts'

/** A toolset as one trial has it. */
export interface TrialTools extends ToolSource {
  /** Ends the trial's own servers and removes its copy of the workspace. */
  close(): Promise<void>
}

export interface Trial extends TrialTools {
  sharedListChanged(): void
}

export type StartServer = (server: ServerDefinition, folder: string | null) => Promise<Connection>

/** What a toolset lends to its trials. */
interface Lent {
  readonly definition: ToolsetDefinition
  /** What its copies are copies of. */
  readonly workspace: string | null
  readonly definitions: readonly ServerDefinition[]
  readonly shared: ReadonlyMap<string, LazyServer>
  readonly merge: MergeLists
  readonly start: StartServer
  readonly writes: boolean
  /** Laid into the trial's copy of the workspace, by path. */
  readonly fixtures?: Readonly<Record<string, string>> | undefined
}

/**
 * Reads go to the shared servers. A trial that may write, or calls a tool that does not say it only reads, gets a copy
 * of the untouched workspace and servers of its own, each started when first called; from then on it sees what it wrote
 * and nobody else does. Servers that work on the workspace change over together. A remote server cannot be copied and
 * stays shared; a tool that lies about only reading spoils what is shared.
 */
export function openTrial(lent: Lent, onClose: () => void): Trial {
  const { definition, definitions, shared } = lent
  const own = new Map<string, LazyServer>()
  /** Own servers whose list is no longer that of the shared ones. */
  const diverged = new Set<string>()
  const listeners: (() => void)[] = []
  let copy: Promise<string | null> | null = null
  const notify = () => {
    for (const listener of listeners) listener()
  }

  async function startOwn(server: ServerDefinition): Promise<Connection> {
    if (usesWorkspace(server)) copy ??= copyWithFixtures()
    const connection = await lent.start(server, await copy)
    connection.onListChanged(() => {
      diverged.add(server.name)
      notify()
    })
    return connection
  }

  async function copyWithFixtures(): Promise<string | null> {
    const folder = await copyWorkspace(lent.workspace, definition)
    if (folder !== null && lent.fixtures) await layFixtures(folder, lent.fixtures)
    return folder
  }

  function takeOwn(servers: readonly ServerDefinition[]): void {
    for (const server of servers) {
      if (server.transport !== 'stdio' || own.has(server.name)) continue
      own.set(
        server.name,
        lazyServer(server.name, () => startOwn(server)),
      )
    }
  }

  async function catalogue(): Promise<Catalogue> {
    const servers = Array.from(shared, ([name, server]) => (diverged.has(name) && own.get(name)) || server)
    return lent.merge(await Promise.all(servers.map((server) => server.listTools())))
  }

  function serverFor(tool: Tool): LazyServer | undefined {
    const name = serverOf(tool.name) ?? ''
    if (!own.has(name) && tool.annotations?.readOnlyHint !== true) takeOwn(changingWith(name, definitions))
    return own.get(name) ?? shared.get(name)
  }

  if (lent.writes) takeOwn(definitions)
  return {
    listTools: async () => (await catalogue()).tools,
    async callTool(call, context) {
      const { tools, byName } = await catalogue()
      const tool = byName.get(call.name)
      const server = tool && serverFor(tool)
      if (!server) return unknownTool(call.name, tools)
      const connection = await server.connection()
      return connection.callTool(call, context)
    },
    onListChanged: (listener) => void listeners.push(listener),
    sharedListChanged: notify,
    async close() {
      onClose()
      const folder = (await copy?.catch(() => null)) ?? null
      await closeAll(Array.from(own.values(), (server) => server.close())).finally(() =>
        removeWorkspace(folder),
      )
    },
  }
}

/** Servers that see a write of this one: all that work on the workspace when it does, else itself alone. */
function changingWith(name: string, servers: readonly ServerDefinition[]): readonly ServerDefinition[] {
  const writer = servers.filter((server) => server.name === name)
  return writer.some(usesWorkspace) ? servers.filter(usesWorkspace) : writer
}

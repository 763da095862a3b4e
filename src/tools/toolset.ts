import type { Recording } from '../domain/cassette.ts'
import { nearest } from '../domain/nearest.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { ServerDefinition, ToolsetDefinition } from '../domain/suite.ts'
import type { Tool } from '../domain/tool.ts'
import { type Problem, UsageError } from '../errors.ts'
import { catalogueCache } from './catalogue.ts'
import { closeAll } from './close-all.ts'
import { type Connection, type ConnectOptions, connect } from './connection.ts'
import { lazyServer } from './lazy-server.ts'
import { openTrial, type StartServer, type Trial, type TrialTools } from './trial-tools.ts'
import { copyWorkspace, inWorkspace, removeWorkspace, workspaceOf } from './workspace.ts'

/** The running servers of a toolset. Calls are made through `forTrial`, which keeps trials apart. */
export interface Toolset {
  readonly definition: ToolsetDefinition
  /** As each server says of itself; null where it does not. */
  readonly serverVersions: ReadonlyMap<string, string | null>
  /** The tools of all its servers. */
  listTools(): Promise<readonly Tool[]>
  forTrial(needs: TrialNeeds): TrialTools
  /** Ends every server and trial, and removes every copy of the workspace. */
  close(): Promise<void>
}

export interface TrialNeeds {
  /** All calls of the trial go to its own servers on its own copy of the workspace, from the first one on. */
  readonly writes: boolean
  /** Laid into the trial's copy of the workspace, by path within it. */
  readonly fixtures?: Readonly<Record<string, string>> | undefined
  /** What a cassette plays, and who finds in a call what was secret in it; other toolsets do without. */
  readonly replay?: { readonly recording: Recording; readonly redactor: Redactor }
}

export interface OpenOptions extends ConnectOptions {
  /** Of each server, once it has told its tools. */
  readonly onStarted?: (server: string) => void
}

/**
 * Starts all servers of the toolset at once, on a copy of its workspace. Rejects with the `InfrastructureError` of the
 * first one that does not start, the others ended; with a `UsageError` for what is not configured.
 */
export async function openToolset(
  definition: ToolsetDefinition,
  servers: readonly ServerDefinition[],
  { onStarted = () => {}, ...options }: OpenOptions = {},
): Promise<Toolset> {
  const definitions = pick(definition, servers)
  const ending = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal
  const start: StartServer = (server, folder) => connect(inWorkspace(server, folder), { ...options, signal })
  const serverVersions = new Map<string, string | null>()
  const trials = new Set<Trial>()
  const workspace = workspaceOf(definition, definitions)
  const copy = await copyWorkspace(workspace, definition)

  async function startShared(server: ServerDefinition): Promise<Connection> {
    const connection = await start(server, copy)
    serverVersions.set(server.name, connection.serverVersion)
    connection.onListChanged(() => {
      for (const trial of trials) trial.sharedListChanged()
    })
    return connection
  }

  const shared = new Map(
    definitions.map((server) => [server.name, lazyServer(server.name, () => startShared(server))]),
  )

  async function close(): Promise<void> {
    ending.abort()
    const running = [...trials, ...shared.values()]
    await closeAll(running.map((each) => each.close())).finally(() => removeWorkspace(copy))
  }

  try {
    const started = Array.from(shared, ([name, server]) => server.listTools().then(() => onStarted(name)))
    await Promise.all(started)
  } catch (error) {
    await close()
    throw error
  }
  const merge = catalogueCache()
  const lists = () => Promise.all(Array.from(shared.values(), (server) => server.listTools()))
  return {
    definition,
    serverVersions,
    listTools: async () => merge(await lists()).tools,
    forTrial({ writes, fixtures }) {
      const lent = { definition, workspace, definitions, shared, merge, start, writes, fixtures }
      const trial = openTrial(lent, () => trials.delete(trial))
      trials.add(trial)
      return trial
    },
    close,
  }
}

/** The definitions of the toolset's servers, in its order. */
function pick(toolset: ToolsetDefinition, servers: readonly ServerDefinition[]): readonly ServerDefinition[] {
  const byName = new Map(servers.map((server) => [server.name, server]))
  const missing = toolset.servers.filter((name) => !byName.has(name))
  if (missing.length > 0)
    throw new UsageError(missing.map((name) => notConfigured(name, toolset, byName.keys())))
  return toolset.servers.flatMap((name) => byName.get(name) ?? [])
}

function notConfigured(name: string, { location }: ToolsetDefinition, names: Iterable<string>): Problem {
  const near = nearest(name, names)
  const hint = near.length > 0 ? { hint: `did you mean ${near.join(', ')}?` } : {}
  return { location, message: `server ${name} is in no mcpServers file`, ...hint }
}

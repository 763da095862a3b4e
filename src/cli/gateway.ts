import { once } from 'node:events'
import { type Config, loadConfig } from '../config/calltrail-config.ts'
import { defineGateway, type GatewayDefinition } from '../config/gateway-config.ts'
import { defineServers, type ServerEntries, serverNames } from '../config/servers-file.ts'
import { suggest } from '../config/validate.ts'
import { describeError, UsageError } from '../errors.ts'
import { homeAt } from '../journal/home.ts'
import { fetchAs } from '../record/gateway/credentials/fetch-as.ts'
import { createGateway, type GatewayOptions } from '../record/gateway/gateway.ts'
import type { Routes } from '../record/gateway/routes.ts'
import type { OpenToolset } from '../record/gateway/toolsets-by-principal.ts'
import { createExposure } from '../tools/exposures/exposures.ts'
import { openLiveToolset } from '../tools/live-toolset.ts'
import { inWorkspace } from '../tools/workspace.ts'
import { embedderFor } from './embedders.ts'
import {
  admissionOf,
  authenticatorOf,
  credentialsOf,
  isLoopback,
  loopback,
  reachability,
} from './gateway-access.ts'
import { gatewayNotes } from './gateway-notes.ts'
import { homePath, openLogAnyway } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { listen } from './listen.ts'
import { openMetrics } from './metric-export.ts'
import { say } from './run-command.ts'
import { withSpans } from './span-export.ts'

const usualPort = 4319
/** How long requests that are under way may take to end once the gateway was told to stop. */
const graceMs = 5_000

export interface GatewayCommand {
  readonly port?: number
  readonly host?: string
  readonly config?: string
  readonly newToken?: string
}

/** Runs until it is told to stop; that is its normal end. */
export async function gateway(command: GatewayCommand): Promise<number> {
  const signal = onInterrupt('stopping; requests under way may end (again to stop at once)')
  const { gateway: opened, journal, closeExports, host, port, notes } = await openGateway(command)
  const { server, close } = opened
  try {
    const base = await listen(server, command.port ?? port ?? usualPort, host)
    say([`listening on ${base}; give your client`, ...notes(base)].join('\n'))
    if (!signal.aborted) await once(signal, 'abort')
    server.close()
    opened.hangUp()
    server.closeIdleConnections()
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    await once(server, 'close')
    clearTimeout(late)
    return 0
  } finally {
    await close()
    journal.close()
    await closeExports()
  }
}

async function openGateway({ config: file, host: asked }: GatewayCommand) {
  const config = await loadConfig(file, process.cwd())
  const { identity, upstreams, injectTraceContext } = config
  const { remote, local, names } = servedServers(config.servers)
  const definition = defineGateway(config.gateway, names, process.env)
  const host = asked ?? definition.host ?? loopback
  const authenticator = authenticatorOf(definition, host)
  const credentials = credentialsOf(definition, remote)
  // What is in the environment of a server may be credentials.
  const given = local.filter(({ env }) => Object.keys(env).length > 0).map(({ name }) => name)
  const guarded = [...Object.keys(credentials), ...given]
  const shown = config.toolsets.find(({ name }) => name === definition.toolset)?.servers ?? []
  const isGuarded = shown.some((name) => guarded.includes(name))
  const path = homePath()
  const isMistake = (error: unknown) => error instanceof UsageError
  const { journal, closeSpans } = await withSpans(openLogAnyway(path, config, isMistake), config)
  const { own, ...admission } = admissionOf(authenticator, guarded.length > 0, homeAt(path))
  const servers = Object.fromEntries(remote.map(({ name, url }) => [name, url]))
  const { sinks, closeMetrics } = await openMetrics()
  const toolset = await toolsetOf(definition, config, { journal, credentials })
  const gateway = createGateway({
    ...{
      journal,
      identity,
      upstreams,
      servers,
      credentials,
      toolset,
      sinks,
      injectTraceContext,
      ...admission,
    },
    ...{ stdioServers: local, tell: say, guarded: isGuarded ? [...guarded, ''] : guarded },
    ...reachability(definition, host),
    issuer: definition.oidc?.issuer ?? null,
    url: definition.url ?? null,
  })
  const notes = (base: string) =>
    gatewayNotes(definition, {
      ...{ base, own, isRequired: admission.isRequired, isRemote: !isLoopback(host) },
      servers: [...Object.keys(servers), ...local.map(({ name }) => name)],
      doors: isGuarded ? [...guarded, '/mcp'] : guarded,
    })
  const closeExports = () => Promise.all([closeSpans(), closeMetrics()])
  return { gateway, journal, closeExports, host, port: definition.port, notes }
}

/** `/mcp`, where a toolset is configured; what it takes is loaded for it alone. */
async function toolsetOf(
  { toolset: name, exposure = 'full' }: GatewayDefinition,
  config: Config,
  { journal, credentials }: Pick<GatewayOptions, 'journal' | 'credentials'>,
): Promise<Routes | null> {
  if (name === undefined) return null
  const definition = config.toolsets.find((each) => each.name === name)
  if (!definition) {
    const hint = suggest(
      name,
      config.toolsets.map((each) => each.name),
    )
    const message = `gateway.toolset: no toolset "${name}" in ${config.file ?? 'calltrail.yaml'}`
    throw new UsageError([{ ...locationOf('toolset', config), message, hint }])
  }
  const embedder = await embedderFor([exposure], config)
  const embedders = embedder && { tools: embedder, queries: embedder }
  const createOne = () => createExposure(exposure, definition, embedders)
  try {
    if (createOne().shape) throw new UsageError(`${exposure} lives in the model request: it cannot be served`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.problems.map((each) => ({ ...locationOf('exposure', config), ...each })))
  }
  const { toolsetRoutes } = await import('../record/gateway/toolset-routes.ts')
  const servers = defineServers(config.servers, definition.servers)
  const openTools: OpenToolset = (current) =>
    openLiveToolset(definition, servers, {
      onFailure: (server, error) =>
        say(journal.redactor.text(`${server} shows no tools: ${describeError(error)}`)),
      fetchFor: (server) => credentials[server] && fetchAs(credentials[server], current),
    })
  return toolsetRoutes(journal, { openTools, createExposure: createOne })
}

function locationOf(key: string, { gateway: { document } }: Config) {
  return document ? { location: document.locate(['gateway', key]) } : {}
}

/** The MCP servers that are served; `names` are also of those that may be some once their mistakes are mended. */
function servedServers(entries: ServerEntries) {
  const all = serverNames(entries)
  const found = all.flatMap((name) => {
    try {
      return defineServers(entries, [name]).map((server) => inWorkspace(server, null))
    } catch (error) {
      say(`${name} is not served: ${describeError(error)}`)
      return []
    }
  })
  const remote = found.flatMap((server) => (server.transport === 'http' ? [server] : []))
  const local = found.flatMap((server) => (server.transport === 'stdio' ? [server] : []))
  const isLocal = (name: string) => local.some((server) => server.name === name)
  return { remote, local, names: all.filter((name) => !isLocal(name)) }
}

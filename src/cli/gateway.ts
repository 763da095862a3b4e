import { once } from 'node:events'
import { loadConfig } from '../config/calltrail-config.ts'
import { defineGateway } from '../config/gateway-config.ts'
import { defineServers, type ServerEntries, serverNames } from '../config/servers-file.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { openHome } from '../journal/home.ts'
import { createGateway, type Gateway } from '../record/gateway/gateway.ts'
import {
  admissionOf,
  authenticatorOf,
  credentialsOf,
  isLoopback,
  loopback,
  reachability,
} from './gateway-access.ts'
import { homePath, openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { say } from './run-command.ts'

/** How long requests that are under way may take to end once the gateway was told to stop. */
const graceMs = 5_000

export interface GatewayCommand {
  readonly port: number
  readonly host?: string
  readonly config?: string
  readonly newToken?: string
}

/** Runs until it is told to stop; that is its normal end. */
export async function gateway(command: GatewayCommand): Promise<number> {
  const signal = onInterrupt('stopping; requests under way may end (again to stop at once)')
  const { gateway: opened, journal, host, notes } = await openGateway(command)
  const { server, close } = opened
  try {
    const base = await listen(server, command.port, host)
    say([`listening on ${base}; give your client`, ...notes(base)].join('\n'))
    if (!signal.aborted) await once(signal, 'abort')
    server.close()
    server.closeIdleConnections()
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    await once(server, 'close')
    clearTimeout(late)
    return 0
  } finally {
    await close()
    journal.close()
  }
}

async function openGateway({ config: file, host: asked }: GatewayCommand) {
  const config = await loadConfig(file, process.cwd())
  const { identity, upstreams } = config
  const { remote, names } = remoteServers(config.servers)
  const definition = defineGateway(config.gateway, names, process.env)
  const host = asked ?? definition.host ?? loopback
  const authenticator = authenticatorOf(definition, host)
  const credentials = credentialsOf(definition, remote)
  const guarded = Object.keys(credentials)
  const home = openHome(homePath())
  const { own, ...admission } = admissionOf(authenticator, guarded.length > 0, home)
  const servers = Object.fromEntries(remote.map(({ name, url }) => [name, url]))
  const journal = openLog(home)
  const gateway = createGateway({
    ...{ journal, identity, upstreams, servers, credentials, ...admission },
    ...reachability(definition, host),
    issuer: definition.oidc?.issuer ?? null,
    url: definition.url ?? null,
  })
  const notes = (base: string) => [
    ...addresses(base, Object.keys(servers)),
    ...(own ? [`${guarded.join(', ')}: send the token that ${own.path} holds, Authorization: Bearer …`] : []),
    ...(isLoopback(host)
      ? []
      : ['tokens pass unencrypted: put TLS in front, and its address in gateway.url']),
  ]
  return { gateway, journal, host, notes }
}

/** The address, once it is bound. */
async function listen(server: Gateway['server'], port: number, host: string): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const message = `cannot listen on ${host}:${port}: ${describeError(error)}; --port takes another`
    throw new InfrastructureError('gateway', message)
  }
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** The MCP servers over HTTP; `names` are also of those that may be some once their mistakes are mended. */
function remoteServers(entries: ServerEntries) {
  const all = serverNames(entries)
  const found = all.flatMap((name) => {
    try {
      return defineServers(entries, [name])
    } catch (error) {
      say(`${name} is not served: ${describeError(error)}`)
      return []
    }
  })
  const remote = found.flatMap((server) => (server.transport === 'http' ? [server] : []))
  const local = found.flatMap(({ transport, name }) => (transport === 'stdio' ? [name] : []))
  return { remote, names: all.filter((name) => !local.includes(name)) }
}

function addresses(base: string, servers: readonly string[]): readonly string[] {
  const lines = [`OPENAI_BASE_URL=${base}/openai/v1`, `ANTHROPIC_BASE_URL=${base}/anthropic`]
  return [...lines, ...servers.map((name) => `${base}/mcp/${name}`)].map((line) => `  ${line}`)
}

import { once } from 'node:events'
import { loadConfig } from '../config/calltrail-config.ts'
import { defineServers, type ServerEntries, serverNames } from '../config/servers-file.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { createGateway } from '../record/gateway/gateway.ts'
import { inWorkspace } from '../tools/workspace.ts'
import { openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { say } from './run-command.ts'

const host = '127.0.0.1'
/** How long requests that are under way may take to end once the gateway was told to stop. */
const graceMs = 5_000

/** Runs until it is told to stop; that is its normal end. */
export async function gateway({ port, config: file }: { port: number; config?: string }): Promise<number> {
  const signal = onInterrupt('stopping; requests under way may end (again to stop at once)')
  const config = await loadConfig(file, process.cwd())
  const { identity, upstreams } = config
  const { servers, stdioServers } = servedServers(config.servers)
  const names = [...Object.keys(servers), ...stdioServers.map(({ name }) => name)]
  const journal = openLog()
  const { server, close } = createGateway({ journal, identity, upstreams, servers, stdioServers, tell: say })
  try {
    await listen(server, port)
    const address = server.address()
    const bound = typeof address === 'object' && address ? address.port : port
    say(`listening on http://${host}:${bound}; give your client\n${addresses(bound, names)}`)
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

async function listen(server: ReturnType<typeof createGateway>['server'], port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const message = `cannot listen on ${host}:${port}: ${describeError(error)}; --port takes another`
    throw new InfrastructureError('gateway', message)
  }
}

/** The MCP servers that a client without a token may come to use: what they are given of ours is no one else's. */
function servedServers(entries: ServerEntries) {
  const found = serverNames(entries).flatMap((name) => {
    try {
      return defineServers(entries, [name]).map((server) => inWorkspace(server, null))
    } catch (error) {
      say(`${name} is not served: ${describeError(error)}`)
      return []
    }
  })
  const open = found.filter((server) => {
    const given = server.transport === 'http' ? 'headers' : 'environment'
    const isOpen = Object.keys(server.transport === 'http' ? server.headers : server.env).length === 0
    if (!isOpen)
      say(`${server.name} is not served: its ${given} may be credentials, and this gateway knows no one yet`)
    return isOpen
  })
  const remote = open.flatMap((server) => (server.transport === 'http' ? [server] : []))
  return {
    servers: Object.fromEntries(remote.map(({ name, url }) => [name, url])),
    stdioServers: open.flatMap((server) => (server.transport === 'stdio' ? [server] : [])),
  }
}

function addresses(port: number, servers: readonly string[]): string {
  const base = `http://${host}:${port}`
  const lines = [`OPENAI_BASE_URL=${base}/openai/v1`, `ANTHROPIC_BASE_URL=${base}/anthropic`]
  return [...lines, ...servers.map((name) => `${base}/mcp/${name}`)].map((line) => `  ${line}`).join('\n')
}

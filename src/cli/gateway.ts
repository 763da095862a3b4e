import { once } from 'node:events'
import { loadConfig } from '../config/calltrail-config.ts'
import { defineServers, type ServerEntries, serverNames } from '../config/servers-file.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { createGateway } from '../record/gateway/gateway.ts'
import { openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { say } from './run-command.ts'
import { withSpans } from './span-export.ts'

const host = '127.0.0.1'
/** How long requests that are under way may take to end once the gateway was told to stop. */
const graceMs = 5_000

/** Runs until it is told to stop; that is its normal end. */
export async function gateway({ port, config: file }: { port: number; config?: string }): Promise<number> {
  const signal = onInterrupt('stopping; requests under way may end (again to stop at once)')
  const config = await loadConfig(file, process.cwd())
  const { identity, upstreams } = config
  const servers = remoteServers(config.servers)
  const { journal, closeSpans } = await withSpans(openLog())
  const { server, close } = createGateway({ journal, identity, upstreams, servers })
  try {
    await listen(server, port)
    const address = server.address()
    const bound = typeof address === 'object' && address ? address.port : port
    say(`listening on http://${host}:${bound}; give your client\n${addresses(bound, Object.keys(servers))}`)
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
    await closeSpans()
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

/** The MCP servers over HTTP. What they would be sent of ours, a client without a token must not come to use. */
function remoteServers(entries: ServerEntries): Readonly<Record<string, string>> {
  const found = serverNames(entries).flatMap((name) => {
    try {
      return defineServers(entries, [name])
    } catch (error) {
      say(`${name} is not served: ${describeError(error)}`)
      return []
    }
  })
  const remote = found.flatMap((server) => (server.transport === 'http' ? [server] : []))
  const [open, credentialed] = [
    remote.filter(({ headers }) => Object.keys(headers).length === 0),
    remote.filter(({ headers }) => Object.keys(headers).length > 0),
  ]
  for (const { name } of credentialed)
    say(`${name} is not served: its headers are credentials, and this gateway knows no one yet`)
  return Object.fromEntries(open.map(({ name, url }) => [name, url]))
}

function addresses(port: number, servers: readonly string[]): string {
  const base = `http://${host}:${port}`
  const lines = [
    `OPENAI_BASE_URL=${base}/openai/v1`,
    `ANTHROPIC_BASE_URL=${base}/anthropic`,
    `GOOGLE_GEMINI_BASE_URL=${base}/gemini`,
  ]
  return [...lines, ...servers.map((name) => `${base}/mcp/${name}`)].map((line) => `  ${line}`).join('\n')
}

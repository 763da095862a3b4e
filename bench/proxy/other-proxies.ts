// The proxies of others that `bench/proxy` compares with: installed from npm when they are asked for, at these versions.
import { dirname, join } from 'node:path'
import { install } from '../../scripts/packages/install.ts'

/** The arguments of a Node that serves a stdio server over HTTP, at `/mcp` of a port. */
type StdioToHttp = (port: number, server: readonly string[]) => readonly (string | number)[]

/** With sessions, each a process of the server's, as `calltrail gateway` has them. */
export async function installSupergateway(): Promise<StdioToHttp> {
  const program = await installed('supergateway', '4.0.0', 'dist/index.js')
  const flags = ['--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none']
  return (port, server) => {
    const command = server.map((word) => JSON.stringify(word)).join(' ')
    return [program, '--stdio', command, '--port', port, ...flags]
  }
}

/** All of its sessions share one process of the server's: it knows no other way. */
export async function installMcpProxy(): Promise<{ readonly serve: StdioToHttp; readonly library: string }> {
  const program = await installed('mcp-proxy', '6.7.19', 'dist/bin/mcp-proxy.mjs')
  return {
    serve: (port, server) => [program, '--port', port, '--host', '127.0.0.1', '--', ...server],
    library: join(dirname(program), '..', 'index.mjs'),
  }
}

function installed(name: string, version: string, program: string): Promise<string> {
  return install({
    name: `${name}-${version}`,
    packages: [`${name}@${version}`],
    program: join(name, program),
  })
}

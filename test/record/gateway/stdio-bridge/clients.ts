import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { onTestFinished } from 'vitest'
import { childEnvironment } from '../../../../src/tools/child-environment.ts'
import type { StdioServer } from '../../../../src/tools/server-process.ts'
import { openGateway } from '../open-gateway.ts'

/** A gateway before one stdio server, which it serves at `url`. */
export async function openBridge(server: StdioServer, places?: number) {
  const stdio = { stdioServers: [server], ...(places !== undefined && { places }) }
  const gateway = await openGateway(() => ({ text: '' }), undefined, {}, stdio)
  return { ...gateway, url: `${gateway.base}/mcp/${server.name}` }
}

/** Where a client connects to: through the gateway, or to a process of its own. */
export type Way = string | StdioServer

const withEverything = { sampling: {}, elicitation: {}, roots: { listChanged: true } }

function processOf({ command, args, cwd, env }: StdioServer) {
  return { command, args: [...args], cwd, env: childEnvironment(env), stderr: 'ignore' as const }
}

/** SDK v1, with all that servers may ask of a client. */
export async function version1(way: Way) {
  const client = new Client({ name: 'v1', version: '1' }, { capabilities: withEverything })
  const transport =
    typeof way === 'string'
      ? new StreamableHTTPClientTransport(new URL(way))
      : new StdioClientTransport(processOf(way))
  await client.connect(transport as Transport)
  onTestFinished(() => client.close())
  return { client, transport }
}

/** SDK v2; `auto` finds out whether the server speaks 2026-07-28. */
export async function version2(way: Way, mode: 'legacy' | 'auto' = 'auto') {
  const negotiation = mode === 'auto' ? { versionNegotiation: { mode: 'auto' as const } } : {}
  const client = new ModernClient(
    { name: 'v2', version: '2' },
    { capabilities: withEverything, ...negotiation },
  )
  const transport =
    typeof way === 'string' ? new ModernTransport(new URL(way)) : new ModernStdio(processOf(way))
  await client.connect(transport)
  onTestFinished(() => client.close())
  return { client, transport }
}

export function textOf(result: unknown): string {
  const { content } = result as { content: readonly { text?: string }[] }
  return content.map(({ text = '' }) => text).join('\n')
}

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Arrived {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** To the letter, names and values in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: string
  readonly socket: Socket
}

export interface UpstreamAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** An MCP server on loopback that keeps what reaches it; every request is answered with an empty result. */
export async function startUpstream(answer: (arrived: Arrived) => UpstreamAnswer = () => ({})) {
  const arrived: Arrived[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { method = '', headers, rawHeaders, socket } = request
    const seen = { method, headers, rawHeaders, body, socket }
    arrived.push(seen)
    const { status = 200, headers: given = {} } = answer(seen)
    response.writeHead(status, { 'content-type': 'application/json', ...given })
    const { id = null } = body.startsWith('{') ? JSON.parse(body) : {}
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, arrived }
}

export function call(tool: string): string {
  const params = { name: tool, arguments: {} }
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
}

export const initialize = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'app', version: '1' } },
})

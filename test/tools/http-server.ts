import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { ServerDefinition } from '../../src/domain/suite.ts'

export interface HttpServer {
  readonly definition: ServerDefinition
  /** Headers of all requests so far. */
  readonly headers: readonly IncomingHttpHeaders[]
  /** Ends the server, its open streams too. */
  stop(): Promise<void>
}

/** A server of SDK v1 over Streamable HTTP, with one tool, `remote/greet`. */
export async function startHttpServer(): Promise<HttpServer> {
  const mcp = new McpServer({ name: 'remote', version: '0.9.0' })
  mcp.registerTool('greet', { description: 'Greets.', annotations: { readOnlyHint: true } }, () => ({
    content: [{ type: 'text', text: 'hello' }],
  }))
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() })
  await mcp.connect(transport)
  const headers: IncomingHttpHeaders[] = []
  const http = createServer((request, response) => {
    headers.push(request.headers)
    void transport.handleRequest(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const port = typeof address === 'object' ? address?.port : address
  return {
    definition: {
      transport: 'http',
      name: 'remote',
      url: `http://127.0.0.1:${port}/mcp`,
      headers: { 'x-team': 'blue' },
      location: { file: 'mcp.json', line: 9, column: 5 },
    },
    headers,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

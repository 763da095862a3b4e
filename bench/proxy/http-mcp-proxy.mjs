// The library of mcp-proxy between HTTP and HTTP, as its own command line puts it before stdio. PORT TARGET LIBRARY
import { pathToFileURL } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Server } from '@modelcontextprotocol/server'

const [port, target, library] = process.argv.slice(2)
const { proxyServer, startHTTPServer } = await import(pathToFileURL(library).href)
const client = new Client({ name: 'mcp-proxy', version: '1.0.0' }, { capabilities: {} })
await client.connect(new StreamableHTTPClientTransport(new URL(`${target}/mcp`)))
const serverCapabilities = client.getServerCapabilities()

async function createServer() {
  const server = new Server(client.getServerVersion(), { capabilities: serverCapabilities })
  await proxyServer({ client, server, serverCapabilities })
  return server
}
await startHTTPServer({ createServer, host: '127.0.0.1', port: Number(port), sseEndpoint: null })

import {
  Client,
  type FetchLike,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { isJsonObject } from '../domain/json.ts'
import type { ServerDefinition } from '../domain/suite.ts'
import {
  type CallContext,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  toolError,
} from '../domain/tool.ts'
import { version } from '../version.ts'
import { serverFailure } from './server-failure.ts'
import { StdioTransport } from './stdio-transport.ts'
import { toTool } from './tool-definition.ts'
import { anyObject, toToolResult } from './tool-result.ts'
import { within } from './within.ts'

export interface ConnectOptions {
  /** For the handshake and the first list of tools; `npx -y` may have to download first. 60 s unless said. */
  readonly startTimeoutMs?: number
  /** For one call, counted anew at each sign of progress. 60 s unless said. */
  readonly callTimeoutMs?: number
  readonly signal?: AbortSignal
  /** What requests to a server over HTTP are made with; those of the platform unless said. */
  readonly fetchFor?: (server: string) => FetchLike | undefined
}

/** One running server. Its tools are called `server/tool`, and their list is fetched again only when it changed. */
export interface Connection extends ToolSource {
  readonly serverVersion: string | null
  /** False once the server has died or was closed: what comes next needs another connection. */
  readonly alive: boolean
  listTools(): Promise<readonly Tool[]>
  /** Returns when no process of the server is left. */
  close(): Promise<void>
}

const closeTimeoutMs = 1_000

/**
 * Starts a server, or reaches for a remote one, and shakes hands in the protocol's legacy era: no probe, which would
 * start a stdio server twice. No capabilities are announced, since servers show other tools to other clients, and the
 * filesystem server lets announced roots replace its own. Rejects with an `InfrastructureError` whose code is
 * `server_not_started`, `server_died` or `server_timeout`, with the end of the server's stderr.
 */
export async function connect(server: ServerDefinition, options: ConnectOptions = {}): Promise<Connection> {
  const { startTimeoutMs = 60_000, callTimeoutMs = 60_000 } = options
  const signal = options.signal ?? new AbortController().signal
  signal.throwIfAborted()
  const transport = transportTo(server, options.fetchFor?.(server.name))
  const client = new Client({ name: 'calltrail', version }, { capabilities: {} })
  const listeners: (() => void)[] = []
  let tools: Promise<readonly Tool[]> | null = null
  let alive = true
  let closing: Promise<void> | null = null

  client.onclose = () => {
    alive = false
  }
  client.setNotificationHandler('notifications/tools/list_changed', () => {
    tools = null
    for (const listener of listeners) listener()
  })

  /** What `attempt` throws becomes an error that names the server, what was tried, and how the server ended. */
  async function guarded<T>(what: string, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      const failure = await serverFailure(server, transport, what, error)
      if (failure.code !== 'server_timeout') await close()
      throw failure
    }
  }

  async function fetchTools(): Promise<readonly Tool[]> {
    if (!client.getServerCapabilities()?.tools) return []
    const list = await guarded('tools/list', signal, () =>
      client.listTools(undefined, { timeout: startTimeoutMs, cacheMode: 'bypass' }),
    )
    return list.tools.map((tool) => toTool(server.name, tool))
  }

  function close(): Promise<void> {
    alive = false
    closing ??= closeTransport(client, transport)
    return closing
  }

  try {
    await guarded('initialize', signal, () => client.connect(transport, { timeout: startTimeoutMs, signal }))
  } catch (error) {
    await close()
    throw error
  }
  return {
    serverVersion: client.getServerVersion()?.version ?? null,
    get alive() {
      return alive
    },
    // Not the caller's signal: others wait for the same list.
    listTools() {
      tools ??= fetchTools().catch((error) => {
        tools = null
        throw error
      })
      return tools
    },
    async callTool(call, context) {
      context.signal.throwIfAborted()
      return guarded(call.name, context.signal, () => request(client, server, call, context, callTimeoutMs))
    },
    onListChanged: (listener) => void listeners.push(listener),
    close,
  }
}

/** Not `client.callTool`, which throws where a result does not match the tool's own output schema. */
async function request(
  client: Client,
  server: ServerDefinition,
  call: ToolCall,
  { signal, onProgress }: CallContext,
  timeout: number,
): Promise<ToolResult> {
  const prefix = `${server.name}/`
  if (!call.name.startsWith(prefix)) return toolError(`The server ${server.name} has no tool ${call.name}.`)
  const params = { name: call.name.slice(prefix.length), arguments: call.arguments }
  const onprogress = (progress: unknown) => void (isJsonObject(progress) && onProgress?.(progress))
  const options = { signal, timeout, resetTimeoutOnProgress: true, ...(onProgress && { onprogress }) }
  try {
    return toToolResult(await client.request({ method: 'tools/call', params }, anyObject, options))
  } catch (error) {
    if (isAnswer(error)) return toolError(error.message)
    throw error
  }
}

function transportTo(
  server: ServerDefinition,
  fetch: FetchLike | undefined,
): StdioTransport | StreamableHTTPClientTransport {
  if (server.transport === 'stdio') return new StdioTransport(server)
  const requestInit = { headers: server.headers }
  return new StreamableHTTPClientTransport(new URL(server.url), { requestInit, ...(fetch && { fetch }) })
}

async function closeTransport(
  client: Client,
  transport: StdioTransport | StreamableHTTPClientTransport,
): Promise<void> {
  if (transport instanceof StreamableHTTPClientTransport)
    await within(closeTimeoutMs, transport.terminateSession())
  await client.close()
  await transport.close()
}

/** The server did answer, with a JSON-RPC error or with something that is no result: what was wrong is data. */
function isAnswer(error: unknown): error is Error {
  return (
    error instanceof ProtocolError || (error instanceof SdkError && error.code === SdkErrorCode.InvalidResult)
  )
}

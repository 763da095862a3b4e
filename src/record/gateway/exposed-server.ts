import {
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { ActionCutOff } from '../../domain/action.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import {
  type CallContext,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  wireName,
} from '../../domain/tool.ts'
import { describeError } from '../../errors.ts'
import { version } from '../../version.ts'

/** What is known of one request, besides what it asks. */
export interface ServedRequest {
  readonly meta: JsonObject
  /** As the client names itself. */
  readonly clientInfo: Json | undefined
  readonly signal: AbortSignal
  readonly onProgress: CallContext['onProgress']
}

export interface Serving {
  readonly tools: ToolSource
  contextOf(request: ServedRequest): CallContext
  /** The call that a request makes. */
  beginCall(request: ServedRequest, name: string, given: JsonObject): ToolCall
}

/** An MCP server, of both eras, that shows tools under their wire names and calls them. */
export function exposedServer({ tools, contextOf, beginCall }: Serving): Server {
  const server = new Server(
    { name: 'calltrail', version },
    { capabilities: { tools: { listChanged: true } } },
  )
  server.setRequestHandler('tools/list', async (_, { mcpReq }) => {
    const list = await guarded(() => tools.listTools(contextOf(requestOf(mcpReq, server))))
    return { tools: list.map(definitionOf) }
  })
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const request = requestOf(mcpReq, server)
    const context = contextOf(request)
    const list = await guarded(() => tools.listTools(context))
    const name = list.find((tool) => wireName(tool.name) === params.name)?.name ?? params.name
    const given: unknown = params.arguments ?? {}
    const call = beginCall(request, name, isJsonObject(given) ? given : {})
    const { content, structuredContent, isError } = await guarded(() =>
      tools.callTool(call, context).catch(resultOfAction),
    )
    // Blocks of a kind that the SDK does not know pass as well.
    return JSON.parse(
      JSON.stringify({
        content,
        ...(structuredContent && { structuredContent }),
        ...(isError && { isError }),
      }),
    )
  })
  return server
}

function requestOf(
  { _meta, envelope, signal, notify }: ServerContext['mcpReq'],
  server: Server,
): ServedRequest {
  const meta: unknown = _meta ?? {}
  const stated = new Map<string, unknown>(Object.entries(envelope ?? {})).get(CLIENT_INFO_META_KEY)
  const clientInfo: unknown = stated ?? server.getClientVersion()
  const token = _meta?.progressToken
  return {
    meta: isJsonObject(meta) ? meta : {},
    clientInfo: isJsonObject(clientInfo) ? clientInfo : undefined,
    signal,
    onProgress:
      token === undefined
        ? undefined
        : (progress) =>
            void notify({ method: 'notifications/progress', params: { ...progress, progressToken: token } }),
  }
}

/** What was done of an action before a server was gone is for the model to know. */
function resultOfAction(error: unknown): ToolResult {
  if (error instanceof ActionCutOff) return error.result
  throw error
}

/** A server that cannot be reached is told in the protocol's own terms. */
async function guarded<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, describeError(error))
  }
}

function definitionOf({ name, discovery: _, reaches: __, inputSchema, outputSchema, ...tool }: Tool) {
  return {
    ...tool,
    name: wireName(name),
    inputSchema: { ...inputSchema, type: 'object' as const },
    ...(outputSchema && { outputSchema: { ...outputSchema, type: 'object' as const } }),
  }
}

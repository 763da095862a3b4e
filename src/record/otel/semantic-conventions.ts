/**
 * The names of OpenTelemetry's conventions for MCP and generative AI (status: Development), and of calltrail's own where
 * there is none. They stand here and nowhere else.
 */
export const attribute = {
  errorType: 'error.type',
  networkTransport: 'network.transport',
  networkProtocol: 'network.protocol.name',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  statusCode: 'rpc.response.status_code',
  requestId: 'jsonrpc.request.id',
  mcpMethod: 'mcp.method.name',
  mcpProtocolVersion: 'mcp.protocol.version',
  /** The session as calltrail records it: the id that a server gives is a key to the session, and leaves for nowhere else. */
  mcpSession: 'mcp.session.id',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversation: 'gen_ai.conversation.id',
  agent: 'gen_ai.agent.name',
  tool: 'gen_ai.tool.name',
  prompt: 'gen_ai.prompt.name',
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  evaluation: 'gen_ai.evaluation.name',
  evaluationScore: 'gen_ai.evaluation.score.value',
  evaluationLabel: 'gen_ai.evaluation.score.label',
  /** The MCP server as its operator calls it; the conventions name none but by its address. */
  server: 'calltrail.server',
  span: 'calltrail.span',
  policyEngine: 'calltrail.policy.engine',
  policyMode: 'calltrail.policy.mode',
  policyEffect: 'calltrail.policy.effect',
  policies: 'calltrail.policy.policies',
  run: 'calltrail.run',
  suite: 'calltrail.suite',
  case: 'calltrail.case',
  exposure: 'calltrail.exposure',
} as const

export const operation = { chat: 'chat', executeTool: 'execute_tool', invokeAgent: 'invoke_agent' } as const

export const event = {
  evaluation: 'gen_ai.evaluation.result',
  decision: 'calltrail.decision',
  policyDecision: 'calltrail.policy_decision',
} as const

/** Values of `error.type` that are no code of the layer that failed. */
export const errorType = { tool: 'tool_error', noAnswer: 'no_answer' } as const

export const transport = { stdio: 'pipe', http: 'tcp' } as const

export const resource = {
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  serviceInstance: 'service.instance.id',
} as const

/** What is none of the values that the conventions name, or one too many. */
export const other = '_OTHER'

/** Histograms, in seconds. */
export const histogram = {
  clientOperation: 'mcp.client.operation.duration',
  serverOperation: 'mcp.server.operation.duration',
  clientSession: 'mcp.client.session.duration',
  serverSession: 'mcp.server.session.duration',
} as const

export type HistogramName = (typeof histogram)[keyof typeof histogram]

export const histogramDescriptions: Readonly<Record<HistogramName, string>> = {
  'mcp.client.operation.duration': 'From a request that was sent to its answer.',
  'mcp.server.operation.duration': 'From a request that was received to its answer.',
  'mcp.client.session.duration': 'From the beginning of a session to its end, seen by its client.',
  'mcp.server.session.duration': 'From the beginning of a session to its end, seen by its server.',
}

/** The buckets that the conventions advise for all four. */
export const bucketsSeconds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

const mcpMethods = new Set([
  ...['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'completion/complete'],
  ...['tools/list', 'tools/call', 'prompts/list', 'prompts/get', 'logging/setLevel'],
  ...['resources/list', 'resources/read', 'resources/templates/list'],
  ...['resources/subscribe', 'resources/unsubscribe'],
  ...['elicitation/create', 'roots/list', 'sampling/createMessage'],
  ...['tasks/get', 'tasks/update', 'tasks/cancel', 'tasks/list', 'tasks/result'],
])

/** Whether it is a request of the protocol: others are made up by anybody. */
export function isMcpMethod(method: string): boolean {
  return mcpMethods.has(method)
}

/** One call through the gateway, by its number. */
export interface RouteCall {
  readonly path: string
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  readonly name: string
  call(n: number): RouteCall
  /** Stands in its answer alone. */
  mark(n: number): string
}

const schema = { type: 'object', properties: { n: { type: 'number', description: 'Which one.' } } }
const names = Array.from({ length: 20 }, (_, index) => (index === 0 ? 'files__read' : `files__tool_${index}`))
const description = 'Reads what is asked for and gives it back as it stands, with nothing left out. '.repeat(
  3,
)
const functions = names.map((name) => ({ name, description, parameters: schema }))
const asked = (n: number) => `Give me number ${n}, please.`
const said = (n: number) => [{ role: 'user', content: asked(n) }]

const bodies = {
  chat: (n: number) => ({
    ...{ model: 'm', messages: [{ role: 'system', content: description }, ...said(n)] },
    tools: functions.map((each) => ({ type: 'function', function: each })),
  }),
  responses: (n: number) => ({
    ...{ model: 'm', input: said(n) },
    tools: functions.map((each) => ({ type: 'function', ...each })),
  }),
  messages: (n: number) => ({
    ...{ model: 'm', max_tokens: 100, system: description, messages: said(n) },
    tools: names.map((name) => ({ name, description, input_schema: schema })),
  }),
  gemini: (n: number) => ({
    contents: [{ role: 'user', parts: [{ text: asked(n) }] }],
    tools: [{ functionDeclarations: functions }],
  }),
}

const paths = {
  chat: '/openai/v1/chat/completions',
  responses: '/openai/v1/responses',
  messages: '/anthropic/v1/messages',
  gemini: '/gemini/v1beta/models/m:generateContent',
} as const
const ids = { chat: 'chat', responses: 'resp', messages: 'msg', gemini: 'gem' } as const

type Format = keyof typeof paths

function modelRoute(format: Format, isStreamed: boolean): Route {
  const isGemini = format === 'gemini'
  const path =
    isGemini && isStreamed ? '/gemini/v1beta/models/m:streamGenerateContent?alt=sse' : paths[format]
  return {
    name: `${format}${isStreamed ? ', streamed' : ''}`,
    call: (n) => ({
      path,
      body: { ...bodies[format](n), ...(isStreamed && !isGemini && { stream: true }) },
    }),
    mark: (n) => `"${ids[format]}-${n}"`,
  }
}

const chat = modelRoute('chat', true)

export const modelRoutes: readonly Route[] = [
  ...[true, false].flatMap((isStreamed) =>
    (['chat', 'responses', 'messages', 'gemini'] as const).map((format) => modelRoute(format, isStreamed)),
  ),
  {
    ...chat,
    name: 'chat, one conversation',
    call: (n) => ({ ...chat.call(n), headers: { 'session-id': 'soak' } }),
  },
]

/** A tool that tells of its progress in the stream of its answer. */
export function mcpRoute(name: string, headers: Readonly<Record<string, string>>): Route {
  return { name: `MCP, ${name}`, call: (n) => ({ ...toolCall(name, n, {}), headers }), mark }
}

/** The same in the era of 2026-07-28, which has no sessions. */
export function modernMcpRoute(name: string): Route {
  const version = '2026-07-28'
  const meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const headers = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'read' }
  return {
    name: `MCP of 2026, ${name}`,
    call: (n) => ({ ...toolCall(name, n, meta), headers }),
    mark,
  }
}

const mark = (n: number) => `"done ${n}"`

function toolCall(server: string, n: number, meta: object): RouteCall {
  const params = { name: 'read', arguments: { n }, _meta: { ...meta, progressToken: `p${n}` } }
  return { path: `/mcp/${server}`, body: { jsonrpc: '2.0', id: n, method: 'tools/call', params } }
}

// The least that the providers of models and an MCP server over HTTP can be, in the formats of their APIs: each answer names
// the number that its request asked for. PORT
import { createServer } from 'node:http'

const usage = { prompt_tokens: 900, completion_tokens: 30, total_tokens: 930 }
const calls = (n) => [
  { index: 0, id: `call_${n}`, type: 'function', function: { name: 'files__read', arguments: `{"n":${n}}` } },
]
const chat = (n, rest) => ({ id: `chat-${n}`, object: 'chat.completion', model: 'm-1', ...rest })
const response = (n, status) => ({
  ...{ id: `resp-${n}`, object: 'response', status, model: 'm-1' },
  output: [
    {
      ...{ type: 'function_call', id: `fc_${n}`, call_id: `call_${n}`, status: 'completed' },
      ...{ name: 'files__read', arguments: `{"n":${n}}` },
    },
  ],
  usage: { input_tokens: 900, output_tokens: 30, total_tokens: 930 },
})
const message = (n, content, reason) => ({
  ...{ id: `msg-${n}`, type: 'message', role: 'assistant', model: 'm-1', content, stop_reason: reason },
  usage: { input_tokens: 900, output_tokens: 30 },
})
const toolUse = (n, input) => ({ type: 'tool_use', id: `call_${n}`, name: 'files__read', input })
const candidate = (n, parts, rest) => ({
  ...{ candidates: [{ content: { role: 'model', parts }, ...rest }], responseId: `gem-${n}` },
  ...{ modelVersion: 'm-1', usageMetadata: { promptTokenCount: 900, totalTokenCount: 930 } },
})
const words = Array.from({ length: 20 }, (_, index) => `word ${index} `)

const data = (events) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`)
const named = (events) => events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

const wholes = {
  chat: (n) =>
    chat(n, {
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, tool_calls: calls(n) },
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    }),
  responses: (n) => response(n, 'completed'),
  messages: (n) => message(n, [toolUse(n, { n })], 'tool_use'),
  gemini: (n) =>
    candidate(n, [{ functionCall: { name: 'files__read', args: { n } } }], { finishReason: 'STOP' }),
}
const delta = (n, delta, finish_reason = null) =>
  chat(n, { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })
const streams = {
  chat: (n) => [
    ...data(words.map((content) => delta(n, { content }))),
    ...data([
      delta(n, { tool_calls: calls(n) }),
      delta(n, {}, 'tool_calls'),
      chat(n, { choices: [], usage }),
    ]),
    'data: [DONE]\n\n',
  ],
  responses: (n) =>
    named([
      { type: 'response.created', response: { ...response(n, 'in_progress'), output: [], usage: null } },
      ...words.map((word) => ({
        type: 'response.output_text.delta',
        item_id: 'i',
        output_index: 0,
        delta: word,
      })),
      { type: 'response.completed', response: response(n, 'completed') },
    ]),
  messages: (n) =>
    named([
      { type: 'message_start', message: message(n, [], null) },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...words.map((text) => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text },
      })),
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: toolUse(n, {}) },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: `{"n":${n}}` },
      },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 30 } },
      { type: 'message_stop' },
    ]),
  gemini: (n) => data([...words.map((text) => candidate(n, [{ text }], {})), wholes.gemini(n)]),
}

const progress = (token, step) => ({
  ...{ jsonrpc: '2.0', method: 'notifications/progress' },
  params: { progressToken: token, progress: step, total: 3 },
})
const welcome = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 's', version: '1' },
}

function mcpEvents({ id, method, params }) {
  if (method === 'initialize') return data([{ jsonrpc: '2.0', id, result: welcome }])
  const { progressToken } = params._meta
  const result = { content: [{ type: 'text', text: `done ${params.arguments.n}` }], isError: false }
  return data([...[1, 2, 3].map((step) => progress(progressToken, step)), { jsonrpc: '2.0', id, result }])
}

const kinds = [
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/messages', 'messages'],
  ['/v1beta/models/', 'gemini'],
]

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString()
    if (request.url === '/mcp') answerMcp(text, response)
    else answerModel(request.url ?? '', text, response)
  })
}).listen(Number(process.argv[2]), '127.0.0.1')

function answerMcp(text, response) {
  const message = text === '' ? {} : JSON.parse(text)
  if (message.id === undefined) response.writeHead(message.method ? 202 : 405).end()
  else send(response, mcpEvents(message))
}

function answerModel(url, text, response) {
  const [, kind = ''] = kinds.find(([path]) => url.startsWith(path)) ?? []
  const n = /number (\d+)/.exec(text)?.[1]
  const isStreamed = kind === 'gemini' ? url.includes(':stream') : text.includes('"stream":true')
  if (isStreamed) send(response, streams[kind](n))
  else {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(wholes[kind](n)))
  }
}

/** In three pieces, as a stream comes. */
function send(response, events) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const third = Math.ceil(events.length / 3)
  for (let at = 0; at < events.length; at += third)
    setImmediate(() => {
      response.write(events.slice(at, at + third).join(''))
      if (at + third >= events.length) response.end()
    })
}

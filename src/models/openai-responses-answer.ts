import type OpenAI from 'openai'
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseOutputItem,
  Tool as ResponsesTool,
} from 'openai/resources/responses/responses'
import { countIn, isJsonObject } from '../domain/json.ts'
import {
  type FinishReason,
  type ModelOutput,
  type ModelRequest,
  type ToolSearch,
  type Usage,
  unknownUsage,
} from '../domain/model.ts'
import { cutOff, noEvents, toldFailure, unreadable } from './ask-provider.ts'
import { namesByWireName, readDecisions, readText } from './decision.ts'

interface Answer {
  readonly response: Response
  readonly timeToFirstChunkMs: number | null
}

type Ask = (client: OpenAI, body: ResponseCreateParamsNonStreaming, signal: AbortSignal) => Promise<Answer>

/** One JSON response. */
export const askOnce: Ask = async (client, body, signal) => {
  const response = await client.responses.create(body, { signal })
  if (!Array.isArray(response?.output)) throw unreadable('openai', 'no response; is the base URL right?')
  return { response: completed(response), timeToFirstChunkMs: null }
}

/** Server-sent events, of which the last holds the whole response; a stream without it is no answer. */
export const askStreaming: Ask = async (client, body, signal) => {
  const start = performance.now()
  const { data: stream, response: begun } = await client.responses
    .create({ ...body, stream: true }, { signal })
    .withResponse()
  let response: Response | null = null
  let timeToFirstChunkMs: number | null = null
  for await (const event of stream) {
    timeToFirstChunkMs ??= performance.now() - start
    if (event.type === 'error') throw toldFailure('openai', event)
    if (
      event.type === 'response.completed' ||
      event.type === 'response.incomplete' ||
      event.type === 'response.failed'
    )
      response = event.response
  }
  if (timeToFirstChunkMs === null) throw noEvents('openai', begun)
  if (!response) throw cutOff('openai')
  return { response: completed(response), timeToFirstChunkMs }
}

function completed(response: Response): Response {
  if (response.status !== 'failed') return response
  throw toldFailure('openai', response.error ?? { code: null, message: 'the response failed' })
}

export function readAnswer({ response, timeToFirstChunkMs }: Answer, request: ModelRequest): ModelOutput {
  const { output } = response
  const calls = output.flatMap((item) =>
    item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
  )
  const contents = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const text = contents.map((content) => ('text' in content ? readText(content.text) : '')).join('')
  const refusal = contents.map((content) => ('refusal' in content ? content.refusal : '')).join('')
  const decisions = readDecisions(calls, request.tools)
  return {
    text: text || refusal,
    decisions,
    searches: readSearches(output, request),
    usage: readUsage(response),
    finishReason: refusal ? 'refusal' : readFinish(response, decisions.length),
    model: response.model,
    responseId: response.id || null,
    timeToFirstChunkMs,
    raw: JSON.parse(JSON.stringify(output)),
  }
}

/** Each search stands right before what it loaded. */
function readSearches(output: readonly ResponseOutputItem[], { tools }: ModelRequest): readonly ToolSearch[] {
  const names = namesByWireName(tools)
  let query = ''
  return output.flatMap((item) => {
    if (item.type === 'tool_search_call') query = queryOf(item.arguments)
    if (item.type !== 'tool_search_output') return []
    return [{ query, tools: item.tools.flatMap(loadedNames).map((name) => names.get(name) ?? name) }]
  })
}

function queryOf(given: unknown): string {
  if (isJsonObject(given) && typeof given.query === 'string') return given.query
  if (isJsonObject(given) && Array.isArray(given.paths)) return given.paths.join(' ')
  return JSON.stringify(given) ?? ''
}

function loadedNames(tool: ResponsesTool): readonly string[] {
  if (tool.type === 'namespace') return tool.tools.map(({ name }) => name)
  return tool.type === 'function' ? [tool.name] : []
}

function readFinish({ status, incomplete_details: details }: Response, calls: number): FinishReason {
  if (status === 'completed') return calls > 0 ? 'tool_calls' : 'stop'
  if (details?.reason === 'max_output_tokens') return 'length'
  return details?.reason === 'content_filter' ? 'content_filter' : 'unknown'
}

function readUsage({ usage }: Response): Usage {
  if (!usage) return unknownUsage
  return {
    inputTokens: countIn(usage.input_tokens),
    outputTokens: countIn(usage.output_tokens),
    cacheReadTokens: countIn(usage.input_tokens_details?.cached_tokens),
    cacheCreationTokens: countIn(usage.input_tokens_details?.cache_write_tokens),
    reasoningTokens: countIn(usage.output_tokens_details?.reasoning_tokens),
  }
}

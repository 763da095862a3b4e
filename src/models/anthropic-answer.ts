import type Anthropic from '@anthropic-ai/sdk'
import type {
  ContentBlock,
  Message,
  MessageCreateParamsNonStreaming,
  MessageDeltaUsage,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages'
import { countIn, type Json, type JsonObject } from '../domain/json.ts'
import type { FinishReason, ModelOutput, ModelRequest, Usage } from '../domain/model.ts'
import { readSearches } from './anthropic-tool-search.ts'
import { cutOff, noEvents, unreadable } from './ask-provider.ts'
import { readArguments, readDecisions, readText } from './decision.ts'
import { defersTools } from './deferred-tools.ts'

interface Answer {
  readonly message: Message
  /** Argument texts by block index, to the letter; what is not here came parsed. */
  readonly argumentTexts: ReadonlyMap<number, string>
  readonly timeToFirstChunkMs: number | null
}

type Ask = (client: Anthropic, body: MessageCreateParamsNonStreaming, signal: AbortSignal) => Promise<Answer>

/** One JSON response. */
export const askOnce: Ask = async (client, body, signal) => {
  const message = await client.messages.create(body, { signal })
  if (!Array.isArray(message?.content)) throw unreadable('anthropic', 'no message; is the base URL right?')
  return { message, argumentTexts: new Map(), timeToFirstChunkMs: null }
}

/**
 * Server-sent events, put together; a stream that ends early is no answer. The SDK's own helper is not used: it
 * refuses malformed arguments, and those are what the model decided.
 */
export const askStreaming: Ask = async (client, body, signal) => {
  const start = performance.now()
  const { data: stream, response } = await client.messages
    .create({ ...body, stream: true }, { signal })
    .withResponse()
  const argumentTexts = new Map<number, string>()
  let message: Message | null = null
  let complete = false
  let timeToFirstChunkMs: number | null = null
  for await (const event of stream) {
    timeToFirstChunkMs ??= performance.now() - start
    if (event.type === 'message_start') message = { ...event.message, content: [] }
    else if (message) addEvent(message, event, argumentTexts)
    complete ||= event.type === 'message_stop'
  }
  if (timeToFirstChunkMs === null) throw noEvents('anthropic', response)
  if (!message || !complete) throw cutOff('anthropic')
  return { message, argumentTexts, timeToFirstChunkMs }
}

function addEvent(message: Message, event: RawMessageStreamEvent, argumentTexts: Map<number, string>): void {
  if (event.type === 'content_block_start') message.content[event.index] = { ...event.content_block }
  if (event.type === 'message_delta') {
    message.stop_reason = event.delta.stop_reason
    message.stop_details = event.delta.stop_details
    message.usage = mergeUsage(message.usage, event.usage)
  }
  if (event.type !== 'content_block_delta') return
  const { delta, index } = event
  const block = message.content[index]
  if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text
  if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking
  if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature
  if (delta.type === 'input_json_delta') {
    argumentTexts.set(index, (argumentTexts.get(index) ?? '') + delta.partial_json)
  }
}

/** The counts of `message_delta` are cumulative; one that it leaves out stands as `message_start` gave it. */
function mergeUsage(start: Message['usage'], delta: MessageDeltaUsage | undefined): Message['usage'] {
  const known = Object.entries(delta ?? {}).filter(([, value]) => value !== null)
  return { ...start, ...Object.fromEntries(known) }
}

export function readAnswer(answer: Answer, request: ModelRequest): ModelOutput {
  const { message, argumentTexts, timeToFirstChunkMs } = answer
  const calls = message.content.flatMap((block, index) => {
    if (block.type !== 'tool_use') return []
    const text = argumentTexts.get(index) ?? JSON.stringify(block.input)
    return [{ id: block.id, name: block.name, arguments: text }]
  })
  const text = message.content.map((block) => (block.type === 'text' ? readText(block.text) : '')).join('')
  return {
    text: text || (message.stop_details?.explanation ?? ''),
    decisions: readDecisions(calls, request.tools),
    ...(defersTools(request) && { searches: readSearches(message.content, argumentTexts, request) }),
    usage: readUsage(message.usage),
    finishReason: readFinish(message.stop_reason),
    model: message.model,
    responseId: message.id || null,
    timeToFirstChunkMs,
    raw: message.content.map((block, index) => sendableBlock(block, argumentTexts.get(index))),
  }
}

/** A block as it is sent back: a stream leaves the input of a call to be filled in from its text. */
function sendableBlock(block: ContentBlock, argumentText: string | undefined): Json {
  const sendable = argumentText === undefined ? block : { ...block, input: sendableInput(argumentText) }
  return JSON.parse(JSON.stringify(sendable))
}

/** The input of a call that is sent back; malformed text goes under the key that Anthropic's documentation names. */
export function sendableInput(argumentText: string): JsonObject {
  return readArguments(argumentText) ?? { INVALID_JSON: argumentText }
}

function readFinish(reason: Message['stop_reason']): FinishReason {
  if (reason === 'end_turn' || reason === 'stop_sequence') return 'stop'
  if (reason === 'tool_use') return 'tool_calls'
  if (reason === 'max_tokens') return 'length'
  if (reason === 'model_context_window_exceeded') return 'context_overflow'
  return reason === 'refusal' ? 'refusal' : 'unknown'
}

/** `input_tokens` leaves out what the cache read or wrote; ours includes it. */
function readUsage(usage: Partial<Message['usage']> | undefined): Usage {
  const cacheReadTokens = countIn(usage?.cache_read_input_tokens)
  const cacheCreationTokens = countIn(usage?.cache_creation_input_tokens)
  const uncached = countIn(usage?.input_tokens)
  return {
    inputTokens: uncached === null ? null : uncached + (cacheReadTokens ?? 0) + (cacheCreationTokens ?? 0),
    outputTokens: countIn(usage?.output_tokens),
    cacheReadTokens,
    cacheCreationTokens,
    reasoningTokens: countIn(usage?.output_tokens_details?.thinking_tokens),
  }
}

import type OpenAI from 'openai'
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/chat/completions'
import type { CompletionUsage } from 'openai/resources/completions'
import { countIn } from '../domain/json.ts'
import {
  type FinishReason,
  type ModelOutput,
  type ModelRequest,
  type Usage,
  unknownUsage,
} from '../domain/model.ts'
import { cutOff, noEvents, unreadable } from './ask-provider.ts'
import { readDecisions, readText, type WireCall } from './decision.ts'

/** What a response says, streamed or not. */
interface Answer {
  readonly id: string
  readonly model: string
  readonly text: string
  readonly refusal: string
  readonly calls: readonly WireCall[]
  readonly finish: string
  readonly usage: CompletionUsage | null
  readonly timeToFirstChunkMs: number | null
}

type Ask = (
  client: OpenAI,
  body: ChatCompletionCreateParamsNonStreaming,
  signal: AbortSignal,
) => Promise<Answer>

/** One JSON response. */
export const askOnce: Ask = async (client, body, signal) => {
  const completion: Partial<ChatCompletion> = await client.chat.completions.create(body, { signal })
  const choice = completion.choices?.[0]
  if (!choice?.message) throw unreadable('openai', 'no chat completion; is the base URL right?')
  const { message } = choice
  return {
    id: completion.id ?? '',
    model: completion.model ?? body.model,
    text: message.content ?? '',
    refusal: message.refusal ?? '',
    calls: (message.tool_calls ?? []).flatMap((call) =>
      'function' in call
        ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }]
        : [],
    ),
    finish: choice.finish_reason,
    usage: completion.usage ?? null,
    timeToFirstChunkMs: null,
  }
}

/** Server-sent events, put together; a stream that ends early is no answer. */
export const askStreaming: Ask = async (client, body, signal) => {
  const start = performance.now()
  const { data: stream, response } = await client.chat.completions
    .create({ ...body, stream: true, stream_options: { include_usage: true } }, { signal })
    .withResponse()
  const answer = {
    id: '',
    model: body.model,
    text: '',
    refusal: '',
    finish: '',
    usage: null as Answer['usage'],
  }
  const calls: CallInParts[] = []
  let timeToFirstChunkMs: number | null = null
  for await (const chunk of stream) {
    timeToFirstChunkMs ??= performance.now() - start
    answer.id ||= chunk.id
    answer.model = chunk.model || answer.model
    answer.usage = chunk.usage ?? answer.usage
    const choice = chunk.choices?.[0]
    if (!choice) continue
    answer.text += choice.delta.content ?? ''
    answer.refusal += choice.delta.refusal ?? ''
    answer.finish = choice.finish_reason ?? answer.finish
    for (const part of choice.delta.tool_calls ?? []) addCallPart(calls, part)
  }
  if (timeToFirstChunkMs === null) throw noEvents('openai', response)
  if (!answer.finish) throw cutOff('openai')
  return { ...answer, calls, timeToFirstChunkMs }
}

interface CallInParts extends WireCall {
  readonly index: number
  arguments: string
}

function addCallPart(calls: CallInParts[], part: ChatCompletionChunk.Choice.Delta.ToolCall): void {
  // Some servers give every parallel call the index 0: a new id begins a new call.
  const call = calls.findLast(({ index, id }) => index === part.index && (!part.id || id === part.id))
  const text = part.function?.arguments ?? ''
  if (call) call.arguments += text
  else calls.push({ index: part.index, id: part.id ?? '', name: part.function?.name ?? '', arguments: text })
}

export function readAnswer(answer: Answer, request: ModelRequest): ModelOutput {
  const decisions = readDecisions(answer.calls, request.tools)
  return {
    text: readText(answer.text || answer.refusal),
    decisions,
    usage: readUsage(answer.usage),
    finishReason: answer.refusal ? 'refusal' : readFinish(answer.finish, decisions.length),
    model: answer.model,
    responseId: answer.id || null,
    timeToFirstChunkMs: answer.timeToFirstChunkMs,
  }
}

function readFinish(finish: string, calls: number): FinishReason {
  // Several servers say `stop` after a call.
  if (finish === 'stop') return calls > 0 ? 'tool_calls' : 'stop'
  if (finish === 'tool_calls' || finish === 'length' || finish === 'content_filter') return finish
  return 'unknown'
}

function readUsage(usage: CompletionUsage | null): Usage {
  if (!usage) return unknownUsage
  return {
    inputTokens: countIn(usage.prompt_tokens),
    outputTokens: countIn(usage.completion_tokens),
    cacheReadTokens: countIn(usage.prompt_tokens_details?.cached_tokens),
    cacheCreationTokens: countIn(usage.prompt_tokens_details?.cache_write_tokens),
    reasoningTokens: countIn(usage.completion_tokens_details?.reasoning_tokens),
  }
}

import { countIn, type JsonObject } from '../../../domain/json.ts'
import type { FinishReason } from '../../../domain/model.ts'
import {
  contentText,
  type EventReader,
  lastAnswer,
  lastPrompt,
  type ModelWire,
  objectIn,
  objectsIn,
  textIn,
  type WireAnswer,
  wordIn,
} from './model-wire.ts'

/** OpenAI's Responses API. Its last event holds the whole answer. */
export const openaiResponses: ModelWire = {
  provider: 'openai',
  isAsked: (path) => path.endsWith('/responses'),
  readRequest({ model, input, previous_response_id }) {
    const items = objectsIn(input)
    const { earlier, after } = lastAnswer(items, isAnswer)
    return {
      model: textIn(model),
      prompt: typeof input === 'string' ? input : lastPrompt(items),
      messages: 'input',
      tools: 'tools',
      system: 'instructions',
      earlier,
      previousResponse: wordIn(previous_response_id),
      results: after.flatMap(({ type, call_id, output }) =>
        type === 'function_call_output' ? [{ callId: textIn(call_id), text: contentText(output) }] : [],
      ),
    }
  },
  readAnswer,
  readEvents,
}

const answers = new Set(['function_call', 'reasoning'])

function isAnswer({ type, role }: JsonObject): boolean {
  return role === 'assistant' || (typeof type === 'string' && answers.has(type))
}

const lastEvents = new Set(['response.completed', 'response.incomplete', 'response.failed'])

function readEvents(): EventReader {
  let response: JsonObject = {}
  return {
    add({ type, response: told }) {
      if (told !== undefined) response = objectIn(told)
      return typeof type === 'string' && lastEvents.has(type)
    },
    answer: () => readAnswer(response),
  }
}

function readAnswer(body: JsonObject): WireAnswer {
  const output = objectsIn(body.output)
  const decisions = output.flatMap((item) =>
    item.type === 'function_call'
      ? [{ id: textIn(item.call_id), name: textIn(item.name), arguments: textIn(item.arguments) }]
      : [],
  )
  const usage = objectIn(body.usage)
  return {
    model: wordIn(body.model),
    id: wordIn(body.id),
    text: output
      .flatMap(({ type, content }) => (type === 'message' ? [contentText(content)] : []))
      .join('\n'),
    decisions,
    usage: {
      inputTokens: countIn(usage.input_tokens),
      outputTokens: countIn(usage.output_tokens),
      cacheReadTokens: countIn(objectIn(usage.input_tokens_details).cached_tokens),
      cacheCreationTokens: null,
      reasoningTokens: countIn(objectIn(usage.output_tokens_details).reasoning_tokens),
    },
    finishReason: finishOf(body, decisions.length),
  }
}

function finishOf({ status, incomplete_details }: JsonObject, calls: number): FinishReason | null {
  if (status === 'completed') return calls > 0 ? 'tool_calls' : 'stop'
  if (status !== 'incomplete') return status === undefined ? null : 'unknown'
  const { reason } = objectIn(incomplete_details)
  return reason === 'max_output_tokens'
    ? 'length'
    : reason === 'content_filter'
      ? 'content_filter'
      : 'unknown'
}

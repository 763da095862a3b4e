import { countIn, type JsonObject } from '../../../domain/json.ts'
import type { FinishReason, Usage } from '../../../domain/model.ts'
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
  type WireDecision,
  wordIn,
} from './model-wire.ts'

/** Anthropic's Messages API. */
export const anthropicMessages: ModelWire = {
  provider: 'anthropic',
  isAsked: (path) => path.endsWith('/v1/messages'),
  readRequest({ model, messages }) {
    const items = objectsIn(messages)
    const { earlier, after } = lastAnswer(items, ({ role }) => role === 'assistant')
    const blocks = after.flatMap(({ content }) => objectsIn(content))
    return {
      model: textIn(model),
      prompt: lastPrompt(items),
      messages: 'messages',
      tools: 'tools',
      system: 'system',
      earlier,
      results: blocks.flatMap(({ type, tool_use_id, content }) =>
        type === 'tool_result' ? [{ callId: textIn(tool_use_id), text: contentText(content) }] : [],
      ),
    }
  },
  readAnswer(body) {
    const blocks = objectsIn(body.content)
    const text = blocks.flatMap(({ type, text }) => (type === 'text' ? [textIn(text)] : [])).join('')
    const decisions = blocks.flatMap(({ type, id, name, input }) =>
      type === 'tool_use'
        ? [{ id: textIn(id), name: textIn(name), arguments: JSON.stringify(input ?? {}) }]
        : [],
    )
    return answerOf(body, text, decisions, objectIn(body.usage), wordIn(body.stop_reason))
  },
  readEvents,
}

function readEvents(): EventReader {
  let message: JsonObject = {}
  let usage: JsonObject = {}
  let stop: string | null = null
  let text = ''
  const calls = new Map<number | null, { id: string; name: string; arguments: string }>()
  return {
    add(event) {
      if (event.type === 'message_start') {
        message = objectIn(event.message)
        usage = objectIn(message.usage)
      }
      // The last one counts all of the output.
      usage = { ...usage, ...objectIn(event.usage) }
      const block = objectIn(event.content_block)
      if (block.type === 'tool_use')
        calls.set(countIn(event.index), { id: textIn(block.id), name: textIn(block.name), arguments: '' })
      const delta = objectIn(event.delta)
      if (delta.type === 'text_delta') text += textIn(delta.text)
      const call = calls.get(countIn(event.index))
      if (delta.type === 'input_json_delta' && call) call.arguments += textIn(delta.partial_json)
      stop = wordIn(delta.stop_reason) ?? stop
      return event.type === 'message_stop'
    },
    answer() {
      // A tool without arguments streams none.
      const decisions = Array.from(calls.values(), (call) => ({ ...call, arguments: call.arguments || '{}' }))
      return answerOf(message, text, decisions, usage, stop)
    },
  }
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'context_overflow',
  refusal: 'refusal',
}

function answerOf(
  message: JsonObject,
  text: string,
  decisions: readonly WireDecision[],
  usage: JsonObject,
  stop: string | null,
): WireAnswer {
  return {
    model: wordIn(message.model),
    id: wordIn(message.id),
    text,
    decisions,
    usage: usageOf(usage),
    finishReason: stop === null ? null : (finishReasons[stop] ?? 'unknown'),
  }
}

/** Anthropic counts what was read from or written to a cache beside the input, we within it. */
function usageOf(usage: JsonObject): Usage {
  const [plain, read, written] = [
    usage.input_tokens,
    usage.cache_read_input_tokens,
    usage.cache_creation_input_tokens,
  ].map(countIn)
  return {
    inputTokens: plain == null ? null : plain + (read ?? 0) + (written ?? 0),
    outputTokens: countIn(usage.output_tokens),
    cacheReadTokens: read ?? null,
    cacheCreationTokens: written ?? null,
    reasoningTokens: null,
  }
}

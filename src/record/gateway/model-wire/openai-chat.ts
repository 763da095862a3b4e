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

/** OpenAI's Chat Completions, as its own API and many others speak it. */
export const openaiChat: ModelWire = {
  provider: 'openai',
  isAsked: (path) => path.endsWith('/chat/completions'),
  readRequest({ model, messages }) {
    const items = objectsIn(messages)
    const { earlier, after } = lastAnswer(items, ({ role }) => role === 'assistant')
    return {
      model: textIn(model),
      prompt: lastPrompt(items),
      messages: 'messages',
      tools: 'tools',
      earlier,
      results: after.flatMap(({ role, tool_call_id, content }) =>
        role === 'tool' ? [{ callId: textIn(tool_call_id), text: contentText(content) }] : [],
      ),
    }
  },
  readAnswer(body) {
    const choice = objectIn(objectsIn(body.choices)[0])
    const message = objectIn(choice.message)
    const decisions = objectsIn(message.tool_calls).map(({ id, function: called }) => ({
      id: textIn(id),
      name: textIn(objectIn(called).name),
      arguments: textIn(objectIn(called).arguments),
    }))
    const text = textIn(message.content) || textIn(message.refusal)
    return answerOf(body, text, decisions, wordIn(choice.finish_reason))
  },
  readEvents,
}

function readEvents(): EventReader {
  let last: JsonObject = {}
  let usage: JsonObject = {}
  let text = ''
  let finish: string | null = null
  const calls: { index: number; id: string; name: string; arguments: string }[] = []
  return {
    add(event) {
      if (event.id !== undefined) last = event
      if (event.usage) usage = event
      const choice = objectIn(objectsIn(event.choices)[0])
      const delta = objectIn(choice.delta)
      text += textIn(delta.content) + textIn(delta.refusal)
      finish = wordIn(choice.finish_reason) ?? finish
      for (const part of objectsIn(delta.tool_calls)) addPart(calls, part)
      return event.done === true
    },
    answer: () => answerOf({ ...last, usage: usage.usage ?? null }, text, calls, finish),
  }
}

/** Some servers give every parallel call the index 0: a new id begins a new call. */
function addPart(
  calls: { index: number; id: string; name: string; arguments: string }[],
  part: JsonObject,
): void {
  const [index, id] = [countIn(part.index) ?? 0, textIn(part.id)]
  const called = objectIn(part.function)
  const call = calls.findLast((known) => known.index === index && (id === '' || known.id === id))
  if (call) call.arguments += textIn(called.arguments)
  else calls.push({ index, id, name: textIn(called.name), arguments: textIn(called.arguments) })
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  length: 'length',
  content_filter: 'content_filter',
}

function answerOf(
  body: JsonObject,
  text: string,
  calls: readonly WireDecision[],
  finish: string | null,
): WireAnswer {
  const decisions = calls.map(({ id, name, arguments: given }) => ({ id, name, arguments: given }))
  const told = finish === null ? null : (finishReasons[finish] ?? 'unknown')
  return {
    model: wordIn(body.model),
    id: wordIn(body.id),
    text,
    decisions,
    usage: usageOf(objectIn(body.usage)),
    // Several servers say `stop` after a call.
    finishReason: told === 'stop' && decisions.length > 0 ? 'tool_calls' : told,
  }
}

function usageOf(usage: JsonObject): Usage {
  const read = objectIn(usage.prompt_tokens_details)
  return {
    inputTokens: countIn(usage.prompt_tokens),
    outputTokens: countIn(usage.completion_tokens),
    cacheReadTokens: countIn(read.cached_tokens),
    cacheCreationTokens: countIn(read.cache_write_tokens),
    reasoningTokens: countIn(objectIn(usage.completion_tokens_details).reasoning_tokens),
  }
}

import { countIn, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { FinishReason } from '../../../domain/model.ts'
import { elementTexts, memberText } from '../../member-text.ts'
import { type GeminiCalls, geminiCalls } from './gemini-calls.ts'
import {
  type EventReader,
  lastAnswer,
  lastPrompt,
  type ModelWire,
  objectIn,
  objectsIn,
  textIn,
  type WireAnswer,
  type WireResult,
  wordIn,
} from './model-wire.ts'

/** Gemini's `generateContent` and `streamGenerateContent`, of the Gemini API and of Vertex AI. The path names the model. */
export const geminiContent: ModelWire = {
  provider: 'gcp.gemini',
  isAsked: (path) => askedAt(path) !== null,
  answersInArray: (path) => askedAt(path)?.method === 'streamGenerateContent',
  readRequest(body, path) {
    const contents = manyIn(body.contents)
    const { earlier, after } = lastAnswer(contents, ({ role }) => role === 'model')
    return {
      model: askedAt(path)?.model ?? '',
      prompt: lastPrompt(contents.map(messageOf)),
      messages: 'contents',
      tools: 'tools',
      toolCount: manyIn(body.tools).reduce((sum, tool) => sum + toolsIn(tool), 0),
      system: 'systemInstruction' in body ? 'systemInstruction' : 'system_instruction',
      earlier,
      results: after.flatMap(({ parts }) => manyIn(parts).flatMap(resultIn)),
    }
  },
  readAnswer(body, text) {
    const reader = readEvents()
    reader.add(body, text)
    return reader.answer()
  },
  readEvents,
}

/** `…/models/NAME:METHOD`; the colon may be escaped. */
const asked =
  /\/(?:models|tunedModels|endpoints)\/([^/]+?)(?::|%3[Aa])(generateContent|streamGenerateContent)$/

function askedAt(path: string): { readonly model: string; readonly method: string } | null {
  const [, name = '', method = ''] = asked.exec(path) ?? []
  return name === '' ? null : { model: decoded(name), method }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

// Google takes the names of a request in camel case and as they stand in its definitions, and one thing for a list of one.

function manyIn(value: Json | undefined): readonly JsonObject[] {
  return isJsonObject(value) ? [value] : objectsIn(value)
}

/** Without a role it is the user's. Results of tools have no text. */
function messageOf({ role, parts }: JsonObject): JsonObject {
  return { role: role ?? 'user', content: manyIn(parts).filter(({ text }) => !isContext(textIn(text))) }
}

/** Gemini CLI tells the model of its surroundings in a part beside the human's words. */
function isContext(text: string): boolean {
  return text.startsWith('<session_context>') && text.trimEnd().endsWith('</session_context>')
}

/** The text of an answer where it is one; the calls of some models have no ids, their results neither. */
function resultIn(part: JsonObject): readonly WireResult[] {
  const result = part.functionResponse ?? part.function_response
  if (!isJsonObject(result)) return []
  const response = objectIn(result.response)
  const text = wordIn(response.output) ?? wordIn(response.result) ?? JSON.stringify(response)
  return [{ callId: textIn(result.id), text }]
}

/** The functions that it declares, or the one tool of Google's own that it is. */
function toolsIn(tool: JsonObject): number {
  const declared = tool.functionDeclarations ?? tool.function_declarations
  return declared === undefined ? 1 : manyIn(declared).length
}

function readEvents(): EventReader {
  let last: JsonObject = {}
  let usage: JsonObject = {}
  let finish: string | null = null
  let text = ''
  const calls = geminiCalls()
  return {
    add(event, raw) {
      last = { ...last, ...event }
      // Each one counts all so far.
      usage = { ...usage, ...objectIn(event.usageMetadata) }
      const candidates = listIn(event.candidates).map(objectIn)
      const first = candidates.findIndex(({ index }) => (countIn(index) ?? 0) === 0)
      const { content, finishReason, finishMessage } = candidates[first] ?? {}
      finish = wordIn(finishReason) ?? blockedIn(event) ?? finish
      const parts = listIn(objectIn(content).parts).map(objectIn)
      for (const part of parts) if (part.thought !== true) text += textIn(part.text)
      addCalls(calls, parts, () => memberText(raw, ['candidates', first, 'content', 'parts']) ?? '')
      if (finishReason === malformedCall) calls.addMalformed(textIn(finishMessage))
      // Nothing says which one is the last: some servers name a finish reason in each.
      return false
    },
    answer(): WireAnswer {
      const decisions = calls.decisions()
      return {
        model: wordIn(last.modelVersion),
        id: wordIn(last.responseId),
        text,
        decisions,
        ...usageOf(usage),
        finishReason: finish === null ? null : finishOf(finish, decisions.length),
        ...errorIn(last),
      }
    },
  }
}

function addCalls(calls: GeminiCalls, parts: readonly JsonObject[], rawParts: () => string): void {
  if (!parts.some(({ functionCall }) => isJsonObject(functionCall))) return
  const texts = elementTexts(rawParts())
  for (const [index, { functionCall }] of parts.entries())
    if (isJsonObject(functionCall))
      calls.add(functionCall, memberText(texts[index] ?? 'null', ['functionCall', 'args']))
}

const listIn = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

function errorIn({ error }: JsonObject): Pick<WireAnswer, 'error'> {
  if (!isJsonObject(error)) return {}
  return { error: { status: countIn(error.code) ?? 500, message: textIn(error.message) } }
}

/** A prompt that was blocked has no candidates. */
function blockedIn({ promptFeedback }: JsonObject): string | null {
  return wordIn(objectIn(promptFeedback).blockReason) && 'PROHIBITED_CONTENT'
}

const malformedCall = 'MALFORMED_FUNCTION_CALL'
const filtered = /SAFETY|RECITATION|PROHIBITED_CONTENT|BLOCKLIST|SPII|MODEL_ARMOR/

/** There is no reason of its own for calls. */
function finishOf(reason: string, calls: number): FinishReason {
  if (reason === 'STOP') return calls > 0 ? 'tool_calls' : 'stop'
  if (reason === malformedCall) return 'tool_calls'
  if (reason === 'MAX_TOKENS') return 'length'
  return filtered.test(reason) ? 'content_filter' : 'unknown'
}

/**
 * Google counts thoughts beside the output, and results of its own tools beside the prompt; we count them within. It leaves
 * out what is 0: where the total is known, so is what it has beyond the input.
 */
function usageOf(usage: JsonObject): Pick<WireAnswer, 'usage' | 'totalTokens'> {
  const prompt = countIn(usage.promptTokenCount)
  const candidates = countIn(usage.candidatesTokenCount)
  const thoughts = countIn(usage.thoughtsTokenCount)
  const totalTokens = countIn(usage.totalTokenCount)
  const inputTokens = prompt === null ? null : prompt + (countIn(usage.toolUsePromptTokenCount) ?? 0)
  const beyond = totalTokens === null || inputTokens === null ? -1 : totalTokens - inputTokens
  return {
    usage: {
      inputTokens,
      outputTokens: candidates !== null ? candidates + (thoughts ?? 0) : beyond < 0 ? null : beyond,
      cacheReadTokens: countIn(usage.cachedContentTokenCount),
      cacheCreationTokens: null,
      reasoningTokens: thoughts,
    },
    totalTokens,
  }
}

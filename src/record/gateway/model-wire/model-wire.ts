import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { FinishReason, Usage } from '../../../domain/model.ts'

/** A provider's format, read from what passes: requests as JSON, answers as JSON, as server-sent events or as an array of events. */
export interface ModelWire {
  /** OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string
  /** Whether a request to this path asks a model; any other passes and is not recorded. */
  isAsked(path: string): boolean
  /** Whether an answer in JSON is an array of events, which grows as the model speaks. */
  answersInArray?(path: string): boolean
  readRequest(body: JsonObject, path: string): WireQuestion
  /** `text` is the JSON that `body` was read from. */
  readAnswer(body: JsonObject, text: string): WireAnswer
  /** Reads one answer from its events. */
  readEvents(): EventReader
}

export interface EventReader {
  /** True once the event ends the answer. `text` is the JSON that the event was read from. */
  add(event: JsonObject, text: string): boolean
  /** What was said so far. */
  answer(): WireAnswer
}

export interface WireQuestion {
  readonly model: string
  /** The human's words that this request goes on from: the last ones that a user wrote; null where there are none. */
  readonly prompt: string | null
  /** The members of the body that hold the conversation, the tool list, and instructions that stand beside them. */
  readonly messages: string
  readonly tools: string
  readonly system?: string
  /** Where it is not the length of the list. */
  readonly toolCount?: number
  /** Results of tools that came after the model's last answer. */
  readonly results: readonly WireResult[]
  /** How many of the messages stood before that answer; null where the model has not spoken yet. */
  readonly earlier: number | null
  /** The answer that the provider itself keeps, and that this goes on from. */
  readonly previousResponse?: string | null
}

export interface WireResult {
  readonly callId: string
  readonly text: string
}

export interface WireDecision {
  /** Empty where the provider gave none. */
  readonly id: string
  readonly name: string
  /** As the model wrote them. */
  readonly arguments: string
}

export interface WireAnswer {
  readonly model: string | null
  readonly id: string | null
  readonly text: string
  readonly decisions: readonly WireDecision[]
  readonly usage: Usage
  /** As the provider counts them, where it does; else the sum of input and output. */
  readonly totalTokens?: number | null
  readonly finishReason: FinishReason | null
  /** What the provider says went wrong once it had begun to answer, with the status that would have said it before. */
  readonly error?: { readonly status: number; readonly message: string }
}

// What others send is read without trust: whatever is not there, or is something else, is unknown.

export const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : []
export const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
export const wordIn = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** The text of a message's content: a string, or blocks that have a `text`. */
export function contentText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n')
}

/** Where the model's last answer stands, which may be several items, and what follows it. */
export function lastAnswer(items: readonly JsonObject[], isAnswer: (item: JsonObject) => boolean) {
  const last = items.findLastIndex(isAnswer)
  const before = items.findLastIndex((item, index) => index < last && !isAnswer(item))
  return { earlier: last < 0 ? null : before + 1, after: items.slice(last + 1) }
}

/** Elements in which clients tell the model of its surroundings, in the user's name, before or after the human's words. */
const asides = ['system-reminder', 'current_datetime', 'session_context', 'environment_context']
const mostAsides = 16

/** The human's words alone; all of the text where there is nothing else. */
export function humanWords(text: string): string {
  let words = text.trim()
  for (let count = 0; count < mostAsides; count++) {
    const next = withoutAside(words)
    if (next === words) break
    words = next
  }
  return words === '' || words === text.trim() ? text : words
}

function withoutAside(words: string): string {
  for (const name of asides) {
    const [opening, closing] = [`<${name}>`, `</${name}>`]
    const end = words.startsWith(opening) ? words.indexOf(closing) : -1
    if (end >= 0) return words.slice(end + closing.length).trim()
    const begin = words.endsWith(closing) ? words.lastIndexOf(opening) : -1
    if (begin >= 0) return words.slice(0, begin).trim()
  }
  return words
}

/** The last message of a user that says something; results of tools that travel under that role do not. */
export function lastPrompt(messages: readonly JsonObject[]): string | null {
  const said = messages.flatMap(({ role, content }) => (role === 'user' ? [contentText(content)] : []))
  const last = said.findLast((text) => text !== '')
  return last === undefined ? null : humanWords(last)
}

import { isJsonObject, readJson } from '../../domain/json.ts'
import { elementStream } from './element-stream.ts'
import { eventStream } from './event-stream.ts'
import { isEventStream, isJson, type ResponseHead } from './exchange-tap.ts'
import type { ModelWire, WireAnswer } from './model-wire/model-wire.ts'

/** One answer, read from its events as they pass. */
export interface AnswerEvents {
  /** True once the answer has ended. */
  push(chunk: Buffer): boolean
  /** False where what came is nothing of the kind. */
  isReadable(): boolean
  /** What was said so far. */
  answer(): WireAnswer
}

export interface AnswerEventsOptions {
  readonly wire: ModelWire
  /** Of the request. */
  readonly path: string
  /** Runs what may throw: one event that cannot be read hides no other. */
  readonly guarded: (what: string, act: () => void) => void
}

/** Null for an answer that comes whole, as errors do. */
export function answerEvents(response: ResponseHead, options: AnswerEventsOptions): AnswerEvents | null {
  const { wire, path, guarded } = options
  const isArray = isJson(response) && wire.answersInArray?.(path) === true
  if ((response.statusCode ?? 0) >= 400 || !(isArray || isEventStream(response))) return null
  const reader = wire.readEvents()
  let isDone = false
  const onEvent = (text: string) =>
    guarded('an event', () => {
      const event = readJson(text)
      if (event === undefined) throw new Error('it is no JSON')
      if (isJsonObject(event) && reader.add(event, text)) isDone = true
    })
  const onEnd = () => {
    isDone = reader.answer().finishReason !== null
  }
  const elements = isArray ? elementStream({ onElement: onEvent, onEnd }) : null
  const stream = elements ?? eventStream((data) => onEvent(data === '[DONE]' ? '{"done":true}' : data))
  return {
    push(chunk) {
      stream.push(chunk)
      return isDone
    },
    isReadable: () => elements?.hasBegun() !== false,
    answer: () => reader.answer(),
  }
}

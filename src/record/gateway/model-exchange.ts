import type { Evidence, Outcome } from '../../domain/entry.ts'
import type { Payload } from '../../domain/journal.ts'
import { isJsonObject, type Json } from '../../domain/json.ts'
import { unknownUsage } from '../../domain/model.ts'
import { describeError } from '../../errors.ts'
import { readArguments } from '../../models/decision.ts'
import { memberText } from '../member-text.ts'
import { httpOutcome, okOutcome } from '../outcome.ts'
import type { SessionRecorder } from '../session-recorder.ts'
import { BodyCopy } from './body-copy.ts'
import { eventStream } from './event-stream.ts'
import { type ExchangeTap, isEventStream, type ResponseHead } from './forward-http.ts'
import type { ModelWire, WireAnswer } from './model-wire/model-wire.ts'

export interface ModelExchangeOptions {
  /** The session of the conversation; asked for once a model is asked. */
  readonly session: () => SessionRecorder
  /** The first that is asked at the path reads the exchange. */
  readonly wires: readonly ModelWire[]
  /** Of the request, without its query: keys may travel there. */
  readonly path: string
  readonly evidence: Evidence
  readonly encoding: string | undefined
}

/** Records the question of one exchange before it leaves, and its answer before its end does. Never throws: what fails is a `loss`. */
export function modelExchange(options: ModelExchangeOptions): ExchangeTap {
  const wire = options.wires.find((each) => each.isAsked(options.path))
  return wire ? recordExchange(wire, options) : unrecorded
}

const unrecorded: ExchangeTap = {
  requestChunk() {},
  requestEnd() {},
  responseStart() {},
  responseChunk() {},
  responseEnd() {},
  broken() {},
}

function recordExchange(wire: ModelWire, options: ModelExchangeOptions): ExchangeTap {
  const { session } = options
  const asked = new BodyCopy()
  const told = new BodyCopy()
  const begunMs = performance.now()
  let span: string | null = null
  let response: ResponseHead | null = null
  let events: Events | null = null
  let firstChunkMs: number | null = null
  let isTold = false

  function tell(outcome: Outcome, answer: WireAnswer | null): void {
    if (span === null || isTold) return
    isTold = true
    recordAnswer(session(), span, { outcome, answer, timeToFirstChunkMs: firstChunkMs })
  }

  function guarded(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      session().loss(`${what} could not be recorded: ${describeError(error)}`)
    }
  }

  return {
    requestChunk: (chunk) => asked.add(chunk),
    requestEnd: () =>
      guarded('a model request', () => {
        span = recordQuestion(wire, asked.text(options.encoding), options)
      }),
    responseStart(started) {
      response = started
      const isPlain = started.headers['content-encoding'] === undefined
      if (isPlain && isEventStream(started)) events = readEvents(wire)
    },
    responseChunk(chunk) {
      firstChunkMs ??= performance.now() - begunMs
      if (!events) told.add(chunk)
      else guarded('an event', () => events?.push(chunk) && tell(okOutcome, events.answer()))
    },
    responseEnd: () =>
      guarded('a model response', () => {
        const status = response?.statusCode ?? 0
        const text = events ? '' : told.text(response?.headers['content-encoding'])
        if (status >= 400) tell(httpOutcome(status, text ?? '', session().journal.redactor), null)
        else if (events) tell(cutOff(events.answer()), events.answer())
        else
          tell(
            okOutcome,
            text === null ? null : answerIn(text, wire, response !== null && isEventStream(response)),
          )
      }),
    broken: (layer, message) =>
      guarded('a model response', () => tell({ layer, code: null, message }, events?.answer() ?? null)),
  }
}

function recordQuestion(wire: ModelWire, text: string | null, options: ModelExchangeOptions): string {
  const body: Json = text === null ? null : JSON.parse(text)
  if (text === null || !isJsonObject(body)) throw new Error('it is no JSON object, or too long')
  const { model, prompt, messages, tools } = wire.readRequest(body)
  const shown = body[tools]
  const recorder = options.session()
  const span = recorder.modelRequest({
    provider: wire.provider,
    model,
    prompt: prompt === null ? null : { text: prompt },
    messages: { json: memberText(text, [messages]) ?? 'null' },
    tools: Array.isArray(shown) ? { json: memberText(text, [tools]) ?? '[]' } : null,
    toolCount: Array.isArray(shown) ? shown.length : 0,
    // Which tokenizer the provider has is not known here.
    definitionTokens: null,
    evidence: options.evidence,
  })
  recorder.journal.flush()
  return span
}

interface Told {
  readonly outcome: Outcome
  /** Null where there was none, or none that could be read. */
  readonly answer: WireAnswer | null
  readonly timeToFirstChunkMs: number | null
}

function recordAnswer(recorder: SessionRecorder, span: string, told: Told): void {
  const { outcome, answer, timeToFirstChunkMs } = told
  const usage = answer?.usage ?? unknownUsage
  const { inputTokens, outputTokens } = usage
  recorder.modelResponse(span, {
    outcome,
    responseModel: answer?.model ?? null,
    responseId: answer?.id ?? null,
    finishReason: answer?.finishReason ?? null,
    usage,
    totalTokens: inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
    estimated: false,
    content: answer && { value: { text: answer.text } },
    timeToFirstChunkMs,
  })
  for (const { id, name, arguments: raw } of answer?.decisions ?? []) {
    const given = readArguments(raw)
    const payload: Payload = given === null ? { text: raw } : { json: raw }
    recorder.decision(span, { tool: name, arguments: given, payload, callId: id })
  }
  recorder.journal.flush()
}

interface Events {
  /** True once the answer has ended. */
  push(chunk: Buffer): boolean
  answer(): WireAnswer
}

function readEvents(wire: ModelWire): Events {
  const reader = wire.readEvents()
  let isDone = false
  const stream = eventStream((data) => {
    const event: Json = data === '[DONE]' ? { done: true } : JSON.parse(data)
    if (isJsonObject(event) && reader.add(event)) isDone = true
  })
  return {
    push(chunk) {
      stream.push(chunk)
      return isDone
    },
    answer: () => reader.answer(),
  }
}

function answerIn(text: string, wire: ModelWire, isEvents: boolean): WireAnswer | null {
  if (isEvents) {
    const events = readEvents(wire)
    events.push(Buffer.from(text))
    return events.answer()
  }
  const body: Json = JSON.parse(text)
  return isJsonObject(body) ? wire.readAnswer(body) : null
}

/** Some servers leave out the last event; an answer that says how it finished is whole. */
function cutOff({ finishReason }: WireAnswer): Outcome {
  if (finishReason !== null) return okOutcome
  return { layer: 'transport', code: null, message: 'the stream ended before the answer did' }
}

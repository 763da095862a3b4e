import type { Evidence, Outcome } from '../../domain/entry.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Payload } from '../../domain/journal.ts'
import { isJsonObject, type JsonObject, readJson } from '../../domain/json.ts'
import { unknownUsage } from '../../domain/model.ts'
import { describeError } from '../../errors.ts'
import { readArguments } from '../../models/decision.ts'
import { conversationEvidence } from '../conversation-evidence.ts'
import { memberText } from '../member-text.ts'
import { httpOutcome, okOutcome } from '../outcome.ts'
import type { SessionRecorder } from '../session-recorder.ts'
import { answer, errorOf } from './answer.ts'
import { type AnswerEvents, answerEvents } from './answer-events.ts'
import { BodyCopy } from './body-copy.ts'
import { isPlain } from './content-coding.ts'
import type { ExchangeTap, ResponseHead } from './exchange-tap.ts'
import type { ModelWire, WireAnswer } from './model-wire/model-wire.ts'
import { toolSchemas } from './model-wire/tool-schemas.ts'
import { withoutKeys } from './request-keys.ts'

export interface ModelExchangeOptions {
  /** The session of the conversation; asked for once a model is asked. */
  readonly session: () => SessionRecorder
  /** The first that is asked at the path reads the exchange. */
  readonly wires: readonly ModelWire[]
  /** Of the request, without its query: keys may travel there. */
  readonly path: string
  readonly evidence: Evidence
  /** Origin of the server that is asked. */
  readonly upstream: string
  /** Of the request; they are kept out of what its answer says went wrong. */
  readonly keys: readonly string[]
  /** On whose behalf the model is asked. */
  readonly identity: Identity
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
  const { session, path } = options
  const asked = new BodyCopy()
  const told = new BodyCopy()
  let askedMs: number | null = null
  let question: Question | null = null
  let response: ResponseHead | null = null
  let events: AnswerEvents | null = null
  let firstChunkMs: number | null = null
  let isTold = false

  function tell(outcome: Outcome, answer: WireAnswer | null): void {
    if (question === null || isTold) return
    isTold = true
    recordAnswer(session(), question, { outcome, answer, timeToFirstChunkMs: firstChunkMs })
  }

  function failed(status: number, text: string): Outcome {
    const { redactor } = session().journal
    return httpOutcome(status, withoutKeys(text, options.keys, redactor), redactor)
  }

  /** An answer that says how it finished is whole, however the exchange ended: some servers leave out the last event. */
  function tellRead(answer: WireAnswer, otherwise: Outcome): void {
    const { error, finishReason } = answer
    if (error) tell(failed(error.status, error.message), answer)
    else tell(finishReason === null ? otherwise : okOutcome, answer)
  }

  function tellEvents(read: AnswerEvents): void {
    tellRead(read.answer(), read.isReadable() ? cutOff : unreadable)
  }

  /** What came in one piece, or encoded. */
  function tellWhole(response: ResponseHead): void {
    const { statusCode: status = 0, headers } = response
    const text = told.text(headers['content-encoding'])
    if (status >= 400) tell(failed(status, text ?? ''), null)
    else if (text === null) tell(okOutcome, null)
    else tellText(text, answerEvents(response, { wire, path, guarded }))
  }

  function tellText(text: string, late: AnswerEvents | null): void {
    late?.push(Buffer.from(text))
    const body = late ? null : readJson(text)
    if (late) tellEvents(late)
    else if (isJsonObject(body)) tellRead(wire.readAnswer(body, text), okOutcome)
    else tell(unreadable, null)
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
        question = recordQuestion(wire, asked.text(options.encoding), options)
        asked.release()
        askedMs = performance.now()
      }),
    responseStart(started) {
      response = started
      if (isPlain(started.headers['content-encoding']))
        events = answerEvents(started, { wire, path, guarded })
    },
    seesLastPiece: () => events !== null,
    responseChunk(chunk) {
      if (askedMs !== null) firstChunkMs ??= performance.now() - askedMs
      if (!events) told.add(chunk)
      else guarded('an event', () => events?.push(chunk) && tell(okOutcome, events.answer()))
    },
    responseEnd: () =>
      guarded('a model response', () => {
        if (events) tellEvents(events)
        else if (response) tellWhole(response)
      }),
    refusal() {
      const reason = question === null ? null : session().journal.refusal
      if (reason === null) return null
      guarded('a model response', () => tell({ layer: 'transport', code: null, message: reason }, null))
      return (outgoing) => answer(outgoing, 503, errorOf('not_recorded', reason))
    },
    closed() {
      asked.release()
      told.release()
    },
    broken: (layer, message) =>
      guarded('a model response', () => {
        const outcome: Outcome = { layer, code: null, message }
        if (events) tellRead(events.answer(), outcome)
        else tell(outcome, null)
      }),
  }
}

interface Question {
  readonly span: string
  readonly schemas: ReadonlyMap<string, JsonObject>
}

function recordQuestion(wire: ModelWire, text: string | null, options: ModelExchangeOptions): Question {
  // What JSON.parse throws quotes the text, which may hold half a secret.
  const body = text === null ? null : readJson(text)
  if (text === null || !isJsonObject(body)) throw new Error('it is no JSON object, or too long')
  const { model, prompt, messages, tools, system, toolCount, ...carried } = wire.readRequest(
    body,
    options.path,
  )
  const shown = body[tools]
  const instructions = system === undefined ? null : memberText(text, [system])
  const recorder = options.session()
  const carriedOn = conversationEvidence(
    { ...carried, messages: body[messages] ?? null },
    recorder.journal.redactor,
  )
  const conversation = { ...options.evidence.conversation, ...carriedOn.conversation }
  const span = recorder.modelRequest({
    provider: wire.provider,
    model,
    upstream: options.upstream,
    prompt: prompt === null ? null : { text: prompt },
    messages: { json: memberText(text, [messages]) ?? 'null' },
    ...(instructions !== null && { system: { json: instructions } }),
    tools: typeof shown === 'object' && shown !== null ? { json: memberText(text, [tools]) ?? '[]' } : null,
    toolCount: toolCount ?? (Array.isArray(shown) ? shown.length : 0),
    // Which tokenizer the provider has is not known here.
    definitionTokens: null,
    evidence: {
      ...options.evidence,
      ...carriedOn,
      ...(Object.keys(conversation).length > 0 && { conversation }),
    },
    identity: options.identity,
  })
  recorder.journal.flush()
  return { span, schemas: toolSchemas(shown) }
}

interface Told {
  readonly outcome: Outcome
  /** Null where there was none, or none that could be read. */
  readonly answer: WireAnswer | null
  readonly timeToFirstChunkMs: number | null
}

function recordAnswer(recorder: SessionRecorder, { span, schemas }: Question, told: Told): void {
  const { outcome, answer, timeToFirstChunkMs } = told
  const usage = answer?.usage ?? unknownUsage
  const { inputTokens, outputTokens } = usage
  const sum = inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
  recorder.modelResponse(span, {
    outcome,
    responseModel: answer?.model ?? null,
    responseId: answer?.id ?? null,
    finishReason: answer?.finishReason ?? null,
    usage,
    totalTokens: answer?.totalTokens ?? sum,
    estimated: false,
    content: answer && { value: { text: answer.text } },
    timeToFirstChunkMs,
  })
  for (const { id, name, arguments: raw } of answer?.decisions ?? []) {
    const given = readArguments(raw)
    const payload: Payload = given === null ? { text: raw } : { json: raw }
    const schema = schemas.get(name)
    const callId = id === '' ? null : id
    recorder.decision(span, { tool: name, arguments: given, payload, callId, ...(schema && { schema }) })
  }
  recorder.journal.flush()
}

const cutOff: Outcome = { layer: 'transport', code: null, message: 'the stream ended before the answer did' }
const unreadable: Outcome = { layer: 'malformed', code: null, message: 'the answer is no JSON object' }

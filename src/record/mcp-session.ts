import type { EntryData, Evidence, Outcome } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter, Payload } from '../domain/journal.ts'
import { isJsonObject, type JsonObject } from '../domain/json.ts'
import { describeError } from '../errors.ts'
import type { Frame } from './framing.ts'
import { injectTraceContext } from './inject-trace-context.ts'
import { metaFields, withClient } from './meta-evidence.ts'
import { type BegunCall, type Operation, Operations } from './operations.ts'
import type { McpMeter } from './otel/mcp-meter.ts'
import { traceparentOf } from './otel/traceparent.ts'
import { cancelledOutcome, malformedOutcome, okOutcome, toolErrorOutcome } from './outcome.ts'
import { idText, type ReadMessage, type RpcMessage, readEdges, readMessages } from './rpc-message.ts'
import { recordSession, type SessionRecorder } from './session-recorder.ts'
import { toolAnswer, toolQuestion } from './tool-call.ts'
import { ToolList } from './tool-list.ts'

type Direction = EntryData['frame']['direction']
type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>
type Answer = Message<'result' | 'error'>

export interface McpSessionOptions {
  readonly journal: JournalWriter
  readonly type: 'stdio' | 'http'
  readonly server: string
  readonly identity: Identity
  readonly evidence: Evidence
  /** Measures how long its requests and it itself take. */
  readonly meter?: McpMeter | undefined
  /** Whether its calls tell the server which spans they are: see `asSent`. */
  readonly injectTraceContext?: boolean | undefined
}

/** What is known of a message from elsewhere than itself. */
export interface Around {
  /** On whose behalf it is sent, where that is known for each. */
  readonly identity?: Identity
  /** What was sent around it, such as headers, that may join its calls to others. */
  readonly evidence?: Evidence
}

/** Messages that say nothing, and no more often than they need to be counted. */
const silent = new Set(['ping', 'notifications/progress', 'notifications/initialized'])

/**
 * One connection, as seen from between: every message becomes an entry. A tool call and its answer are `tool_request` and
 * `tool_result`, a whole tool list `tool_definitions`, everything else a `frame`, in both directions; pings, progress and
 * `initialized` are counted and told at the close. What cannot be read is a `frame` too, or a `loss` if it breaks us.
 */
export class McpSession {
  readonly #options: McpSessionOptions
  readonly #tools: ToolList
  readonly #operations: Operations
  readonly #notRecorded: Record<string, number> = {}
  #identity: Identity
  #recorder: SessionRecorder | null = null

  constructor(options: McpSessionOptions) {
    this.#options = options
    this.#identity = options.identity
    this.#tools = new ToolList(options.server)
    this.#operations = new Operations(options.meter)
  }

  /** Never throws. Whether all of it could be read. */
  observe(direction: Direction, frame: Frame, around: Around = {}): boolean {
    const { identity = this.#identity, evidence = {} } = around
    try {
      this.#identity = { ...identity, client: this.#identity.client ?? identity.client }
      if (frame.text === null) this.#observeLong(direction, frame)
      const messages = frame.text === null ? [] : readMessages(frame.text)
      for (const read of messages) this.#observeMessage(direction, read, frame.text ?? '', evidence)
      return messages.every(({ message }) => message.type !== 'malformed')
    } catch (error) {
      this.#open().loss(`a message could not be recorded: ${describeError(error)}`)
      return true
    }
  }

  /** What is sent in the place of a message to the server that was observed: itself, unless its calls name their spans. */
  asSent(message: Buffer): Buffer {
    if (!this.#options.injectTraceContext) return message
    return injectTraceContext(
      message,
      (id) => this.#operations.find('to server', id)?.call?.traceparent ?? null,
    )
  }

  /** The id of a tool call in what is sent, as JSON text; null where there is none. */
  callIn(text: string): string | null {
    const calls = readMessages(text).flatMap(({ message }) =>
      message.type === 'request' && message.method === 'tools/call' ? [message.id] : [],
    )
    return calls[0] ?? null
  }

  /**
   * The calls in what was sent that have no answer yet will get none; `outcome` says why. `ofOneExchange`: those alone whose
   * answer comes in the exchange that they were sent in, as of 2026-07-28; an older one may still come in another.
   */
  giveUp(text: string, outcome: Outcome, { ofOneExchange }: { readonly ofOneExchange: boolean }): void {
    for (const { message } of readMessages(text)) {
      if (message.type !== 'request' || (ofOneExchange && !isModern(message.params))) continue
      this.#abandon('to server', message.id, outcome)
    }
  }

  /** A child that said nothing has lived all the same; over HTTP, who said nothing was never there. */
  close(ending: EntryData['session_closed']): void {
    if (this.#recorder === null && this.#options.type === 'http') return
    this.#operations.close(ending.reason === 'failed')
    const isCounted = Object.keys(this.#notRecorded).length > 0
    this.#open().close({ ...ending, ...(isCounted && { notRecorded: this.#notRecorded }) })
  }

  #observeMessage(direction: Direction, read: ReadMessage, text: string, around: Evidence): void {
    const { message } = read
    if (message.type === 'request') this.#observeRequest(direction, message, read, around)
    else if (message.type === 'notification') this.#observeNotification(direction, message, read)
    else if (message.type === 'malformed') this.#observeMalformed(direction, read, text)
    else this.#observeAnswer(direction, message, read)
  }

  #observeRequest(
    direction: Direction,
    message: Message<'request'>,
    read: ReadMessage,
    around: Evidence,
  ): void {
    const { method, params } = message
    if (direction === 'to server') this.#learnClient(message)
    const isCall = direction === 'to server' && method === 'tools/call' && typeof params.name === 'string'
    const call = isCall ? this.#beginCall(message, `${params.name}`, read, around) : null
    const forgotten = this.#operations.begin(direction, message, call)
    if (forgotten?.call) this.#open().forget(forgotten.call.span)
    const isList = direction === 'to server' && method === 'tools/list'
    if (!isCall && !isList) this.#frame(direction, message, read)
  }

  #observeNotification(direction: Direction, message: Message<'notification'>, read: ReadMessage): void {
    const { method, params } = message
    this.#frame(direction, message, read)
    if (method !== 'notifications/cancelled' || params.requestId === undefined) return
    const reason = typeof params.reason === 'string' ? params.reason : null
    const outcome = cancelledOutcome(reason, this.#options.journal.redactor)
    const id = idText(params.requestId, () => read.textOf('params', 'requestId'))
    this.#abandon(direction, id, outcome)
  }

  #observeAnswer(direction: Direction, answer: Answer, read: ReadMessage): void {
    const asked = answer.id === null ? null : this.#operations.take(opposite[direction], answer.id)
    if (asked?.call) {
      const told = toolAnswer(answer, read, this.#options.journal.redactor)
      this.#open().toolResult(asked.call.span, told)
      this.#operations.end(asked, told.outcome)
      return
    }
    if (asked) this.#operations.answered(asked, answer)
    if (asked && silent.has(asked.method)) this.#count(asked.method)
    else if (!this.#isToolList(asked, answer, read)) this.#frame(direction, answer, read)
  }

  /** What cannot be read may still say which call it answers, as the members before a payload that was cut off do. */
  #observeMalformed(direction: Direction, read: ReadMessage, text: string): void {
    const { id, method } = readEdges({ head: text.slice(0, edgeLength), tail: '' })
    const asker = opposite[direction]
    const isAnswer = id !== null && method === null && this.#operations.find(asker, id)?.call
    const asked = isAnswer ? this.#operations.take(asker, id) : null
    if (!asked?.call) {
      this.#frame(direction, read.message, read, text)
      return
    }
    const json = read.textOf()
    const result = json === null ? { text } : { json }
    this.#open().toolResult(asked.call.span, { outcome: malformedOutcome, result })
    this.#operations.end(asked, malformedOutcome)
  }

  /** Of a message that was too long to be kept only its size is recorded, and what it answers. */
  #observeLong(direction: Direction, { bytes, edges = { head: '', tail: '' } }: Frame): void {
    const { id, method, isError } = readEdges(edges)
    const body: Payload = { text: '', bytes }
    const asked = id !== null && method === null ? this.#operations.take(opposite[direction], id) : null
    const outcome = isError ? toolErrorOutcome('', this.#options.journal.redactor) : okOutcome
    if (asked?.call) this.#open().toolResult(asked.call.span, { outcome, result: body })
    else this.#open().frame({ direction, method, requestId: id, malformed: false, body })
    if (asked) this.#operations.end(asked, outcome)
  }

  #beginCall(message: Message<'request'>, name: string, read: ReadMessage, around: Evidence): BegunCall {
    const { server, journal, injectTraceContext = false } = this.#options
    const readOnly = this.#tools.readOnly(name)
    const surroundings = { server, identity: this.#identity, readOnly, around, redactor: journal.redactor }
    const question = toolQuestion(message, name, read, surroundings)
    const span = this.#open().toolRequest(question)
    return { span, traceparent: injectTraceContext ? traceparentOf(span, question.evidence) : null }
  }

  #isToolList(asked: Operation | null, answer: Answer, { textOf }: ReadMessage): boolean {
    if (answer.type === 'error' || !isJsonObject(answer.result)) return false
    this.#tools.learnServer(answer.result)
    if (asked?.method !== 'tools/list') return false
    const list = this.#tools.addPage(asked.isFirstPage, answer.result, textOf('result', 'tools'))
    if (list) this.#open().toolDefinitions(list)
    return list !== null
  }

  #learnClient({ method, params }: Message<'request'>): void {
    const meta = isJsonObject(params._meta) ? params._meta : {}
    const [info, version] =
      method === 'initialize'
        ? [params.clientInfo, params.protocolVersion]
        : [meta[metaFields.clientInfo], meta[metaFields.protocolVersion]]
    this.#identity = withClient(this.#identity, info)
    if (typeof version === 'string') this.#operations.protocolVersion = version
    this.#open(typeof version === 'string' ? version : null)
  }

  #frame(direction: Direction, message: RpcMessage, { textOf }: ReadMessage, line = ''): void {
    const method = 'method' in message ? message.method : null
    if (method !== null && silent.has(method)) {
      this.#count(method)
      return
    }
    const json = textOf()
    const body = json === null ? { text: line } : { json }
    const malformed = message.type === 'malformed'
    this.#open().frame({ direction, method, requestId: message.id, malformed, body })
  }

  #count(method: string): void {
    this.#notRecorded[method] = (this.#notRecorded[method] ?? 0) + 1
  }

  /** No answer will come, or none that counts. */
  #abandon(direction: Direction, id: string, outcome: Outcome): void {
    const asked = this.#operations.take(direction, id)
    if (asked?.call) this.#open().toolResult(asked.call.span, { outcome, result: null })
    if (asked) this.#operations.end(asked, outcome)
  }

  /** A session opens with its first message, which may be the one that names the client. */
  #open(protocolVersion: string | null = null): SessionRecorder {
    const { journal, type, server, evidence } = this.#options
    const identity = this.#identity
    this.#recorder ??= recordSession(journal, {
      type,
      server,
      identity,
      parent: null,
      evidence,
      protocolVersion,
    })
    return this.#recorder
  }
}

function isModern({ _meta }: JsonObject): boolean {
  return isJsonObject(_meta) && typeof _meta[metaFields.protocolVersion] === 'string'
}

/** Of a message that cannot be read, what is looked at for its id. */
const edgeLength = 4_096

const opposite = { 'to server': 'to client', 'to client': 'to server' } as const

import { createHash } from 'node:crypto'
import type { BodyRef, Entry, EntryData, EntryKind, Evidence } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import { randomHex, uuidv7 } from '../journal/random.ts'
import { argumentsEvidence, decisionEvidence } from './arguments-evidence.ts'
import { canonical } from './canonical.ts'
import type {
  ModelAnswer,
  ModelQuestion,
  ObservedDecision,
  ObservedFrame,
  ObservedPolicy,
  Recordable,
  SessionOptions,
  ToolAnswer,
  ToolDefinitions,
  ToolQuestion,
} from './observation.ts'
import { resultEvidence } from './result-evidence.ts'

/** Opens a session and turns what is observed of it into entries. Methods that begin something return its span id. */
export function recordSession(journal: JournalWriter, options: SessionOptions): SessionRecorder {
  return new SessionRecorder(journal, options)
}

export class SessionRecorder {
  readonly session = uuidv7()
  readonly journal: JournalWriter
  readonly #options: SessionOptions
  readonly #entries: Entry[] = []
  readonly #texts = new Map<string, string>()
  /** Begun and not ended, by span: when, in ms of `performance.now()`, and under which call id. */
  readonly #begun = new Map<string, { readonly at: number; readonly callId: string | null }>()
  /** Spans of the calls under way, by call id: a call made by one of them names it as its parent. */
  readonly #calls = new Map<string, string>()

  constructor(journal: JournalWriter, options: SessionOptions) {
    this.journal = journal
    this.#options = options
    const { type, server, identity, parent, evidence, protocolVersion = null } = options
    this.#append('session_opened', { type, server, protocolVersion, identity, parent, evidence })
  }

  /** As stored, in order; empty unless they are kept. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  get identity(): Identity {
    return this.#options.identity
  }

  /** Redacted, before it was cut; null for what this session did not store, or does not keep. */
  bodyText(digest: string): string | null {
    return this.#texts.get(digest) ?? null
  }

  toolDefinitions({ server, serverVersion, tools, payload }: ToolDefinitions): void {
    this.#append('tool_definitions', {
      server,
      serverVersion,
      count: tools.length,
      hash: createHash('sha256').update(canonical(tools)).digest('hex'),
      tools: this.#store(payload ?? { value: tools }),
    })
  }

  modelRequest({ prompt, messages, system, tools, ...request }: ModelQuestion): string {
    const span = this.#begin()
    this.#append('model_request', {
      identity: this.identity,
      ...request,
      span,
      operation: 'chat',
      prompt: prompt && this.#store(prompt),
      messages: this.#store(messages),
      ...(system && { system: this.#store(system) }),
      tools: tools && this.#store(tools),
    })
    return span
  }

  modelResponse(span: string, { content, searches, ...response }: ModelAnswer): void {
    this.#append('model_response', {
      span,
      content: content && this.#store(content),
      durationMs: this.#end(span),
      ...response,
      ...(searches && { searches: this.#store(searches) }),
    })
  }

  decision(modelSpan: string, { tool, arguments: given, payload, callId, schema }: ObservedDecision): string {
    const span = newSpan()
    const malformed = given === null
    this.#append('decision', {
      span,
      modelSpan,
      tool,
      malformed,
      arguments: this.#store(payload),
      evidence: together(
        callId !== null && { callId },
        !malformed && decisionEvidence({ given, payload }, this.journal.redactor, schema),
      ),
    })
    return span
  }

  policyDecision({ callId, engine, mode, request, decision }: ObservedPolicy): string {
    const span = newSpan()
    this.#append('policy_decision', {
      span,
      toolSpan: callId === null ? null : (this.#calls.get(callId) ?? null),
      engine: engine.name,
      policySetHash: engine.policySetHash,
      mode,
      ...decision,
      action: request.action,
      resource: request.resource,
      inputs: this.#store({ json: JSON.stringify(request) }),
    })
    return span
  }

  toolRequest(request: ToolQuestion): string {
    const { tool, server, payload, parentCallId = null, evidence } = request
    const { callId = evidence.callId ?? null } = request
    const span = this.#begin(callId)
    this.#append('tool_request', {
      span,
      parentSpan: parentCallId === null ? null : (this.#calls.get(parentCallId) ?? null),
      server,
      tool,
      method: request.method ?? 'tools/call',
      requestId: request.requestId ?? null,
      readOnly: request.readOnly,
      arguments: this.#store(payload ?? { value: request.arguments }),
      evidence: together(
        evidence,
        argumentsEvidence({ given: request.arguments, payload }, this.journal.redactor),
      ),
      identity: request.identity ?? this.identity,
    })
    if (callId !== null) this.#calls.set(callId, span)
    return span
  }

  toolResult(span: string, { outcome, result, said, evidence, found, replay }: ToolAnswer): void {
    const ref = result && this.#store(result)
    this.#append('tool_result', {
      span,
      outcome,
      result: ref,
      resultBytes: ref?.bytes ?? null,
      durationMs: this.#end(span),
      evidence: together(evidence, said && resultEvidence(said, ref?.bytes ?? 0, this.journal.redactor)),
      ...(found && { found }),
      ...(replay && { replay }),
    })
  }

  /** No answer to it is waited for any longer. */
  forget(span: string): void {
    this.#end(span)
  }

  frame({ body, ...frame }: ObservedFrame): void {
    this.#append('frame', { ...frame, body: this.#store(body) })
  }

  /** What happened could not be recorded as what it was. */
  loss(reason: string): void {
    this.#append('loss', { reason, entries: 1, bodies: 0 })
  }

  close(ending: EntryData['session_closed']): void {
    this.#append('session_closed', ending)
    this.journal.flush()
  }

  #append<K extends EntryKind>(kind: K, data: EntryData[K]): void {
    const entry = this.journal.append(kind, this.session, data)
    if (this.#options.keep) this.#entries.push(entry as Entry)
  }

  #store(recordable: Recordable): BodyRef {
    const { ref, text } = 'ref' in recordable ? recordable : this.journal.body(recordable)
    if (this.#options.keep) this.#texts.set(ref.digest, text)
    return ref
  }

  #begin(callId: string | null = null): string {
    const span = newSpan()
    this.#begun.set(span, { at: performance.now(), callId })
    return span
  }

  /** Milliseconds since it began, to the microsecond. */
  #end(span: string): number {
    const begun = this.#begun.get(span)
    if (!begun) return 0
    this.#begun.delete(span)
    if (begun.callId !== null && this.#calls.get(begun.callId) === span) this.#calls.delete(begun.callId)
    return Math.round((performance.now() - begun.at) * 1000) / 1000
  }
}

/** What several know of one thing. Spreads that add to a spread take Node 20 some ten times as long. */
function together(...known: readonly (Evidence | false | null | undefined)[]): Evidence {
  return Object.assign({}, ...known)
}

/** 16 hex digits, as W3C trace context wants a span id. */
function newSpan(): string {
  return randomHex(8)
}

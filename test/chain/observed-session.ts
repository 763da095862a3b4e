import { createHash } from 'node:crypto'
import { v7 } from 'uuid'
import type { BodyRef, Entry, EntryData, EntryKind, Evidence, Outcome } from '../../src/domain/entry.ts'
import { type Identity, unknownIdentity } from '../../src/domain/identity.ts'
import type { JournalWriter } from '../../src/domain/journal.ts'
import { unknownUsage } from '../../src/domain/model.ts'

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const ok: Outcome = { layer: 'ok', code: null, message: null }

/** Evidence of a trace; `parent` is the span that the caller named. */
export function traced(
  from: '_meta' | 'header' | 'runner',
  { trace = traceId, parent = '00f067aa0ba902b7' } = {},
): Evidence {
  return { traceparent: { value: `00-${trace}-${parent}-01`, from } }
}

export function userOf(value: string, source: 'verified' | 'configured' | 'self-reported'): Identity {
  return { ...unknownIdentity, user: { value, source } }
}

/** Keeps what is appended in memory, in the shape of a journal. */
export function memoryLog(entries: Entry[] = []): Pick<JournalWriter, 'append' | 'body'> {
  return {
    append<K extends EntryKind>(kind: K, session: string | null, data: EntryData[K]) {
      const at = new Date(Date.UTC(2026, 10, 20) + entries.length).toISOString().replace('Z', '000Z')
      const envelope = { v: 1, log: 'log', seq: entries.length, at, kind, session } as const
      const entry = { ...envelope, data } as Entry<K>
      entries.push(entry as Entry)
      return entry
    },
    body(payload) {
      const text = JSON.stringify(payload)
      const digest = createHash('sha256').update(text).digest('hex')
      return { ref: { digest, bytes: text.length }, text }
    },
  }
}

interface Opening {
  readonly type?: EntryData['session_opened']['type']
  readonly identity?: Identity
  readonly evidence?: Evidence
  readonly parent?: string | null
  readonly server?: string | null
}

/** Appends what a recorder would of one session; spans have the names that the test gives them. */
export function observedSession(journal: Pick<JournalWriter, 'append' | 'body'>, opening: Opening = {}) {
  const session = v7()
  const { type = 'stdio', identity = unknownIdentity, evidence = {}, parent = null, server = null } = opening
  const text = (value: string): BodyRef => journal.body({ text: value }).ref
  journal.append('session_opened', session, {
    type,
    server,
    protocolVersion: null,
    identity,
    parent,
    evidence,
  })
  return {
    session,
    modelRequest(span: string, given: { evidence?: Evidence; prompt?: string; identity?: Identity } = {}) {
      journal.append('model_request', session, {
        span,
        provider: 'test',
        model: 'test:model',
        operation: 'chat',
        prompt: text(given.prompt ?? 'Which port?'),
        messages: text(`[{"role":"user","text":"${given.prompt ?? 'Which port?'}"}]`),
        tools: null,
        toolCount: 2,
        definitionTokens: 40,
        evidence: given.evidence ?? {},
        identity: given.identity ?? identity,
      })
    },
    modelResponse(span: string) {
      journal.append('model_response', session, {
        span,
        outcome: ok,
        responseModel: 'model-1',
        responseId: null,
        finishReason: 'tool_calls',
        usage: { ...unknownUsage, inputTokens: 120 },
        totalTokens: 130,
        estimated: true,
        content: text('Let me look.'),
        durationMs: 12.5,
        timeToFirstChunkMs: null,
      })
    },
    decision(
      span: string,
      modelSpan: string,
      given: { callId: string; tool?: string; malformed?: boolean; evidence?: Evidence },
    ) {
      journal.append('decision', session, {
        span,
        modelSpan,
        tool: given.tool ?? 'files/read_text_file',
        malformed: given.malformed ?? false,
        arguments: text('{"path":"config.yaml"}'),
        evidence: { ...given.evidence, ...(given.callId !== '' && { callId: given.callId }) },
      })
    },
    request(
      span: string,
      given: {
        callId?: string
        tool?: string
        evidence?: Evidence
        parentSpan?: string
        identity?: Identity
        arguments?: string
        server?: string | null
      } = {},
    ) {
      journal.append('tool_request', session, {
        span,
        parentSpan: given.parentSpan ?? null,
        server: given.server ?? 'files',
        tool: given.tool ?? 'files/read_text_file',
        method: 'tools/call',
        requestId: '1',
        readOnly: true,
        arguments: text(given.arguments ?? '{"path":"config.yaml"}'),
        evidence: { ...given.evidence, ...(given.callId !== undefined && { callId: given.callId }) },
        identity: given.identity ?? identity,
      })
    },
    result(span: string, given: { outcome?: Outcome; text?: string; evidence?: Evidence } = {}) {
      journal.append('tool_result', session, {
        span,
        outcome: given.outcome ?? ok,
        result: text(given.text ?? 'port: 8080'),
        resultBytes: 10,
        durationMs: 3.25,
        evidence: given.evidence ?? {},
      })
    },
    policy(span: string, toolSpan: string | null, effect: 'allow' | 'deny' = 'allow') {
      journal.append('policy_decision', session, {
        span,
        toolSpan,
        engine: 'cedar',
        policySetHash: 'f'.repeat(64),
        mode: 'observe',
        effect,
        policies: effect === 'deny' ? ['read-only'] : [],
        errors: [],
        reason: effect === 'deny' ? 'writes are forbidden' : 'nothing forbids it',
        action: 'call_tool',
        resource: 'files/read_text_file',
        inputs: text('{"action":"call_tool"}'),
      })
    },
    close() {
      journal.append('session_closed', session, {
        reason: 'ended',
        exitCode: 0,
        signal: null,
        message: null,
      })
    },
  }
}

export type ObservedSession = ReturnType<typeof observedSession>

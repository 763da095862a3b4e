import type { Entry, EntryData, EntryKind, Evidence } from '../../../src/domain/entry.ts'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import { unknownUsage } from '../../../src/domain/model.ts'

const body = { digest: 'd', bytes: 2 }
let seq = 0

/** An entry as stored; `at` counts in microseconds from the first of January. */
export function entry<K extends EntryKind>(kind: K, data: EntryData[K], at = 0, session = 's') {
  const time = `2026-01-01T00:00:00.${String(at).padStart(6, '0')}Z`
  return { v: 1, log: 'l', seq: seq++, at: time, kind, session, data } as Entry & Entry<K>
}

export const opened = (
  type: EntryData['session_opened']['type'],
  evidence: Evidence = {},
  session = 's',
  server: string | null = 'files',
) =>
  entry(
    'session_opened',
    { type, server, protocolVersion: null, identity: unknownIdentity, parent: null, evidence },
    0,
    session,
  )

export const closed = (at: number, session = 's') =>
  entry('session_closed', { reason: 'ended', exitCode: null, signal: null, message: null }, at, session)

export const asked = (span: string, more: Partial<EntryData['tool_request']> = {}, session = 's') =>
  entry(
    'tool_request',
    {
      ...{
        span,
        parentSpan: null,
        server: 'files',
        tool: 'files/read',
        method: 'tools/call',
        requestId: '1',
      },
      ...{ readOnly: null, arguments: body, evidence: {}, identity: unknownIdentity },
      ...more,
    },
    999_990,
    session,
  )

export const answered = (span: string, more: Partial<EntryData['tool_result']> = {}, session = 's') =>
  entry(
    'tool_result',
    {
      ...{ span, outcome: { layer: 'ok', code: null, message: null }, result: body, resultBytes: 2 },
      ...{ durationMs: 0.025, evidence: {} },
      ...more,
    },
    0,
    session,
  )

export const modelAsked = (span: string, more: Partial<EntryData['model_request']> = {}) =>
  entry('model_request', {
    ...{ span, provider: 'openai', model: 'openai:gpt-x', operation: 'chat', prompt: null, messages: body },
    ...{ tools: null, toolCount: 0, definitionTokens: null, evidence: {}, identity: unknownIdentity },
    ...more,
  })

export const modelAnswered = (span: string, more: Partial<EntryData['model_response']> = {}) =>
  entry('model_response', {
    ...{ span, outcome: { layer: 'ok', code: null, message: null }, responseModel: 'gpt-x-2026' },
    ...{ responseId: 'r1', finishReason: 'stop', usage: unknownUsage, totalTokens: null, estimated: false },
    ...{ content: null, durationMs: 5, timeToFirstChunkMs: null },
    ...more,
  })

export const decided = (span: string, modelSpan: string, malformed = false) =>
  entry('decision', {
    ...{ span, modelSpan, tool: 'files/read', malformed, arguments: body, evidence: { callId: 'call_1' } },
  })

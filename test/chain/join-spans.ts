import { join } from '../../src/chain/join.ts'
import type { JoinSpan } from '../../src/chain/join-span.ts'

/** Long after all that is recorded. */
export const nowMs = Date.UTC(2026, 10, 21)

const none = {
  ...{ messagesHash: null, earlierMessagesHash: null, responseId: null, promptHashes: [], textHashes: [] },
  ...{ innerTool: null, innerArgumentsHash: null },
  ...{ parent: null, server: null, outcome: 'ok', principal: 'home', callId: null, traceId: null },
  ...{
    conversation: {},
    argumentsHash: null,
    coercedArgumentsHash: null,
    resultHashes: [],
    carriedResults: [],
  },
}
export const model = (span: string, atMs: number, more: Partial<JoinSpan> = {}): JoinSpan => ({
  ...{ ...none, span, session: 'talk', chain: span, kind: 'model', atMs, name: 'm', ...more },
})
export const decision = (
  span: string,
  parent: string,
  atMs: number,
  more: Partial<JoinSpan> = {},
): JoinSpan => ({
  ...{ ...none, span, session: 'talk', chain: parent, parent, kind: 'decision', atMs },
  ...{ name: 'mcp__files__read', argumentsHash: 'a', callId: span, ...more },
})
export const call = (span: string, atMs: number, more: Partial<JoinSpan> = {}): JoinSpan => ({
  ...{ ...none, span, session: 'files', chain: span, kind: 'tool', atMs },
  ...{ server: 'files', name: 'files/read', argumentsHash: 'a', ...more },
})
export const links = (...spans: readonly JoinSpan[]) =>
  join(spans, { known: [], nowMs }).map(({ link }) => link)

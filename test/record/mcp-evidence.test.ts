import { describe, expect, test } from 'vitest'
import { environmentEvidence } from '../../src/record/meta-evidence.ts'
import { call, observed, rpc } from './observed-session.ts'

test.for([
  ['Claude Code', { 'claudecode/toolUseId': 'toolu_1', progressToken: 4 }, { callId: 'toolu_1' }],
  [
    'Codex',
    {
      callId: 'call_1',
      itemId: 'i',
      threadId: 't',
      sessionId: 's',
      'x-codex-turn-metadata': '{"turn_id":"u"}',
    },
    {
      callId: 'call_1',
      conversation: { itemId: 'i', threadId: 't', sessionId: 's', 'x-codex-turn-metadata.turn_id': 'u' },
    },
  ],
  [
    'Codex, as an object',
    { 'x-codex-turn-metadata': { turn_id: 'u' } },
    { conversation: { 'x-codex-turn-metadata.turn_id': 'u' } },
  ],
  [
    'VS Code',
    { 'vscode.conversationId': 'c', 'vscode.requestId': 'r' },
    { conversation: { 'vscode.conversationId': 'c', 'vscode.requestId': 'r' } },
  ],
  ['ChatGPT', { 'openai/session': 'o' }, { conversation: { 'openai/session': 'o' } }],
  [
    'trace context',
    { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    { traceparent: { value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', from: '_meta' } },
  ],
  ['Gemini CLI', { progressToken: 'uuid' }, {}],
] as const)('evidence of %s is found', async ([, meta, evidence]) => {
  const { client, entries } = observed()
  client(call(1, { name: 'read', arguments: {}, _meta: meta }))
  const { entries: read } = await entries()
  expect(read[1]?.data).toHaveProperty('evidence', { ...evidence, argumentsHash: expect.any(String) })
})

test('of an environment, the ids of conversations are evidence and nothing else is', () => {
  const conversation = {
    CLAUDE_CODE_SESSION_ID: 'a',
    COPILOT_AGENT_SESSION_ID: 'b',
    QWEN_CODE_SESSION_ID: 'c',
  }
  const others = { CLAUDE_CODE_MESSAGING_TOKEN: 'd', QWEN_CODE_PROJECT_DIR: '/e' }
  expect(environmentEvidence({ ...conversation, ...others })).toEqual({ conversation })
  expect(environmentEvidence(others)).toEqual({})
})

test('equal arguments have equal hashes, whatever their spelling and whoever records them', async () => {
  const { client, entries } = observed()
  client('{"id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":1.0,"b":"\\u00e9"}}}')
  client('{"id":2,"method":"tools/call","params":{"name":"t","arguments":{ "b":"é","a":1}}}')
  client('{"id":3,"method":"tools/call","params":{"name":"t","arguments":{"a":1,"b":"e"}}}')
  const { entries: read } = await entries()
  const hashes = read.flatMap(({ kind, data }) =>
    kind === 'tool_request' ? [data.evidence.argumentsHash] : [],
  )
  expect(hashes[0]).toBe(hashes[1])
  expect(hashes[2]).not.toBe(hashes[0])
})

describe('2026-07-28', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '3' },
  }

  test('every request may name its client', async () => {
    const { client, entries } = observed()
    client(call(1, { name: 'read', arguments: {}, _meta: meta }))
    const { entries: read } = await entries()
    const identity = { client: { value: 'modern/3', source: 'self-reported' } }
    expect(read[0]?.data).toMatchObject({ protocolVersion: '2026-07-28', identity })
    expect(read[1]?.data).toMatchObject({ identity })
  })

  test('a retry joins the result that asked for it by its state, which is stored nowhere', async () => {
    const { client, server, entries } = observed()
    const requestState = 'opaque-3f9c1a7b5d2e'
    client(call(1, { name: 'read', arguments: {}, _meta: meta }))
    server(rpc({ id: 1, result: { resultType: 'input_required', requestState } }))
    client(call(2, { name: 'read', arguments: {}, requestState, _meta: meta }))
    const { entries: read } = await entries()
    const states = read.flatMap(({ data }) => ('evidence' in data && data.evidence.conversation) || [])
    expect(states).toHaveLength(2)
    expect(states[0]).toEqual(states[1])
    expect(JSON.stringify(read)).not.toContain(requestState)
  })
})

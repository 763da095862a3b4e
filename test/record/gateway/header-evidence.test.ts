import { expect, test } from 'vitest'
import { key, openGateway, post, question } from './open-gateway.ts'

const turn = { turn_id: 'u', session_id: 's', window_number: 0 }

test.for([
  ['Claude Code', { 'x-claude-code-session-id': 'c' }, { 'x-claude-code-session-id': 'c' }],
  [
    'Codex',
    { 'session-id': 's', 'thread-id': 't', 'x-codex-turn-metadata': JSON.stringify(turn) },
    { 'session-id': 's', 'thread-id': 't', 'x-codex-turn-metadata.turn_id': 'u' },
  ],
  ['opencode', { 'x-session-id': 'o', 'x-session-affinity': 'o' }, { 'x-session-id': 'o' }],
] as const)('a request of %s tells its conversation in headers', async ([, headers, conversation]) => {
  const { base, recorded } = await openGateway(() => ({ text: 'Hi.' }))
  await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), { ...key, ...headers })
  const { of } = await recorded()
  expect(of('model_request')[0]?.evidence?.conversation).toEqual(conversation)
})

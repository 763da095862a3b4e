import { expect, test } from 'vitest'
import type { Reply } from '../../fixtures/providers/provider-server.ts'
import { asEvents, body as geminiBody, key as geminiKey, inOnePiece } from './ask-gemini.ts'
import { key, openGateway, post, question, streamed } from './open-gateway.ts'

// What providers and their models do wrong passes to the client, and each stands apart in the record: in every format.
const anthropicKey = {
  'x-api-key': key.authorization.replace('Bearer ', ''),
  'anthropic-version': '2023-06-01',
}
const message = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Which port?' }] }
const routes = [
  ['chat', '/openai/v1/chat/completions', question, key],
  ['chat, streamed', '/openai/v1/chat/completions', streamed, key],
  ['messages', '/anthropic/v1/messages', message, anthropicKey],
  ['messages, streamed', '/anthropic/v1/messages', { ...message, stream: true }, anthropicKey],
  ['Gemini', `/gemini${inOnePiece}`, JSON.parse(geminiBody), geminiKey],
  ['Gemini, streamed', `/gemini${asEvents}`, JSON.parse(geminiBody), geminiKey],
] as const

const calls = Array.from({ length: 400 }, (_, index) => ({
  ...{ id: `call_${index}`, name: 'files__ghost', arguments: `{"n": ${index}}` },
}))
const replies: readonly Reply[] = [
  { calls },
  { status: 200, body: '<html>It works!</html>' },
  { text: 'Let me look.', cut: { afterEvents: 1, how: 'reset' } },
  { status: 400, code: 'context_length_exceeded', message: 'prompt is too long: 9 > 8' },
  { status: 400, code: 'content_filter', message: 'Output blocked by content filtering policy' },
]

test.for(routes)('%s', async ([, path, asked, headers]) => {
  const { base, recorded } = await openGateway((_, nth) => replies[nth] ?? { text: '' })
  for (const _ of replies) await post(base + path, JSON.stringify(asked), headers).catch(() => null)
  const { of } = await recorded()
  expect(of('decision').map(({ evidence }) => evidence.callId)).toEqual(calls.map(({ id }) => id))
  expect(of('model_response').map(({ outcome }) => [outcome.layer, outcome.code])).toEqual([
    ['ok', null],
    ['malformed', null],
    ['transport', null],
    ['http', 400],
    ['http', 400],
  ])
  const said = of('model_response').map(({ outcome }) => outcome.message ?? '')
  expect(said[3]).toContain('prompt is too long')
  expect(said[4]).toContain('content filtering')
})

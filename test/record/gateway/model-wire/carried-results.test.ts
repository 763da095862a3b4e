import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { anthropicMessages } from '../../../../src/record/gateway/model-wire/anthropic-messages.ts'
import { geminiContent } from '../../../../src/record/gateway/model-wire/gemini-content.ts'
import type { ModelWire } from '../../../../src/record/gateway/model-wire/model-wire.ts'
import { openaiChat } from '../../../../src/record/gateway/model-wire/openai-chat.ts'
import { openaiResponses } from '../../../../src/record/gateway/model-wire/openai-responses.ts'
import { toolSchemas } from '../../../../src/record/gateway/model-wire/tool-schemas.ts'

const user = { role: 'user', content: 'Which port?' }

test.for<readonly [string, ModelWire, JsonObject]>([
  [
    'Chat Completions',
    openaiChat,
    {
      messages: [
        user,
        { role: 'assistant', tool_calls: [{ id: 'old' }] },
        { role: 'tool', tool_call_id: 'old', content: 'old' },
        { role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
      ],
    },
  ],
  [
    'Responses',
    openaiResponses,
    {
      input: [
        user,
        { type: 'function_call', call_id: 'old' },
        { type: 'function_call_output', call_id: 'old', output: 'old' },
        { type: 'reasoning' },
        { type: 'function_call', call_id: 'a' },
        { type: 'function_call', call_id: 'b' },
        { type: 'function_call_output', call_id: 'a', output: 'one' },
        { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'two' }] },
      ],
    },
  ],
  [
    'Messages',
    anthropicMessages,
    {
      messages: [
        user,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'old' }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'old', content: 'old' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a' }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'one' },
            { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'two' }] },
            { type: 'text', text: 'a reminder' },
          ],
        },
      ],
    },
  ],
  [
    'generateContent',
    geminiContent,
    {
      contents: [
        { role: 'user', parts: [{ text: 'Which port?' }] },
        { role: 'model', parts: [{ functionCall: { name: 'old' } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'old', response: { output: 'old' } } }] },
        { role: 'model', parts: [{ functionCall: { name: 'one' } }, { functionCall: { name: 'two' } }] },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'a', name: 'one', response: { output: 'one' } } },
            { functionResponse: { id: 'b', name: 'two', response: { result: 'two' } } },
          ],
        },
      ],
    },
  ],
])('%s: the results since the last answer, and how many messages stood before it', ([, wire, body]) => {
  const { results, earlier } = wire.readRequest(body, '/v1beta/models/gemini-x:generateContent')
  expect(results).toEqual([
    { callId: 'a', text: 'one' },
    { callId: 'b', text: 'two' },
  ])
  expect(earlier).toBe(3)
  const first = wire.readRequest(
    { messages: [user], input: [user], contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
    '/v1beta/models/gemini-x:generateContent',
  )
  expect([first.results, first.earlier]).toEqual([[], null])
})

test('schemas are found in the tool list of every provider, in groups too', () => {
  const schema = { type: 'object' }
  const tools = [
    { type: 'function', function: { name: 'chat', parameters: schema } },
    { type: 'function', name: 'responses', parameters: schema },
    { name: 'messages', input_schema: schema },
    { functionDeclarations: [{ name: 'gemini', parametersJsonSchema: schema }] },
    { type: 'namespace', name: 'group', tools: [{ type: 'function', name: 'inner', parameters: schema }] },
    { type: 'web_search' },
    'no tool',
  ]
  expect([...toolSchemas(tools).keys()]).toEqual(['chat', 'responses', 'messages', 'gemini', 'inner'])
})

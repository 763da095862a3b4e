import { expect, test } from 'vitest'
import {
  type Model,
  type ModelOutput,
  type ModelRequest,
  type Tokenizer,
  unknownUsage,
} from '../../src/domain/model.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { recordedModel } from '../../src/record/recorded-model.ts'
import { dataOf, keptSession } from './recording.ts'

const tokenizer: Tokenizer = {
  name: 'words',
  count: (text) => text.split(/\s+/).filter(Boolean).length,
  definitions: (tools) => tools.length * 10,
}
const answer: ModelOutput = {
  text: 'it is 8080',
  decisions: [],
  usage: { ...unknownUsage, inputTokens: 100, outputTokens: 7 },
  finishReason: 'stop',
  model: 'test-1',
  responseId: 'r',
  timeToFirstChunkMs: null,
}
const request: ModelRequest = {
  messages: [
    { role: 'system', text: 'be brief' },
    { role: 'user', text: 'which port?' },
  ],
  tools: [{ name: 'files/read', description: 'Reads.', inputSchema: {} }],
  seed: 1,
}

const answeringModel = (generate: Model['generate']): Model => ({
  name: 'scripted',
  provider: 'test',
  kind: 'test double',
  generate,
})
const signal = new AbortController().signal

test('where its provider was asked is recorded, without what stands in the path', async () => {
  const { recorder } = keptSession()
  const at = { ...answeringModel(async () => answer), apiUrl: 'https://user:k3y@example.com:8443/k3y/v1?k3y' }
  await recordedModel(at, recorder, { tokenizer }).generate(request, signal)
  await recordedModel(
    answeringModel(async () => answer),
    recorder,
    { tokenizer },
  ).generate(request, signal)
  expect(dataOf(recorder.entries, 'model_request').map(({ upstream }) => upstream)).toEqual([
    'https://example.com:8443',
    undefined,
  ])
})

test('a request and its response are recorded, the prompt apart and the tools by their names', async () => {
  const { recorder, text } = keptSession()
  const model = recordedModel(
    answeringModel(async () => answer),
    recorder,
    { tokenizer },
  )
  expect(await model.generate(request, signal)).toBe(answer)
  const [asked] = dataOf(recorder.entries, 'model_request')
  const [answered] = dataOf(recorder.entries, 'model_response')
  expect(asked).toMatchObject({ provider: 'test', model: 'scripted', toolCount: 1, definitionTokens: 10 })
  expect(text(asked?.prompt ?? null)).toBe('which port?')
  expect(JSON.parse(text(asked?.messages ?? null) ?? '')).toEqual(request.messages)
  expect(JSON.parse(text(asked?.tools ?? null) ?? '')).toEqual(request.tools)
  expect(answered).toMatchObject({
    span: asked?.span,
    totalTokens: 107,
    estimated: false,
    finishReason: 'stop',
  })
  expect(JSON.parse(text(answered?.content ?? null) ?? '')).toEqual({ text: 'it is 8080' })
})

test('tokens that nobody reported are estimated, and say so', async () => {
  const { recorder } = keptSession()
  const model = recordedModel(
    answeringModel(async () => ({ ...answer, usage: unknownUsage })),
    recorder,
    { tokenizer },
  )
  await model.generate(request, signal)
  const [answered] = dataOf(recorder.entries, 'model_response')
  expect(answered).toMatchObject({ totalTokens: 4 + 10 + 3, estimated: true, usage: unknownUsage })
})

test('each decision is recorded to the letter, a malformed one as such', async () => {
  const { recorder, text } = keptSession()
  const decisions = [
    { id: 'c1', tool: 'files/read', arguments: { path: 'a' }, rawArguments: '{"path": "a"}' },
    { id: 'c2', tool: 'files/read', arguments: null, rawArguments: '{"path": ' },
  ]
  const model = recordedModel(
    answeringModel(async () => ({ ...answer, decisions })),
    recorder,
    { tokenizer },
  )
  await model.generate(request, signal)
  const [asked] = dataOf(recorder.entries, 'model_request')
  const [whole, half] = dataOf(recorder.entries, 'decision')
  expect(whole).toMatchObject({ modelSpan: asked?.span, malformed: false, evidence: { callId: 'c1' } })
  expect(half).toMatchObject({ modelSpan: asked?.span, malformed: true, evidence: { callId: 'c2' } })
  expect([text(whole?.arguments ?? null), text(half?.arguments ?? null)]).toEqual([
    '{"path": "a"}',
    '{"path": ',
  ])
})

test('what the model throws passes, and is recorded as transport', async () => {
  const { recorder } = keptSession()
  const failure = new InfrastructureError('provider', 'overloaded')
  const model = recordedModel(
    answeringModel(() => Promise.reject(failure)),
    recorder,
    { tokenizer },
  )
  await expect(model.generate(request, signal)).rejects.toBe(failure)
  const [answered] = dataOf(recorder.entries, 'model_response')
  expect(answered).toMatchObject({
    outcome: { layer: 'transport', message: 'overloaded' },
    totalTokens: null,
    content: null,
  })
})

test('the same tool list is written as JSON once, however many requests carry it', async () => {
  const { recorder } = keptSession()
  let written = 0
  const tools = [
    { name: 'files/read', description: 'Reads.', inputSchema: {}, toJSON: () => ({ written: ++written }) },
  ]
  const model = recordedModel(
    answeringModel(async () => answer),
    recorder,
    { tokenizer },
  )
  for (let turn = 0; turn < 3; turn++) await model.generate({ ...request, tools }, signal)
  expect(written).toBe(1)
  const digests = dataOf(recorder.entries, 'model_request').map(({ tools: body }) => body?.digest)
  expect(new Set(digests).size).toBe(1)
})

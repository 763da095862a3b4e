import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/domain/json.ts'
import { geminiContent } from '../../../../src/record/gateway/model-wire/gemini-content.ts'

const path = '/v1beta/models/gemini-test:generateContent'

function read(...events: readonly (JsonObject | string)[]) {
  const reader = geminiContent.readEvents()
  for (const event of events) {
    const text = typeof event === 'string' ? event : JSON.stringify(event)
    reader.add(JSON.parse(text), text)
  }
  return reader.answer()
}

const candidate = (fields: JsonObject): JsonObject => ({ candidates: [fields] })
const calling = (...parts: readonly JsonObject[]) => candidate({ content: { parts } })

describe('which requests ask a model, and which one', () => {
  test.for([
    ['/v1beta/models/gemini-3-pro:generateContent', 'gemini-3-pro', false],
    ['/v1/models/gemini-3-pro:streamGenerateContent', 'gemini-3-pro', true],
    ['/v1beta/tunedModels/mine:generateContent', 'mine', false],
    [
      '/v1/projects/p/locations/eu/publishers/google/models/gemini-3-pro:streamGenerateContent',
      'gemini-3-pro',
      true,
    ],
    ['/v1beta1/projects/p/locations/eu/endpoints/42:generateContent', '42', false],
    ['/v1beta/models/gemini%2D3%3AgenerateContent', 'gemini-3', false],
    ['/v1beta/models/%zz:generateContent', '%zz', false],
  ] as const)('%s: %s', ([path, model, inArray]) => {
    expect(geminiContent.isAsked(path)).toBe(true)
    expect(geminiContent.readRequest({}, path).model).toBe(model)
    expect(geminiContent.answersInArray?.(path)).toBe(inArray)
  })

  test.for([
    '/v1beta/models/gemini-3-pro:countTokens',
    '/v1beta/models/gemini-3-pro',
    '/v1beta/models/gemini-3-pro:generateContent/x',
    '/v1internal:generateContent',
    '/v1beta/models/gemini-3-pro:GENERATECONTENT',
    '/generateContent',
  ])('%s asks none', (path) => {
    expect(geminiContent.isAsked(path)).toBe(false)
  })
})

describe('what a request says', () => {
  test.for([
    [[{ parts: [{ text: 'Which port?' }] }], 'Which port?'],
    [{ role: 'user', parts: { text: 'Which port?' } }, 'Which port?'],
    [
      [
        { role: 'user', parts: [{ text: 'Which port?' }] },
        { role: 'model', parts: [{ functionCall: { name: 'read', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'read', response: { text: '8080' } } }] },
      ],
      'Which port?',
    ],
    [
      [{ parts: [{ text: '<session_context>\nToday\n</session_context>\n' }, { text: 'Which port?' }] }],
      'Which port?',
    ],
    [[{ parts: [{ text: 'Which' }, { text: 'port?' }] }], 'Which\nport?'],
    [[{ role: 'model', parts: [{ text: 'Hello.' }] }], null],
    ['Which port?', null],
    [[7, null, { role: 'user', parts: [null, { text: 8 }] }], null],
  ] as const)('of %j the prompt is %j', ([contents, prompt]) => {
    expect(geminiContent.readRequest({ contents }, path).prompt).toBe(prompt)
  })

  test.for([
    [
      { systemInstruction: { parts: [] }, tools: [{ functionDeclarations: [{}, {}] }, { googleSearch: {} }] },
      3,
    ],
    [{ system_instruction: { parts: [] }, tools: { function_declarations: [{}, {}] } }, 2],
    [{}, 0],
    [{ tools: 'none' }, 0],
  ] as const)('%j shows %i tools', ([body, count]) => {
    const { toolCount, system = '' } = geminiContent.readRequest(body, path)
    expect(toolCount).toBe(count)
    if (Object.keys(body).length > 1) expect(body).toHaveProperty(system)
  })
})

describe('what an answer decides', () => {
  test('ids where they are given, arguments to the letter, thoughts left out', () => {
    const raw =
      '{"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true},{"text":"Let "},' +
      '{"functionCall":{"name":"read","id":"a","args":{"big": 12345678901234567890, "one": 1.0}}},' +
      '{"functionCall":{"name":"list"}}]},"finishReason":"STOP"}]}'
    expect(read(raw, candidate({ content: { parts: [{ text: 'me.' }] } }))).toMatchObject({
      text: 'Let me.',
      finishReason: 'tool_calls',
      decisions: [
        { id: 'a', name: 'read', arguments: '{"big": 12345678901234567890, "one": 1.0}' },
        { id: '', name: 'list', arguments: '{}' },
      ],
    })
  })

  test('of several candidates the first counts, in whatever chunk and place it stands', () => {
    const second: JsonObject = { index: 1, content: { parts: [{ text: 'No.' }] }, finishReason: 'SAFETY' }
    const first: JsonObject = { content: { parts: [{ functionCall: { name: 'read', args: { a: 1.5 } } }] } }
    const told = read({ candidates: [second] }, { candidates: [second, first] })
    expect(told).toMatchObject({ text: '', finishReason: null })
    expect(told.decisions).toEqual([{ id: '', name: 'read', arguments: '{"a":1.5}' }])
  })

  test('arguments that are streamed as values at paths are put together', () => {
    const part = (...partialArgs: readonly JsonObject[]): JsonObject => ({
      functionCall: { partialArgs, willContinue: true },
    })
    const told = read(
      calling({ functionCall: { name: 'read', id: 'a', willContinue: true } }),
      calling(part({ jsonPath: '$.path', stringValue: 'a.', willContinue: true })),
      calling(
        part({ jsonPath: '$.path', stringValue: 'yaml' }, { jsonPath: "$['a b'][0].n", numberValue: 1 }),
      ),
      calling(part({ jsonPath: "$['a b'][999999999].n", boolValue: true }), { text: '' }),
      calling(
        part({ jsonPath: '$.__proto__.polluted', nullValue: 'NULL_VALUE' }, { jsonPath: '', numberValue: 2 }),
      ),
      calling({ functionCall: {} }, { functionCall: { name: 'list', args: {} } }),
    )
    expect(told.decisions).toEqual([
      {
        id: 'a',
        name: 'read',
        arguments: '{"path":"a.yaml","a b":[{"n":1},{"n":true}],"__proto__":{"polluted":null}}',
      },
      { id: '', name: 'list', arguments: '{}' },
    ])
    expect({}).not.toHaveProperty('polluted')
  })

  test('arguments that were cut off are none', () => {
    const partialArgs = [{ jsonPath: '$.path', stringValue: '/et', willContinue: true }]
    const told = read(calling({ functionCall: { name: 'read', partialArgs, willContinue: true } }))
    expect(told.decisions).toEqual([{ id: '', name: 'read', arguments: '{"path":"/et"' }])
  })

  test('a call that Google could not read is a decision, malformed', () => {
    const finishMessage = 'Malformed function call: print(default_api.read(path='
    expect(
      read(candidate({ content: {}, finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage })),
    ).toMatchObject({
      finishReason: 'tool_calls',
      decisions: [{ id: '', name: 'read', arguments: finishMessage }],
    })
    expect(read(candidate({ finishReason: 'MALFORMED_FUNCTION_CALL' })).decisions).toEqual([])
  })

  test.for([
    [{ parts: [7, null, { functionCall: { name: 'second', args: { n: 2 } } }] }, '{"n":2}'],
    [{ parts: [{ functionCall: { name: 'second', args: [1] } }] }, '[1]'],
  ] as const)('what is malformed shifts nothing: %j', ([content, text]) => {
    expect(read(candidate({ content })).decisions).toEqual([{ id: '', name: 'second', arguments: text }])
  })

  test.for([
    { candidates: 7 },
    { candidates: [null] },
    candidate({ content: [] }),
    calling({ functionCall: 7 }),
    {},
  ])('%j says nothing', (event) => {
    expect(read(event)).toMatchObject({ text: '', decisions: [], finishReason: null, model: null, id: null })
  })
})

test.for([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['LANGUAGE', 'unknown'],
  ['OTHER', 'unknown'],
  ['UNEXPECTED_TOOL_CALL', 'unknown'],
] as const)('%s is %s', ([reason, finish]) => {
  expect(read(candidate({ finishReason: reason })).finishReason).toBe(finish)
})

test('a prompt that was blocked is filtered', () => {
  expect(read({ promptFeedback: { blockReason: 'OTHER' } }).finishReason).toBe('content_filter')
})

describe('usage', () => {
  const none = { inputTokens: null, outputTokens: null, cacheReadTokens: null, reasoningTokens: null }

  test.for([
    [
      {
        ...{
          promptTokenCount: 20,
          candidatesTokenCount: 10,
          thoughtsTokenCount: 7,
          cachedContentTokenCount: 5,
        },
        ...{ toolUsePromptTokenCount: 3, totalTokenCount: 40 },
      },
      { inputTokens: 23, outputTokens: 17, cacheReadTokens: 5, reasoningTokens: 7 },
      40,
    ],
    // Zeros are left out.
    [{ promptTokenCount: 20, totalTokenCount: 20 }, { ...none, inputTokens: 20, outputTokens: 0 }, 20],
    [{ promptTokenCount: 20 }, { ...none, inputTokens: 20 }, null],
    [{ totalTokenCount: 20 }, none, 20],
    [{ promptTokenCount: 20, totalTokenCount: 9 }, { ...none, inputTokens: 20 }, 9],
    [{ promptTokenCount: -1, candidatesTokenCount: 2.5, totalTokenCount: '9' }, none, null],
    ['none', none, null],
  ] as const)('%j', ([usageMetadata, usage, totalTokens]) => {
    const told = read({ usageMetadata })
    expect(told.usage).toEqual({ cacheCreationTokens: null, ...usage })
    expect(told.totalTokens).toBe(totalTokens)
  })

  test('of the chunks of a stream each counts all so far', () => {
    const first = { promptTokenCount: 20, totalTokenCount: 20, cachedContentTokenCount: 5 }
    const last = { promptTokenCount: 20, candidatesTokenCount: 10, totalTokenCount: 30 }
    expect(read({ usageMetadata: first }, { usageMetadata: last })).toMatchObject({
      ...{ usage: { inputTokens: 20, outputTokens: 10, cacheReadTokens: 5 }, totalTokens: 30 },
    })
  })
})

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { ApiError, type Content, type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai'
import { describe, expect, test } from 'vitest'
import { type Reply, testKey } from '../../fixtures/providers/provider-server.ts'
import {
  asArray,
  asEvents,
  body,
  calling,
  contents,
  key,
  model,
  silentAddress,
  tools,
  upstream,
  ways,
} from './ask-gemini.ts'
import { openGateway, post } from './open-gateway.ts'

describe('what passes', () => {
  test.for(ways)(
    '%s: the same bytes with and without the gateway, and the same request',
    async ([, path]) => {
      const { base, gemini } = await openGateway(() => ({ ...calling, pieceBytes: 7 }))
      const direct = await post(`${gemini.url}${path}`, body, key)
      expect(direct.status).toBe(200)
      expect(await post(`${base}/gemini${path}`, body, key)).toEqual(direct)
      expect(gemini.requests[1]).toEqual(gemini.requests[0])
      expect({ ...gemini.headers[1], host: '' }).toEqual({ ...gemini.headers[0], host: '' })
    },
  )

  test('a key in the address arrives to the letter', async () => {
    const { base, gemini } = await openGateway(() => ({ text: 'Hi.' }))
    const path = `${asEvents}&key=${testKey}&%24fields=a%2Cb`
    expect((await post(`${base}/gemini${path}`, body)).status).toBe(200)
    expect(gemini.urls).toEqual([path])
  })

  test('an array passes piece by piece, as it comes', async () => {
    let finish = () => {}
    const chunk = { candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }] }
    const url = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write(`[${JSON.stringify(chunk)}`)
      finish = () => response.end(']')
    })
    const { base, soFar } = await openGateway(() => ({ text: '' }), url)
    const request = httpRequest(`${base}/gemini${asArray}`, { method: 'POST' }).end(body)
    const [response] = await once(request, 'response')
    expect(String((await once(response, 'data'))[0])).toBe(`[${JSON.stringify(chunk)}`)
    expect((await soFar()).of('model_response')).toEqual([])
    finish()
    expect(String((await once(response, 'data'))[0])).toBe(']')
    expect((await soFar()).of('model_response')).toMatchObject([{ outcome: { layer: 'ok' } }])
  })

  test.for(['generateContent', 'generateContentStream'] as const)(
    'the client of Google gets from %s what it gets without it, a call and its result too',
    async (method) => {
      const replies: Reply[] = [calling, { text: 'Port 8080.' }]
      const { base, gemini, recorded } = await openGateway((_, nth) => replies[nth % 2] ?? { text: '' })
      const direct = await converse(gemini.url, method)
      expect(JSON.stringify(direct)).toMatch(/call_a.*8080/)
      expect(await converse(`${base}/gemini`, method)).toEqual(direct)
      const { of, text } = await recorded()
      expect(of('model_request').map(({ prompt, model }) => [text(prompt), model])).toEqual([
        ['Which port?', model],
        ['Which port?', model],
      ])
      expect(of('model_response').map(({ outcome }) => outcome.layer)).toEqual(['ok', 'ok'])
      expect(of('decision').map(({ evidence }) => evidence.callId)).toEqual(['call_a', undefined])
      expect(of('session_opened')[0]?.identity.client).toMatchObject({
        ...{ source: 'self-reported', value: expect.stringContaining('google-genai-sdk') },
      })
    },
  )

  /** A call, and its result back: all that the client was told. */
  async function converse(baseUrl: string, method: 'generateContent' | 'generateContentStream') {
    const { models } = new GoogleGenAI({ apiKey: testKey, httpOptions: { baseUrl } })
    const config = { systemInstruction: 'Answer briefly.', tools: tools.slice(0, 1) }
    const ask = async (contents: Content[]) => {
      const answers: GenerateContentResponse[] = []
      const request = { model, contents, config }
      if (method === 'generateContent') answers.push(await models.generateContent(request))
      else for await (const chunk of await models.generateContentStream(request)) answers.push(chunk)
      return answers.map(({ sdkHttpResponse: _, ...told }) => told)
    }
    const calls = await ask(contents)
    const parts = calls.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
    const results = parts.flatMap(({ functionCall }): Part[] =>
      functionCall ? [{ functionResponse: { name: functionCall.name ?? '', response: { port: 8080 } } }] : [],
    )
    const turns = [
      { role: 'model', parts },
      { role: 'user', parts: results },
    ]
    return [calls, await ask([...contents, ...turns])]
  }

  test('what asks no model passes unrecorded', async () => {
    const { base, gemini, recorded } = await openGateway(() => ({ text: '' }))
    const path = `/v1beta/models/${model}:countTokens`
    const direct = await post(`${gemini.url}${path}`, '{}', key)
    expect(await post(`${base}/gemini${path}`, '{}', key)).toEqual(direct)
    expect((await recorded()).entries).toEqual([])
  })
})

test('an upstream that is down is told in words that the client of Google shows', async () => {
  const { base, recorded } = await openGateway(() => ({ text: '' }), await silentAddress())
  const httpOptions = { baseUrl: `${base}/gemini`, retryOptions: { attempts: 1 } }
  const { models } = new GoogleGenAI({ apiKey: testKey, httpOptions })
  const failure = await models.generateContent({ model, contents }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({
    status: 502,
    message: expect.stringMatching(/calltrail: 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
  })
  expect((await recorded()).of('model_response')).toMatchObject([{ outcome: { layer: 'transport' } }])
})

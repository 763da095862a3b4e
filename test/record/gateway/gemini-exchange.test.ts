import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Reply, testKey } from '../../fixtures/providers/provider-server.ts'
import { filesUnder } from '../../journal/temporary-home.ts'
import {
  asArray,
  asEvents,
  body,
  calling,
  contents,
  inOnePiece,
  key,
  model,
  silentAddress,
  systemInstruction,
  tools,
  upstream,
  ways,
} from './ask-gemini.ts'
import { openGateway, post } from './open-gateway.ts'

describe('what is recorded of an exchange', () => {
  test.for(ways)(
    '%s: prompt, instructions, tools, decisions with raw arguments and usage',
    async ([, path]) => {
      const { base, recorded } = await openGateway(() => ({ ...calling, pieceBytes: 5 }))
      await post(`${base}/gemini${path}`, body, key)
      const { of, text } = await recorded()
      const [request] = of('model_request')
      expect(request).toMatchObject({ provider: 'gcp.gemini', model, toolCount: 3 })
      expect(text(request?.prompt ?? null)).toBe('Which port?')
      expect(text(request?.messages ?? null)).toBe(JSON.stringify(contents))
      expect(text(request?.system ?? null)).toBe(JSON.stringify(systemInstruction))
      expect(text(request?.tools ?? null)).toBe(JSON.stringify(tools))
      const [response] = of('model_response')
      expect(response).toMatchObject({
        ...{ outcome: { layer: 'ok' }, finishReason: 'tool_calls', totalTokens: 34, estimated: false },
        ...{ responseModel: `${model}-001`, responseId: 'response-1' },
        usage: { inputTokens: 20, outputTokens: 14, cacheReadTokens: 5, reasoningTokens: 4 },
      })
      expect(response?.timeToFirstChunkMs).toBeGreaterThan(0)
      expect(response?.timeToFirstChunkMs).toBeLessThanOrEqual(response?.durationMs ?? 0)
      expect(text(response?.content ?? null)).toBe(JSON.stringify({ text: calling.text }))
      const decisions = of('decision')
      expect(decisions.map(({ tool, malformed }) => [tool, malformed])).toEqual([
        ['files__read', false],
        ['files__list', false],
      ])
      expect(decisions.map(({ evidence }) => evidence)).toEqual([
        { callId: 'call_a', argumentsHash: expect.any(String) },
        { argumentsHash: expect.any(String) },
      ])
      expect(decisions.map(({ arguments: given }) => text(given))).toEqual([
        calling.calls[0]?.arguments,
        '{}',
      ])
    },
  )

  test('it is the same wherever the chunks are cut', async () => {
    let pieceBytes = 1
    const { base, recorded } = await openGateway(() => ({ ...calling, pieceBytes }))
    const runs = fc.asyncProperty(
      fc.integer({ min: 1, max: 900 }),
      fc.constantFrom(asEvents, asArray),
      async (size, path) => {
        pieceBytes = size
        expect((await post(`${base}/gemini${path}`, body, key)).status).toBe(200)
      },
    )
    await fc.assert(runs, { numRuns: 40 })
    const { of, text } = await recorded()
    const told = of('model_response').map(({ outcome, usage, content }) => [outcome, usage, text(content)])
    expect(told.length).toBeGreaterThanOrEqual(40)
    for (const each of told) expect(each).toEqual(told[0])
    const decided = of('decision').map((each) => `${each.tool} ${text(each.arguments)}`)
    expect(decided).toHaveLength(2 * told.length)
    expect(new Set(decided)).toEqual(
      new Set([`files__read ${calling.calls[0]?.arguments}`, 'files__list {}']),
    )
  })

  test('no key is anywhere on the disk, nor in what the client is told of a gateway that reaches nobody', async () => {
    const planted = { header: `AQ.${'Ab8R'.repeat(12)}`, address: `AIza${'b2C3'.repeat(9)}`.slice(0, 39) }
    const echo = `${Object.values(planted).join(', ')} and ${testKey} are suspended.`
    const { base, gateway, journal, home } = await openGateway(() => ({ status: 403, message: echo }))
    const dead = await openGateway(() => ({ text: '' }), await silentAddress())
    const said: string[] = []
    for (const [, path] of ways) {
      const address = `${path}${path.includes('?') ? '&' : '?'}key=${planted.address}`
      const headers = { 'x-goog-api-key': planted.header }
      expect((await post(`${base}/gemini${path}`, body, key)).status).toBe(403)
      await post(`${base}/gemini${address}`, body, headers)
      const { status, bytes } = await post(`${dead.base}/gemini${address}`, body, headers)
      expect(status).toBe(502)
      said.push(bytes, (await post(`${dead.base}/nowhere${address}`, body, headers)).bytes)
    }
    for (const each of [{ gateway, journal }, dead]) {
      await each.gateway.close()
      each.journal.close()
    }
    const files = [home, dead.home].map((each) => [...filesUnder(each.journal).values()].join('\n'))
    expect(files[0]).toContain('are suspended')
    expect(files[1]).toContain('ECONNREFUSED')
    for (const text of [...files, ...said])
      for (const secret of [...Object.values(planted), testKey]) expect(text).not.toContain(secret)
  })

  test('a compressed answer is read from a copy, a stream too', async () => {
    const chunk = JSON.stringify({
      candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    })
    const url = await upstream(({ url = '' }, response) => {
      const [type, text] = url.includes('sse')
        ? ['text/event-stream', `data: ${chunk}\r\n\r\n`]
        : ['application/json', url.includes('stream') ? `[${chunk}]` : chunk]
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(text))
    })
    const { base, recorded } = await openGateway(() => ({ text: '' }), url)
    for (const [, path] of ways) await post(`${base}/gemini${path}`, body)
    const { of, text } = await recorded()
    expect(of('model_response').map(({ content }) => text(content))).toEqual(ways.map(() => '{"text":"Hi"}'))
    expect(of('model_response').map(({ outcome }) => outcome.layer)).toEqual(ways.map(() => 'ok'))
  })

  test('the layers at which an exchange ends are kept apart', async () => {
    const half = 'half an answer'
    const exchanges: readonly (readonly [string, Reply, readonly [string, number | null]])[] = [
      [inOnePiece, { status: 429, message: 'quota' }, ['http', 429]],
      [asEvents, { status: 503, message: 'overloaded' }, ['http', 503]],
      [asArray, { status: 503, message: 'overloaded' }, ['http', 503]],
      [asArray, { status: 502, body: '{"detail":"nobody of Google"}' }, ['http', 502]],
      ...[asEvents, asArray].flatMap((path) => [
        [path, { text: half, cut: { afterEvents: 2, how: 'end' } }, ['transport', null]] as const,
        [path, { text: half, cut: { afterEvents: 2, how: 'reset' } }, ['transport', null]] as const,
        [path, { text: half, cut: { afterEvents: 2, how: 'error' } }, ['http', 503]] as const,
        // Nothing says which chunk is the last; one that names a finish reason has said all.
        [path, { text: half, cut: { afterEvents: 3, how: 'reset' } }, ['ok', null]] as const,
        [path, { refusal: 'no' }, ['ok', null]] as const,
      ]),
    ]
    const { base, recorded } = await openGateway((_, nth) => exchanges[nth]?.[1] ?? { text: '' })
    for (const [path] of exchanges) await post(`${base}/gemini${path}`, body, key).catch(() => null)
    const { of } = await recorded()
    const told = of('model_response')
    expect(told.map(({ outcome: { layer, code } }) => [layer, code])).toEqual(
      exchanges.map(([, , end]) => end),
    )
    expect(told[2]?.outcome.message).toContain('overloaded')
    expect(told.at(-1)?.finishReason).toBe('content_filter')
  })

  test('a total that is known without its parts is told, and they are not', async () => {
    const { base, recorded } = await openGateway(() => ({ text: 'Hi.', usage: { totalTokenCount: 9 } }))
    await post(`${base}/gemini${inOnePiece}`, body, key)
    expect((await recorded()).of('model_response')).toMatchObject([
      { totalTokens: 9, usage: { inputTokens: null, outputTokens: null } },
    ])
  })

  test('a stream in which every chunk names a finish reason is read to its end', async () => {
    const chunk = (parts: object[]) =>
      `data: ${JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] })}\r\n\r\n`
    const url = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk([{ text: 'Hi.' }]))
      response.end(chunk([{ functionCall: { name: 'files__read' } }]))
    })
    const { base, recorded } = await openGateway(() => ({ text: '' }), url)
    await post(`${base}/gemini${asEvents}`, body)
    const { of } = await recorded()
    expect(of('decision')).toMatchObject([{ tool: 'files__read' }])
    expect(of('model_response')).toMatchObject([{ outcome: { layer: 'ok' }, finishReason: 'tool_calls' }])
  })

  test('a client that leaves ends the request behind, and what it was told is recorded', async () => {
    const { base, soFar } = await openGateway(() => ({ text: 'half', cut: { afterEvents: 1, how: 'hang' } }))
    for (const [count, path] of [asEvents, asArray].entries()) {
      const request = httpRequest(`${base}/gemini${path}`, { method: 'POST', headers: key }).end(body)
      const [response] = await once(request, 'response')
      await once(response, 'data')
      request.destroy()
      await expect.poll(async () => (await soFar()).of('model_response')).toHaveLength(count + 1)
      const { of, text } = await soFar()
      const told = of('model_response')[count]
      expect(told).toMatchObject({ outcome: { layer: 'cancelled' } })
      expect(text(told?.content ?? null)).toBe('{"text":"ha"}')
    }
  })

  test('a call that Google could not read is recorded as malformed', async () => {
    const calls = [{ id: '', name: 'files__read', arguments: '{"path": ' }]
    const { base, recorded } = await openGateway(() => ({ calls }))
    for (const path of [inOnePiece, asEvents]) await post(`${base}/gemini${path}`, body, key)
    const { of, text } = await recorded()
    const message = 'Malformed function call: print(default_api.files__read({"path": ))'
    for (const decision of of('decision')) {
      expect(decision).toMatchObject({ tool: 'files__read', malformed: true, evidence: {} })
      expect(text(decision.arguments)).toBe(message)
    }
    expect(of('decision')).toHaveLength(2)
  })

  test('a request that cannot be read passes, and is counted as a loss', async () => {
    const { base, gemini, recorded } = await openGateway(() => ({ text: '' }))
    for (const sent of ['[1]', '{"contents": s3cret'])
      expect(await post(`${base}/gemini${asEvents}`, sent, key)).toEqual(
        await post(`${gemini.url}${asEvents}`, sent, key),
      )
    const losses = (await recorded()).of('loss')
    expect(losses).toMatchObject([{ entries: 1 }, { entries: 1 }])
    expect(JSON.stringify(losses)).not.toContain('s3c')
  })

  test('an answer that cannot be read passes, and says so', async () => {
    const chunk = { candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }] }
    const answers: Readonly<Record<string, readonly [string, string]>> = {
      [inOnePiece]: ['text/html', '<p>Sign in</p>'],
      [asEvents]: ['text/event-stream', `data: {"candid\r\n\r\ndata: ${JSON.stringify(chunk)}\r\n\r\n`],
      [asArray]: ['application/json', `[{"a" 1},\r\n${JSON.stringify(chunk)}]`],
    }
    const url = await upstream(({ url = '' }, response) => {
      const [type, text] = answers[url] ?? ['', '']
      response.writeHead(200, { 'content-type': type }).end(text)
    })
    const { base, recorded } = await openGateway(() => ({ text: '' }), url)
    for (const [path, [, text]] of Object.entries(answers))
      expect((await post(`${base}/gemini${path}`, body)).bytes).toBe(text)
    const { of, text } = await recorded()
    expect(of('model_response').map(({ outcome, content }) => [outcome.layer, text(content)])).toEqual([
      ['malformed', null],
      ['ok', '{"text":"Hi."}'],
      ['ok', '{"text":"Hi."}'],
    ])
    expect(of('loss')).toHaveLength(2)
  })
})

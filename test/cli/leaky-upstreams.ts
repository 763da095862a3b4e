import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { answersTo, writeInPieces } from '../fixtures/mcp/leaky.mjs'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import { startGeminiServer } from '../fixtures/providers/gemini-server.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import type { Handler } from '../fixtures/providers/provider-server.ts'
import { startResponsesServer } from '../fixtures/providers/responses-server.ts'

export interface Leaks {
  /** A text full of fresh secrets. */
  readonly text: () => string
  /** A secret that is nothing but itself. */
  readonly key: () => string
  /** Bytes in the next piece. */
  readonly lengthOf: () => number
}

/**
 * All providers and an MCP server on one address. Their answers come in pieces that are cut anywhere, below headers that
 * hold secrets; every third question to a model is answered with an error that does.
 */
export async function startLeakyUpstreams({ text, key, lengthOf }: Leaks): Promise<string> {
  const handle: Handler = (_, nth) =>
    nth % 3 === 2
      ? { status: 400, message: text() }
      : {
          ...{ text: text(), thinking: { text: text(), signature: 'c2lnbmF0dXJl' } },
          calls: [{ id: `call_${nth}`, name: 'leaky__echo', arguments: JSON.stringify({ title: text() }) }],
        }
  const providers = await Promise.all([
    startOpenAiServer(handle),
    startResponsesServer(handle),
    startAnthropicServer(handle),
    startGeminiServer(handle),
  ])
  const [openai, responses, anthropic, gemini] = providers
  const paths = [
    ['/v1/chat/completions', openai],
    ['/v1/responses', responses],
    ['/v1/messages', anthropic],
    ['/v1beta/', gemini],
  ] as const
  const headers = () => ({ 'set-cookie': `id=${key()}`, 'x-api-key': key(), 'x-request-id': key() })

  async function ask(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://upstream')
    const provider = paths.find(([path]) => pathname.startsWith(path))?.[1]
    if (!provider) return answerMcp(incoming, outgoing, body)
    const {
      authorization = '',
      'anthropic-version': version = '',
      'x-goog-api-key': google = '',
    } = incoming.headers
    const asked = { authorization, 'x-goog-api-key': `${google}`, 'anthropic-version': `${version}` }
    const query = searchParams.get('alt') === 'sse' ? '?alt=sse' : ''
    const answer = await fetch(`${provider.url}${pathname}${query}`, { method: 'POST', headers: asked, body })
    outgoing.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      ...headers(),
    })
    await writeInPieces(outgoing, Buffer.from(await answer.arrayBuffer()), lengthOf)
    outgoing.end()
  }

  async function answerMcp(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): Promise<void> {
    if (incoming.method !== 'POST') {
      outgoing.writeHead(405, headers()).end()
      return
    }
    const answers = answersTo(JSON.parse(body.toString()), text())
    outgoing.writeHead(answers.length > 0 ? 200 : 202, { 'content-type': 'text/event-stream', ...headers() })
    const events = answers.map((answer) => `event: message\r\ndata: ${JSON.stringify(answer)}\r\n\r\n`)
    await writeInPieces(outgoing, Buffer.from(events.join('')), lengthOf)
    outgoing.end()
  }

  const server = createServer((incoming, outgoing) => {
    ask(incoming, outgoing).catch(() => outgoing.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all(providers.map((provider) => provider.close()))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

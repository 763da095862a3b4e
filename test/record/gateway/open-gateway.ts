import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Entry, EntryKind } from '../../../src/domain/entry.ts'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import { readJournal } from '../../../src/journal/reader.ts'
import { createGateway, type GatewayOptions } from '../../../src/record/gateway/gateway.ts'
import { startAnthropicServer } from '../../fixtures/providers/anthropic-server.ts'
import { startGeminiServer } from '../../fixtures/providers/gemini-server.ts'
import { startOpenAiServer } from '../../fixtures/providers/openai-server.ts'
import { type Handler, testKey } from '../../fixtures/providers/provider-server.ts'
import { openTestJournal, temporaryHome } from '../../journal/temporary-home.ts'

const identity = { ...unknownIdentity, user: { value: 'ana', source: 'configured' } as const }

/** Nobody needs a token, and only loopback names are answered. */
export const unguarded = {
  ...{ authenticator: null, isRequired: false, credentials: {} },
  ...{ issuer: null, url: null, hosts: [], origins: [] },
  ...{ stdioServers: [], tell: () => {} },
}

/** A gateway on loopback before providers that speak the wire formats, or before an upstream of the test's own. */
export async function openGateway(
  handle: Handler,
  upstream?: string,
  servers: Readonly<Record<string, string>> = {},
  access: Partial<GatewayOptions> = {},
) {
  const home = temporaryHome()
  const told: string[] = []
  const journal = openTestJournal(home)
  const [openai, anthropic, gemini] = await Promise.all([
    startOpenAiServer(handle),
    startAnthropicServer(handle),
    startGeminiServer(handle),
  ])
  const upstreams = {
    openai: upstream ?? openai.url,
    anthropic: upstream ?? anthropic.url,
    gemini: upstream ?? gemini.url,
  }
  const gateway = createGateway({
    ...{ journal, identity, upstreams, servers, ...unguarded },
    tell: (message: string) => told.push(message),
    ...access,
  })
  gateway.server.listen(0, '127.0.0.1')
  await once(gateway.server, 'listening')
  onTestFinished(async () => {
    gateway.server.closeAllConnections()
    gateway.server.close()
    await Promise.all([gateway.close(), openai.close(), anthropic.close(), gemini.close()])
  })

  async function soFar() {
    journal.flush()
    const reader = readJournal(home)
    const entries: Entry[] = []
    const bodies = new Map<string, string>()
    for (const { log } of await reader.logs()) {
      for await (const { entry } of reader.entries(log, 0)) entries.push(entry)
      for await (const { body } of reader.bodies(log, 0)) bodies.set(body.digest, body.text)
    }
    const of = <K extends EntryKind>(kind: K) =>
      entries.flatMap((entry) => (isOf(entry, kind) ? [entry.data] : []))
    return { entries, of, text: (ref: { digest: string } | null) => (ref ? bodies.get(ref.digest) : null) }
  }

  return {
    base: `http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`,
    ...{ home, journal, openai, anthropic, gemini, gateway, soFar, told },
    /** All that was recorded, once every session has ended. */
    async recorded() {
      await gateway.close()
      return soFar()
    },
  }
}

function isOf<K extends EntryKind>(entry: Entry, kind: K): entry is Entry & Entry<K> {
  return entry.kind === kind
}

/** Status, headers and bytes as they came, but for the headers of the connection. */
export async function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
) {
  const request = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  })
  request.end(body)
  const [response] = await once(request, 'response')
  const bytes = await buffer(response)
  const { date, connection, 'keep-alive': _, 'transfer-encoding': __, ...kept } = response.headers
  return { status: response.statusCode, headers: kept, bytes: bytes.toString('latin1') }
}

export const key = { authorization: `Bearer ${testKey}` }

const tools = [
  { type: 'function', function: { name: 'files__read', parameters: { type: 'object', properties: {} } } },
]
export const question = { model: 'gpt-test', messages: [{ role: 'user', content: 'Which port?' }], tools }
export const streamed = { ...question, stream: true, stream_options: { include_usage: true } }
/** Two parallel calls, one of them malformed. */
export const calling = {
  text: 'Let me look.',
  calls: [
    { id: 'call_a', name: 'files__read', arguments: '{"path": "a.yaml", "big": 12345678901234567890}' },
    { id: 'call_b', name: 'files__read', arguments: '{"path": ' },
  ],
  usage: {
    ...{ prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
    prompt_tokens_details: { cached_tokens: 5 },
  },
}

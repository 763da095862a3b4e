import { randomInt } from 'node:crypto'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { configured, plants, seedSecrets, word } from '../policy/redaction/secrets.ts'

export const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
const random = seedSecrets(seed)
export const planted = new Map<string, string>([[testKey, 'the key of the provider']])

/** A text with a fresh secret of each kind, each on a line of its own, in no order. */
export function text(): string {
  const fresh = [...plants, ...configured.plants].map((plant) => plant())
  for (const { secret, kind } of fresh) planted.set(secret.split('\n')[0] ?? '', kind || 'assigned')
  return fresh
    .map((plant) => ({ plant, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ plant }) => plant.text)
    .join('\n')
}

/** Looks like nothing: it is secret by where it stands. */
export function key(): string {
  const secret = word(24)
  planted.set(secret, 'by its place')
  return secret
}

export const lengthOf = () => 1 + random.below(random.chance(0.2) ? 20 : 2000)

/** JSON in which some letters are escaped that need not be. */
export function written(value: unknown): string {
  const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`
  return JSON.stringify(value).replace(/[A-Z_]/g, (letter) => (random.chance(0.1) ? escaped(letter) : letter))
}

/** As a conversation's id, a client may send what is secret by its form. */
export const formed = () => {
  const { secret, kind } = plants[2]?.() ?? { secret: '', kind: '' }
  planted.set(secret, kind)
  return secret
}

const parameters = () => ({ type: 'object', properties: { title: { type: 'string', default: text() } } })
const tool = () => ({ name: 'leaky__echo', description: text(), parameters: parameters() })
const bearer = { authorization: `Bearer ${testKey}` }

/** A request for each route to a model. */
export const models: readonly (() => [
  path: string,
  body: object,
  headers: Readonly<Record<string, string>>,
])[] = [
  ...[true, false].flatMap((stream) => [
    (): [string, object, typeof bearer] => [
      '/openai/v1/chat/completions',
      {
        ...{ model: 'gpt-x', stream, tools: [{ type: 'function', function: tool() }] },
        messages: [
          { role: 'system', content: text() },
          { role: 'user', content: text() },
          { role: 'assistant', tool_calls: [calledBefore()] },
          { role: 'tool', tool_call_id: 'call_before', content: text() },
        ],
      },
      bearer,
    ],
    (): [string, object, typeof bearer] => [
      '/openai/v1/responses',
      {
        ...{ model: 'gpt-x', stream, instructions: text(), tools: [{ type: 'function', ...tool() }] },
        input: [{ role: 'user', content: [{ type: 'input_text', text: text() }] }],
      },
      bearer,
    ],
    (): [string, object, Readonly<Record<string, string>>] => {
      const { parameters: input_schema, ...rest } = tool()
      const body = {
        model: 'claude-x',
        max_tokens: 9,
        stream,
        system: text(),
        tools: [{ ...rest, input_schema }],
      }
      const headers = { ...bearer, 'anthropic-version': '2023-06-01', 'x-api-key': key() }
      return ['/anthropic/v1/messages', { ...body, messages: [{ role: 'user', content: text() }] }, headers]
    },
  ]),
  ...['generateContent', 'streamGenerateContent', 'streamGenerateContent?alt=sse'].map(
    (method) => (): [string, object, Readonly<Record<string, string>>] => [
      `/gemini/v1beta/models/gemini-x:${method}`,
      {
        systemInstruction: { parts: [{ text: text() }] },
        contents: [{ role: 'user', parts: [{ text: text() }] }],
        tools: [{ functionDeclarations: [tool()] }],
      },
      { 'x-goog-api-key': testKey },
    ],
  ),
]

const calledBefore = () => ({
  ...{ id: 'call_before', type: 'function' },
  function: { name: 'leaky__echo', arguments: JSON.stringify({ title: text(), password: key() }) },
})

/** What a client sends an MCP server. */
export function conversation(prefix: string): readonly string[] {
  const call = (name: string, given: object) => ({
    method: 'tools/call',
    params: { name: `${prefix}${name}`, arguments: given, _meta: { progressToken: formed(), note: text() } },
  })
  const requests = [
    { method: 'tools/list', params: { cursor: text() } },
    call('echo', { title: text(), password: key(), nested: JSON.stringify({ deep: { api_key: key() } }) }),
    call('fail', { reason: text() }),
    call('refuse', { reason: text() }),
    call(`none ${text()}`, {}),
    { method: `nothing/${text()}`, params: { uri: text() } },
  ]
  const initialized = { jsonrpc: '2.0', method: 'notifications/initialized', params: { note: text() } }
  return [initialized, ...requests.map((each, id) => ({ jsonrpc: '2.0', id, ...each }))].map(written)
}

export const initialize = () =>
  written({
    ...{ jsonrpc: '2.0', id: 'init', method: 'initialize' },
    params: {
      ...{ protocolVersion: '2025-06-18', capabilities: {} },
      clientInfo: { name: 'leaky-client', version: text() },
    },
  })

const telling = 10

/** The kinds of the secrets in a text, as they are and with all escapes undone. One pass, however many are sought. */
export function leaksIn(all: string): readonly string[] {
  const byStart = new Map([...planted.keys()].map((secret) => [secret.slice(0, telling), secret]))
  const found = new Set<string>()
  for (const plain of [
    all,
    all.replace(/\\+u00([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
  ])
    for (let at = 0; at < plain.length; at++) {
      const secret = byStart.get(plain.slice(at, at + telling))
      if (secret !== undefined && plain.startsWith(secret, at))
        found.add(`${planted.get(secret)}: ${plain.slice(Math.max(0, at - 80), at + 80)}`)
    }
  return [...found]
}

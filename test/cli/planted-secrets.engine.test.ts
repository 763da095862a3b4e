import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { openChdb } from '../../src/store/chdb-store.ts'
import { writeInPieces } from '../fixtures/mcp/leaky.mjs'
import { startCollector } from '../fixtures/otlp/collector.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { configured, plants, seedSecrets, word } from '../policy/redaction/secrets.ts'
import { all } from '../store/recorded-home.ts'
import { run, start, temporaryFolder } from './calltrail.ts'
import { startLeakyUpstreams } from './leaky-upstreams.ts'

const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
const random = seedSecrets(seed)
const leaky = resolve('test/fixtures/mcp/leaky.mjs')
const planted = new Map<string, string>([[testKey, 'the key of the provider']])

/** A text with a fresh secret of each kind, each on a line of its own, in no order. */
function text(): string {
  const fresh = [...plants, ...configured.plants].map((plant) => plant())
  for (const { secret, kind } of fresh) planted.set(secret.split('\n')[0] ?? '', kind || 'assigned')
  return fresh
    .map((plant) => ({ plant, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ plant }) => plant.text)
    .join('\n')
}

/** Looks like nothing: it is secret by where it stands. */
function key(): string {
  const secret = word(24)
  planted.set(secret, 'by its place')
  return secret
}

const lengthOf = () => 1 + random.below(random.chance(0.2) ? 20 : 2000)

/** JSON in which some letters are escaped that need not be. */
function written(value: unknown): string {
  const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`
  return JSON.stringify(value).replace(/[A-Z_]/g, (letter) => (random.chance(0.1) ? escaped(letter) : letter))
}

/** Sends a body in pieces that are cut anywhere, and reads the answer to its end. */
async function post(url: string, body: string, headers: Readonly<Record<string, string>>) {
  const request = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      cookie: `id=${key()}`,
      'x-session-id': key7(),
      ...headers,
    },
  })
  const answered = once(request, 'response')
  await writeInPieces(request, Buffer.from(body), lengthOf)
  request.end()
  const [response] = await answered
  return { status: response.statusCode, headers: response.headers, text: String(await buffer(response)) }
}

/** As a conversation's id, a client may send what is secret by its form. */
const key7 = () => {
  const { secret, kind } = plants[2]?.() ?? { secret: '', kind: '' }
  planted.set(secret, kind)
  return secret
}

const parameters = () => ({ type: 'object', properties: { title: { type: 'string', default: text() } } })
const tool = () => ({ name: 'leaky__echo', description: text(), parameters: parameters() })
const bearer = { authorization: `Bearer ${testKey}` }

/** A request for each route to a model. */
const models: readonly (() => [path: string, body: object, headers: Readonly<Record<string, string>>])[] = [
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
function conversation(prefix: string): readonly string[] {
  const call = (name: string, given: object) => ({
    method: 'tools/call',
    params: { name: `${prefix}${name}`, arguments: given, _meta: { progressToken: key7(), note: text() } },
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

const initialize = () =>
  written({
    ...{ jsonrpc: '2.0', id: 'init', method: 'initialize' },
    params: {
      ...{ protocolVersion: '2025-06-18', capabilities: {} },
      clientInfo: { name: 'leaky-client', version: text() },
    },
  })

async function converseOverHttp(url: string, prefix = ''): Promise<readonly (number | undefined)[]> {
  const begun = await post(url, initialize(), { authorization: `Bearer ${key()}` })
  const session = {
    'mcp-session-id': String(begun.headers['mcp-session-id']),
    'mcp-protocol-version': '2025-06-18',
  }
  const statuses = [begun.status]
  for (const message of [...conversation(prefix), `{"broken": ${JSON.stringify(text())}`])
    statuses.push((await post(url, message, session)).status)
  return statuses
}

async function converseOverStdio(folder: string, env: Readonly<Record<string, string>>) {
  const args = ['record', '--server', 'leaky', '--', process.execPath, leaky, join(folder, 'definitions.txt')]
  const { child, ended } = start(args, { cwd: folder, env })
  const lines = [
    initialize(),
    ...conversation(''),
    `{"broken": ${JSON.stringify(text())}`,
    text().replaceAll('\n', ' '),
  ]
  await writeInPieces(child.stdin, Buffer.from(lines.map((line) => `${line}\r\n`).join('')), lengthOf)
  child.stdin.end()
  return ended
}

function filesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
}

/** Every row of every table. */
async function storeOf(home: string): Promise<string> {
  const engine = await openChdb(homeAt(home).database)
  onTestFinished(() => engine.close())
  const tables = await all(
    engine.select<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
      {},
    ),
  )
  const rows = await Promise.all(
    tables.map(({ name }) => all(engine.select(`SELECT * FROM \`${name}\``, {}))),
  )
  return JSON.stringify(rows)
}

const telling = 10

/** The kinds of the secrets in a text, as they are and with all escapes undone. One pass, however many are sought. */
function leaksIn(all: string): readonly string[] {
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

test(`thousands of secrets, sent by every way and in every place, are nowhere afterwards (SEED=${seed})`, async () => {
  const folder = temporaryFolder()
  const collector = await startCollector()
  const upstream = await startLeakyUpstreams({ text, key, lengthOf })
  onTestFinished(() => collector.close())
  writeFileSync(join(folder, 'definitions.txt'), text())
  const stdio = { command: process.execPath, args: [leaky, join(folder, 'definitions.txt')] }
  const servers = { leaky: stdio, remote: { url: `${upstream}/mcp` } }
  writeFileSync(
    join(folder, 'calltrail.yaml'),
    `mcpServers: ${JSON.stringify(servers)}
upstreams: { openai: "${upstream}", anthropic: "${upstream}", gemini: "${upstream}" }
toolsets: { all: { servers: [leaky] } }
gateway: { toolset: all, exposure: full }
${configured.section}
`,
  )
  const home = join(folder, 'home')
  const env = {
    CALLTRAIL_HOME: home,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('GEMINI')) await once(child.stderr, 'data')
  const [base = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []

  const recording = converseOverStdio(folder, env)
  for (const model of models)
    for (let round = 0; round < 3; round++) {
      const [path, body, headers] = model()
      const address = `${base}${path}${path.includes('?') ? '&' : '?'}key=${key()}&access_token=${key()}`
      const { status, text: answer } = await post(address, written(body), headers)
      expect([path, status, status === 200 || answer.includes('sk-')]).toEqual([
        path,
        expect.toSatisfy((code) => code === 200 || code === 400),
        true,
      ])
    }
  expect(await converseOverHttp(`${base}/mcp/remote`)).toEqual([
    200,
    202,
    200,
    200,
    200,
    200,
    200,
    200,
    expect.any(Number),
  ])
  expect(await converseOverHttp(`${base}/mcp/leaky`)).toEqual([200, 202, 200, 200, 200, 200, 200, 200, 400])
  expect(await converseOverHttp(`${base}/mcp`, 'leaky__')).toEqual([
    200, 202, 200, 200, 200, 200, 200, 200, 400,
  ])
  const shown = await Promise.all(
    ['healthz', 'metrics'].map(async (path) => (await fetch(`${base}/${path}`)).text()),
  )
  const recorded = await recording
  child.kill('SIGTERM')
  const { stderr } = await ended

  const { chains } = JSON.parse((await run(['chains', '--limit', '200', '--json'], { env })).stdout)
  const places = {
    journal: filesOf(join(home, 'journal')),
    store: await storeOf(home),
    chains: JSON.stringify(chains),
    spans: collector.text(),
    logs: `${stderr}\n${recorded.stderr}\n${shown.join('\n')}`,
    home: filesOf(home),
  }
  expect(planted.size).toBeGreaterThan(1000)
  for (const way of ['openai', 'anthropic', 'gcp.gemini'].map((name) => `"provider":"${name}"`))
    expect(places.journal).toContain(way)
  for (const way of ['leaky', 'remote'].map((name) => `"server":"${name}"`))
    expect(places.journal).toContain(way)
  for (const place of ['journal', 'store', 'spans'] as const)
    for (const kind of ['github-token', 'ticket', 'iban', 'ssn'])
      expect(places[place], place).toContain(`[redacted:${kind}:`)
  for (const [place, all] of Object.entries(places)) expect([place, leaksIn(all)]).toEqual([place, []])
}, 120_000)

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
import { configured } from '../policy/redaction/secrets.ts'
import { all } from '../store/recorded-home.ts'
import { start, temporaryFolder } from './calltrail.ts'
import { startLeakyUpstreams } from './leaky-upstreams.ts'
import {
  conversation,
  formed,
  initialize,
  key,
  leaksIn,
  lengthOf,
  models,
  planted,
  seed,
  text,
  written,
} from './planted-traffic.ts'
import { runHere } from './run-here.ts'

const leaky = resolve('test/fixtures/mcp/leaky.mjs')

/** Sends a body in pieces that are cut anywhere, and reads the answer to its end. */
async function post(url: string, body: string, headers: Readonly<Record<string, string>>) {
  const request = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      cookie: `id=${key()}`,
      'x-session-id': formed(),
      ...headers,
    },
  })
  const answered = once(request, 'response')
  await writeInPieces(request, Buffer.from(body), lengthOf)
  request.end()
  const [response] = await answered
  return { status: response.statusCode, headers: response.headers, text: String(await buffer(response)) }
}

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

  const recorded = await converseOverStdio(folder, env)
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
  child.kill('SIGTERM')
  const { stderr } = await ended

  const { chains } = JSON.parse((await runHere(['chains', '--limit', '200', '--json'], { env })).stdout)
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

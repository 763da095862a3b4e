import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { plants, word } from '../policy/redaction/secrets.ts'
import { program, run, start, temporaryFolder } from './calltrail.ts'

const rounds = 12
const workbench = resolve('test/fixtures/mcp/workbench.mjs')
const planted: string[] = []

/** A text with a fresh secret of each kind, each on a line of its own. */
function text(): string {
  const fresh = plants.map((plant) => plant())
  planted.push(...fresh.map(({ secret }) => secret.split('\n')[0] ?? ''))
  return fresh.map((plant) => plant.text).join('\n')
}

/** A collector of spans; all that came, as it came. */
async function startCollector() {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    bodies.push((await buffer(request)).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function filesOf(home: string): string {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
}

test('a thousand secrets in prompts, decisions, arguments, results and headers are nowhere afterwards', async () => {
  const folder = temporaryFolder()
  const collector = await startCollector()
  // Streamed, in pieces that cut the secrets in two.
  const provider = await startOpenAiServer(() => ({
    text: text(),
    calls: [
      { id: `call_${planted.length}`, name: 'bench__echo', arguments: JSON.stringify({ title: text() }) },
    ],
  }))
  onTestFinished(() => provider.close())
  writeFileSync(join(folder, 'calltrail.yaml'), `upstreams: { openai: "${provider.url}" }\n`)
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
  const [, baseURL = ''] = /OPENAI_BASE_URL=(\S+)/.exec(said) ?? []
  const tools = new Client({ name: 'plain', version: '1' })
  const args = [program, 'record', '--server', 'bench', '--', process.execPath, workbench]
  const transport = { command: process.execPath, args, cwd: folder, stderr: 'pipe' } as const
  await tools.connect(
    new StdioClientTransport({ ...transport, env: { ...env, PATH: process.env.PATH ?? '' } }),
  )

  for (let round = 0; round < rounds; round++) {
    const [cookie, inAddress] = [word(24), word(24)]
    planted.push(cookie, inAddress, testKey)
    const model = new OpenAI({
      ...{ apiKey: testKey, baseURL, maxRetries: 0 },
      defaultHeaders: { Cookie: `session=${cookie}` },
    })
    const messages = [{ role: 'user', content: text() }] as const
    const stream = await model.chat.completions.create({
      model: 'gpt-x',
      messages: [...messages],
      stream: true,
    })
    for await (const _ of stream);
    const asked = { method: 'POST', body: JSON.stringify({ model: 'gpt-x', messages }) }
    await fetch(`${baseURL}/chat/completions?api_key=${inAddress}`, asked)
    await tools.callTool({ name: 'echo', arguments: { title: text(), password: word(12) } })
    await tools.callTool({ name: 'fail', arguments: { reason: text() } })
  }
  await tools.close()
  child.kill('SIGTERM')
  const { stderr } = await ended
  expect(new Set(planted).size).toBeGreaterThan(1000)

  const { chains } = JSON.parse((await run(['chains', '--limit', '200', '--json'], { env })).stdout)
  expect(chains.length).toBeGreaterThanOrEqual(rounds)
  const stored = await Promise.all(
    chains
      .slice(0, 12)
      .map(async ({ chain }: { chain: string }) => (await run(['chain', chain, '--json'], { env })).stdout),
  )
  const places = {
    journal: filesOf(join(home, 'journal')),
    home: filesOf(home),
    chains: JSON.stringify(chains),
    store: stored.join('\n'),
    log: stderr,
    spans: collector.bodies.join('\n'),
  }
  expect(places.journal).toContain('[redacted:')
  expect(places.store).toContain('[redacted:')
  expect(places.spans).toContain('[redacted:')
  for (const [place, all] of Object.entries(places))
    expect([place, planted.filter((secret) => all.includes(secret))]).toEqual([place, []])
}, 120_000)

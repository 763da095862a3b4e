import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '../fixtures/otlp/collector.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { plants } from '../policy/redaction/secrets.ts'
import { startHttpServer } from '../tools/http-server.ts'
import { fixture } from '../tools/servers.ts'
import { program, run, start, temporaryFolder } from './calltrail.ts'

const bench = fixture('workbench.mjs')
const recording = ['record', '--server', 'bench', '--', bench.command, ...bench.args]
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'
const traceparent = `00-${traceId}-${parentId}-01`
const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
}
/** Programs are started a few times over. */
const patient = { timeout: 60_000 }
const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }

async function collector(behaviour?: Parameters<typeof startCollector>[0]) {
  const started = await startCollector(behaviour)
  onTestFinished(() => started.close())
  return started
}

const call = (name: string, args = {}, more = {}) => ({
  method: 'tools/call',
  params: { name, arguments: args, ...more },
})

/** A recorded server, asked one thing after the other; how long it took to end once its input had ended. */
async function converse(requests: readonly object[], env: Readonly<Record<string, string>>) {
  const home = join(temporaryFolder(), 'home')
  const { child, ended } = start(recording, { env: { CALLTRAIL_HOME: home, ...env } })
  for (const [id, request] of [initialize, ...requests].entries()) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`)
    await once(child.stdout, 'data')
  }
  const begun = performance.now()
  child.stdin.end()
  return { ...(await ended), endMs: performance.now() - begun }
}

test('the calls of a real client leave as spans of their server, with what the conventions want', async () => {
  const { url, spans, requests } = await collector()
  const env = {
    ...json,
    PATH: process.env.PATH ?? '',
    CALLTRAIL_HOME: join(temporaryFolder(), 'home'),
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  }
  const client = new Client({ name: 'sdk-client', version: '1' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, ...recording],
      env,
      stderr: 'ignore',
    }),
  )
  await client.callTool({ name: 'echo', arguments: { title: 'a' }, _meta: { traceparent } })
  await client.callTool({ name: 'fail', arguments: {} })
  await client.callTool({ name: 'refuse', arguments: {} }).catch(() => undefined)
  await client.close()

  const [sent] = requests.filter(({ path }) => path === '/v1/traces')
  expect(sent).toMatchObject({ headers: { 'x-tenant': 'blue' } })
  const [echo, fail, refuse] = spans()
  expect(spans()).toHaveLength(3)
  expect(echo).toMatchObject({
    name: 'tools/call echo',
    kind: 2,
    traceId,
    parentSpanId: parentId,
    status: { code: 0 },
    resource: { 'service.name': 'calltrail', 'deployment.environment.name': 'test' },
  })
  expect(echo?.attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'echo',
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': expect.stringMatching(/^20/),
    'mcp.session.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'jsonrpc.request.id': '1',
    'network.transport': 'pipe',
    'calltrail.server': 'bench',
  })
  expect(Number(echo?.endTimeUnixNano)).toBeGreaterThan(Number(echo?.startTimeUnixNano))
  expect(fail).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'tool_error' } })
  expect(fail).not.toHaveProperty('parentSpanId')
  expect(fail?.status).not.toHaveProperty('message')
  expect(refuse).toMatchObject({
    status: { code: 2 },
    attributes: { 'error.type': '-32602', 'rpc.response.status_code': '-32602' },
  })
  expect(refuse?.status).not.toHaveProperty('message')
})

test('content leaves only where it is asked for, and no secret ever', async () => {
  for (const asked of ['false', 'true']) {
    const { url, text, spans } = await collector()
    const planted = plants.map((plant) => plant())
    const { code } = await converse(
      planted.flatMap(({ text }) => [
        call('echo', { title: `a harmless word, ${text}` }),
        // The server repeats the name in its error.
        call(`nothing ${text}`, {}, { _meta: { traceparent, callId: text, threadId: text } }),
      ]),
      {
        ...json,
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: asked,
      },
    )
    expect([code, spans().length]).toEqual([0, planted.length * 2])
    expect(text().includes('no tool nothing')).toBe(asked === 'true')
    for (const { secret } of planted) expect(text()).not.toContain(secret)
    expect(text().includes('a harmless word')).toBe(asked === 'true')
    for (const { attributes } of spans().filter(({ status }) => status.code === 0))
      expect(['gen_ai.tool.call.arguments' in attributes, 'gen_ai.tool.call.result' in attributes]).toEqual(
        asked === 'true' ? [true, true] : [false, false],
      )
  }
})

test('without being told otherwise spans travel as protobuf', async () => {
  const { url, requests, text } = await collector()
  await converse([call('echo')], { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/some/path` })
  expect(requests).toMatchObject([
    { path: '/some/path', headers: { 'content-type': 'application/x-protobuf' } },
  ])
  expect(text()).toContain('tools/call echo')
})

test(
  'a collector that is gone, hangs or refuses changes no call, hardly delays the end, and is told once',
  patient,
  async () => {
    const gone = await startCollector()
    await gone.close()
    const cases = [gone.url, (await collector('hang')).url, (await collector(400)).url]
    for (const url of cases) {
      const { code, stdout, stderr, endMs } = await converse([call('echo'), call('pid')], {
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
      })
      expect(code).toBe(0)
      expect(stdout.split('\n')).toHaveLength(4)
      expect(stderr.match(/did not reach the collector/g)).toHaveLength(1)
      expect(stderr).toMatch(/^2 of 2 spans did not reach the collector: ./)
      expect(endMs).toBeLessThan(4_000)
    }
  },
)

test('variables that name no collector that can be used are told, and the server runs all the same', async () => {
  const wrong = [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ]
  for (const env of wrong) {
    const { code, stderr } = await converse([call('echo')], env)
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^no spans are exported: .*OTEL_EXPORTER_OTLP_/),
    ])
  }
})

test('nothing of the library is loaded unless a collector is named', patient, async () => {
  const env = { NODE_DEBUG: 'module' }
  const { url } = await collector()
  const silent = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' }
  const asked = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: url }
  const loads = ({ stderr }: { stderr: string }) => stderr.includes('@opentelemetry')
  expect(loads(await converse([call('echo')], env))).toBe(false)
  expect(loads(await converse([call('echo')], silent))).toBe(false)
  expect(loads(await run(['--help'], { env: asked }))).toBe(false)
  expect(loads(await converse([call('echo')], asked))).toBe(true)
})

test('through the gateway: model requests with their decisions and tokens, calls below the header of their request', async () => {
  const folder = temporaryFolder()
  const { url, spans, text } = await collector()
  const provider = await startOpenAiServer(() => ({
    calls: [{ id: 'call_1', name: 'files__read', arguments: '{"path":"config.yaml"}' }],
    usage: {
      ...{ prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
      prompt_tokens_details: { cached_tokens: 5 },
    },
  }))
  const remote = await startHttpServer()
  onTestFinished(() => Promise.all([provider.close(), remote.stop()]).then(() => undefined))
  const address = remote.definition.transport === 'http' ? remote.definition.url : ''
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { remote: { url: address } } }))
  writeFileSync(
    join(folder, 'calltrail.yaml'),
    `mcpServers: mcp.json\nupstreams: { openai: "${provider.url}" }\n`,
  )
  const env = { CALLTRAIL_HOME: join(folder, 'home'), ...json, OTEL_EXPORTER_OTLP_ENDPOINT: url }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('/mcp/remote')) await once(child.stderr, 'data')
  const [base = ''] = /http:[^\s;]+/.exec(said) ?? []
  const openai = new OpenAI({ apiKey: testKey, baseURL: `${base}/openai/v1`, maxRetries: 0 })
  await openai.chat.completions.create(
    { model: 'gpt-x', messages: [{ role: 'user', content: 'Which port?' }] },
    { headers: { traceparent, 'x-session-id': 'conversation-1' } },
  )
  const client = new Client({ name: 'v1', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp/remote`), {
    requestInit: { headers: { traceparent } },
  })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  await client.callTool({ name: 'greet', arguments: {} })
  await client.close()
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)

  const chat = spans().find(({ name }) => name === 'chat gpt-x')
  expect(chat).toMatchObject({
    kind: 3,
    traceId,
    parentSpanId: parentId,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-x',
      'gen_ai.conversation.id': 'conversation-1',
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_read.input_tokens': 5,
    },
    events: [
      {
        name: 'calltrail.decision',
        attributes: { 'gen_ai.tool.name': 'files__read', 'gen_ai.tool.call.id': 'call_1' },
      },
    ],
  })
  expect(spans().find(({ name }) => name === 'tools/call greet')).toMatchObject({
    kind: 2,
    traceId,
    parentSpanId: parentId,
    attributes: { 'network.transport': 'tcp', 'calltrail.server': 'remote' },
  })
  expect(text()).not.toContain(testKey)
  expect(text()).not.toContain('Which port?')
})

test(
  'a trial is one trace: every span below one that is there, its scores and policy in it',
  patient,
  async () => {
    const { url, spans } = await collector()
    const env = {
      CALLTRAIL_HOME: join(temporaryFolder(), 'home'),
      ...json,
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
    }
    const args = [
      'eval',
      'suites/quickstart/guard.yaml',
      '--model',
      'baseline:lexical',
      '--exposure',
      'search',
    ]
    const { code, stderr } = await run(args, { env })
    expect([code, stderr.includes('collector')]).toEqual([0, false])
    const roots = spans().filter(({ parentSpanId }) => parentSpanId === undefined)
    expect(new Set(roots.map(({ name }) => name))).toEqual(new Set(['invoke_agent baseline:lexical']))
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length)
    const ids = new Set(spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`))
    for (const { traceId, parentSpanId } of spans())
      if (parentSpanId !== undefined) expect(ids).toContain(`${traceId} ${parentSpanId}`)
    const kinds = new Set(spans().map(({ kind, name }) => `${kind} ${name.split(' ')[0]}`))
    expect(kinds).toEqual(new Set(['1 invoke_agent', '3 chat', '1 execute_tool', '3 tools/call']))
    const events = spans().flatMap(({ events }) => events)
    expect(new Set(events.map(({ name }) => name))).toEqual(
      new Set(['gen_ai.evaluation.result', 'calltrail.decision', 'calltrail.policy_decision']),
    )
  },
)

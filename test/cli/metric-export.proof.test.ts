import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '../fixtures/otlp/collector.ts'
import { plants } from '../policy/redaction/secrets.ts'
import { startHttpServer } from '../tools/http-server.ts'
import { fixture } from '../tools/servers.ts'
import { start, temporaryFolder } from './calltrail.ts'

const bench = fixture('workbench.mjs')
const recording = ['record', '--server', 'bench', '--', bench.command, ...bench.args]
const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
const version = '2025-06-18'
const initialize = {
  method: 'initialize',
  params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
}
const call = (name: string) => ({ method: 'tools/call', params: { name, arguments: {} } })

async function collector(behaviour?: Parameters<typeof startCollector>[0]) {
  const started = await startCollector(behaviour)
  onTestFinished(() => started.close())
  return started
}

async function converse(requests: readonly object[], env: Readonly<Record<string, string>>) {
  const home = join(temporaryFolder(), 'home')
  const { child, ended } = start(recording, { env: { CALLTRAIL_HOME: home, ...env } })
  for (const [id, request] of [initialize, ...requests].entries()) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`)
    await once(child.stdout, 'data')
  }
  child.stdin.end()
  return ended
}

test('what passes a recorder is measured as the conventions say, on the leg to the client and on the one to the server', async () => {
  const { url, points, requests } = await collector()
  const { code } = await converse(
    [{ method: 'tools/list', params: {} }, call('echo'), call('echo'), call('fail'), call('refuse')],
    { ...json, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'none' },
  )
  expect([code, requests.map(({ path }) => path)]).toEqual([0, ['/v1/metrics']])
  const base = { 'mcp.protocol.version': version, 'network.transport': 'pipe', 'calltrail.server': 'bench' }
  const ofCall = { ...base, 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' }
  for (const side of ['client', 'server']) {
    const operations = points().filter(({ name }) => name === `mcp.${side}.operation.duration`)
    expect(operations.map(({ count, attributes }) => [count, attributes])).toEqual([
      [1, { ...base, 'mcp.method.name': 'initialize' }],
      [1, { ...base, 'mcp.method.name': 'tools/list' }],
      [2, { ...ofCall, 'gen_ai.tool.name': 'echo' }],
      [1, { ...ofCall, 'gen_ai.tool.name': 'fail', 'error.type': 'tool_error' }],
      [
        1,
        {
          ...{ ...ofCall, 'gen_ai.tool.name': 'refuse' },
          ...{ 'error.type': '-32602', 'rpc.response.status_code': '-32602' },
        },
      ],
    ])
    const sessions = points().filter(({ name }) => name === `mcp.${side}.session.duration`)
    expect(sessions).toMatchObject([{ count: 1, attributes: base }])
    const all = operations.reduce((sum, each) => sum + each.sum, 0)
    expect(sessions[0]?.sum).toBeGreaterThan(all)
    for (const { unit, buckets, isDelta, resource } of [...operations, ...sessions]) {
      expect([unit, isDelta]).toEqual(['s', false])
      expect(buckets).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300])
      expect(resource).toMatchObject({
        'service.name': 'calltrail',
        'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
    }
  }
})

test('no secret is in a measurement', async () => {
  const { url, text } = await collector()
  const planted = plants.map((plant) => plant())
  const env = { ...json, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${url}/here` }
  await converse(
    planted.flatMap(({ text }) => [call(`nothing ${text}`), { method: text, params: { name: text } }]),
    env,
  )
  expect(text()).toContain('nothing ')
  for (const { secret } of planted) expect(text()).not.toContain(secret)
})

test('metrics are left out where they are not asked for, as protobuf and as differences where they are', async () => {
  const [silent, metrics] = [await collector(), await collector()]
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: silent.url, OTEL_METRICS_EXPORTER: 'none' }
  await converse([call('echo')], { ...env, ...json })
  expect(silent.requests.map(({ path }) => path)).toEqual(['/v1/traces'])
  const delta = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' }
  await converse([call('echo')], { ...json, ...delta, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics.url })
  expect(metrics.points().every(({ isDelta }) => isDelta)).toBe(true)
  await converse([call('echo')], { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics.url })
  expect(metrics.requests.at(-1)?.headers['content-type']).toBe('application/x-protobuf')
})

test('a collector that refuses or hangs costs metrics, which is told, and nothing else', async () => {
  for (const behaviour of ['hang', 400] as const) {
    const { url } = await collector(behaviour)
    const { code, stdout, stderr } = await converse([call('echo')], {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
    })
    expect([code, stdout.split('\n').length]).toEqual([0, 3])
    expect(stderr).toMatch(/^the last metrics were not delivered: ./)
  }
})

test('the gateway measures them too, in /metrics under the names that Prometheus gives them', async () => {
  const { url, points } = await collector()
  const folder = temporaryFolder()
  const remote = await startHttpServer()
  onTestFinished(() => remote.stop())
  const address = remote.definition.transport === 'http' ? remote.definition.url : ''
  const servers = { remote: { url: address }, bench: { command: bench.command, args: bench.args } }
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }))
  writeFileSync(join(folder, 'calltrail.yaml'), 'mcpServers: mcp.json\n')
  const env = { CALLTRAIL_HOME: join(folder, 'home'), ...json, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('/mcp/bench')) await once(child.stderr, 'data')
  const [base = ''] = /http:[^\s;]+/.exec(said) ?? []
  for (const [server, tool] of [
    ['remote', 'greet'],
    ['bench', 'echo'],
  ] as const) {
    const client = new Client({ name: 'v1', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp/${server}`))
    await client.connect(transport as Parameters<typeof client.connect>[0])
    await client.callTool({ name: tool, arguments: {} })
    await client.close()
  }
  const page = await (await fetch(`${base}/metrics`)).text()
  const counts = page.split('\n').filter((line) => /^mcp_.*_duration_seconds_count.*tools\/call/.test(line))
  expect(
    counts.map((line) => /^mcp_(\w+)_operation_.*calltrail_server="(\w+)"/.exec(line)?.slice(1)),
  ).toEqual([
    ...[
      ['client', 'remote'],
      ['client', 'bench'],
    ],
    ...[
      ['server', 'remote'],
      ['server', 'bench'],
    ],
  ])
  expect(page).toContain('mcp_server_operation_duration_seconds_bucket{le="0.02",')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  const ofCalls = points().filter(({ attributes }) => attributes['mcp.method.name'] === 'tools/call')
  const { hostname, port } = new URL(address)
  const http = { 'network.transport': 'tcp', 'network.protocol.name': 'http' }
  const of = (server: string, side: string) =>
    ofCalls.find(
      ({ name, attributes }) =>
        name === `mcp.${side}.operation.duration` && attributes['calltrail.server'] === server,
    )?.attributes
  expect(of('remote', 'client')).toMatchObject({
    ...http,
    'server.address': hostname,
    'server.port': Number(port),
  })
  expect(of('remote', 'server')).toMatchObject(http)
  expect(of('remote', 'server')).not.toHaveProperty('server.address')
  expect(of('bench', 'client')).toMatchObject({ 'network.transport': 'pipe' })
  expect(of('bench', 'client')).not.toHaveProperty('network.protocol.name')
  expect(of('bench', 'server')).toMatchObject(http)
})

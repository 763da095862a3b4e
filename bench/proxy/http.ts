import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Pool } from 'undici'
import { callsOf, compare, type Figures, type Load, type Measurable } from './compare.ts'
import { measurable } from './process-cost.ts'
import { recordedCalls } from './recorded-calls.ts'

// What `calltrail gateway` adds to an MCP server over HTTP: direct, a bare byte proxy and calltrail. Recording and redaction
// are on. Linux only (/proc).

const loads: readonly Load[] = [
  { bytes: 64, inFlight: 1, calls: 2000 },
  { bytes: 64, inFlight: 32, calls: 4000 },
  { bytes: 90_000, inFlight: 1, calls: 200 },
  { bytes: 90_000, inFlight: 32, calls: 200 },
]
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const home = join(folder, 'home')

async function start(
  args: readonly string[],
  port: RegExp,
  stream: 'stdout' | 'stderr',
): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, CALLTRAIL_HOME: home } })
  let said = ''
  child[stream].on('data', (chunk) => {
    said += chunk
  })
  while (!port.test(said)) await once(child[stream], 'data')
  return [child, `http://127.0.0.1:${port.exec(said)?.[1]}`]
}

function client(child: ChildProcess, origin: string, path: string): Measurable {
  const pool = new Pool(origin, { connections: 32 })
  let id = 0
  async function call(text: string): Promise<number> {
    const begun = performance.now()
    const params = { name: 'echo', arguments: { text } }
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params })
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const { body: answer } = await pool.request({ method: 'POST', path, headers, body })
    await answer.arrayBuffer()
    return performance.now() - begun
  }
  return measurable(child.pid, call)
}

const [echo, target] = await start([resolve('bench/proxy/http-echo.mjs')], /^(\d+)\n/, 'stdout')
await writeFile(join(folder, 'calltrail.yaml'), `mcpServers: { echo: { url: "${target}/mcp" } }\n`)
const [bare, bareOrigin] = await start([resolve('bench/proxy/http-bare.mjs'), target], /^(\d+)\n/, 'stdout')
const gateway = [resolve('dist/cli/main.js'), 'gateway', '--port', '0']
const [proxy, origin] = await start(gateway, /http:\/\/127\.0\.0\.1:(\d+)\/mcp\/echo/, 'stderr')

const paths = new Map([
  ['direct', client(echo, target, '/mcp')],
  ['bare proxy', client(bare, bareOrigin, '/mcp')],
  ['calltrail', client(proxy, origin, '/mcp/echo')],
])
let calls = 0
const results: Record<string, Record<string, Figures>> = {}
for (const load of loads) {
  const figures = await compare(paths, load)
  results[`${load.bytes} bytes, ${load.inFlight} in flight`] = Object.fromEntries(figures)
  calls += callsOf(load)
  const [direct, plain, ours] = [...figures.values()]
  if (!direct || !plain || !ours) continue
  const added = (ours.p50Ms - direct.p50Ms) / (plain.p50Ms - direct.p50Ms)
  const rate = ours.callsPerSecond / plain.callsPerSecond
  console.log(
    `  p50 added: ${added.toFixed(2)}× that of the bare proxy (at most 1.5); calls/s: ${rate.toFixed(2)}× (at least 0.75)`,
  )
}
for (const child of [proxy, bare, echo]) child.kill('SIGTERM')
await once(proxy, 'close')
const seen = await recordedCalls(home)
console.log(
  `\ncalls made ${calls}; in the journal ${seen.requests}, answers ${seen.answers}, twice ${seen.twice}`,
)
await rm(folder, { recursive: true })
console.log(JSON.stringify({ results, calls, ...seen }))
process.exit()

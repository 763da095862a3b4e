import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { measurable, memoryOf } from './proxy/process-cost.ts'
import { answersSeen } from './soak/answers-seen.ts'
import { mcpRoute, modelRoutes, modernMcpRoute, type Route } from './soak/routes.ts'

// Long runs through `calltrail gateway`, one route after the other, 32 calls in flight, recording on: what a call costs must
// be at the end what it was at the beginning, and each call in the journal exactly once. `--calls N` on each route
// (20,000), `--route WORD` those alone whose name has it. Linux only (/proc).

const { values } = parseArgs({ options: { calls: { type: 'string' }, route: { type: 'string' } } })
const calls = Number(values.calls ?? 20_000)
const steps = 5
const inFlight = 32
/** Of what a call costs in the first fifth, after as many for the compilers. */
const dearest = 1.25
const version = '2025-11-25'

const folder = await mkdtemp(join(tmpdir(), 'calltrail-soak-'))
const home = join(folder, 'home')
const [upstreamPort, gatewayPort] = [await freePort(), await freePort()]
const upstream = `http://127.0.0.1:${upstreamPort}`
const progressServer = resolve('bench/soak/progress-server.mjs')
await writeFile(
  join(folder, 'calltrail.yaml'),
  `mcpServers:
  http: { url: "${upstream}/mcp" }
  stdio: { command: "${process.execPath}", args: ["${progressServer}"] }
upstreams: { openai: "${upstream}", anthropic: "${upstream}", gemini: "${upstream}" }
`,
)
const origin = `http://127.0.0.1:${gatewayPort}`
const children = [
  start([resolve('bench/soak/upstream.mjs'), `${upstreamPort}`]),
  start([resolve('dist/cli/main.js'), 'gateway', '--port', `${gatewayPort}`]),
] as const
const [, gateway] = children
const pool = new Pool(origin, { connections: inFlight })

await untilThere()
const routes = [
  ...modelRoutes,
  ...[mcpRoute('http', await session('http')), mcpRoute('stdio', await session('stdio'))],
  ...[modernMcpRoute('http'), modernMcpRoute('stdio')],
]
const wanted = routes.filter(({ name }) => name.includes(values.route ?? ''))
const results: Record<string, Figures> = {}
let made = 0
for (const route of wanted) results[route.name] = await longRun(route)
await pool.close()
for (const child of [...children].reverse()) await ended(child)

const seen = await answersSeen(home)
const isWhole = seen.once === made && seen.twice === 0 && seen.unanswered === 0
console.log(
  `\ncalls made ${made}; in the journal once ${seen.once}, twice ${seen.twice}, unanswered ${seen.unanswered}`,
)
await rm(folder, { recursive: true })
const slowed = Object.keys(results).filter((name) => results[name] && hasSlowed(results[name]))
if (slowed.length > 0) console.log(`dearer at the end: ${slowed.join(', ')}`)
console.log(JSON.stringify({ results, made, ...seen }))
process.exitCode = isWhole && slowed.length === 0 ? 0 : 1

interface Figures {
  readonly callsPerSecond: number[]
  readonly cpuMicroseconds: number[]
  readonly memoryMb: number[]
}

async function longRun(route: Route): Promise<Figures> {
  const { measure } = measurable(gateway.pid, () => one(route, ++made))
  await measure(calls / steps, 0, inFlight)
  const figures: Figures = { callsPerSecond: [], cpuMicroseconds: [], memoryMb: [] }
  for (let step = 0; step < steps; step++) {
    const { durationMs, cpuMicroseconds } = await measure(calls / steps, 0, inFlight)
    figures.callsPerSecond.push(Math.round((calls / steps / durationMs) * 1000))
    figures.cpuMicroseconds.push(Math.round(cpuMicroseconds))
    figures.memoryMb.push(Math.round(memoryOf(gateway.pid)))
  }
  const [rates, costs, sizes] = Object.values(figures).map((each: readonly number[]) => each.join(' '))
  console.log(`${route.name.padEnd(26)} ${rates} calls/s · ${costs} µs of CPU a call · ${sizes} MB`)
  return figures
}

/** By the CPU that a call costs the gateway: others may be at work on this machine. */
function hasSlowed({ cpuMicroseconds: costs }: Figures): boolean {
  return Math.min(...costs.slice(-2)) > dearest * Math.min(...costs.slice(0, 2))
}

/** In milliseconds. */
async function one(route: Route, n: number): Promise<number> {
  const begun = performance.now()
  const { path, body, headers } = route.call(n)
  const text = await post(path, body, headers)
  if (!text.includes(route.mark(n))) throw new Error(`no answer to ${n}: ${text.slice(0, 500)}`)
  return performance.now() - begun
}

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const answer = await pool.request({
    ...{ method: 'POST', path, body: JSON.stringify(body) },
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
  })
  return answer.body.text()
}

/** The headers of a session with the server of that name. */
async function session(name: string): Promise<Readonly<Record<string, string>>> {
  const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'soak', version: '1' } }
  const answer = await pool.request({
    ...{ method: 'POST', path: `/mcp/${name}` },
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await answer.body.text()
  const id = answer.headers['mcp-session-id']
  const headers = { 'mcp-protocol-version': version, ...(typeof id === 'string' && { 'mcp-session-id': id }) }
  await post(`/mcp/${name}`, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
  return headers
}

function start(words: readonly string[]): ChildProcess {
  const env = { ...process.env, CALLTRAIL_HOME: home }
  return spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
}

async function untilThere(): Promise<void> {
  for (const until = performance.now() + 30_000; ; await sleep(50)) {
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.ok) return
    if (performance.now() > until) throw new Error('the gateway does not serve')
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

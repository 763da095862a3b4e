import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { callsOf, compare, type Figures, type Load, warmUp, warmUpCalls } from './compare.ts'
import { startHttpPeer } from './http-peer.ts'
import { memoryOverCalls } from './long-run.ts'
import { installMcpProxy, installSupergateway } from './other-proxies.ts'
import { recordedCalls } from './recorded-calls.ts'

// What `calltrail gateway` adds to an MCP server over HTTP: direct, a bare byte proxy, calltrail, mcp-proxy and supergateway.
// Recording and redaction are on. The command line of mcp-proxy serves stdio alone: here its library stands before the same
// server. supergateway serves stdio alone, too: it stands before a stdio server that gives the same answers, which spares it
// a connection. Linux only (/proc).

const loads: readonly Load[] = [
  { bytes: 64, inFlight: 1, calls: 1500 },
  { bytes: 64, inFlight: 32, calls: 3000 },
  { bytes: 90_000, inFlight: 1, calls: 1000 },
  { bytes: 90_000, inFlight: 32, calls: 1000 },
]
// `--calls N`: the long run alone, of so many.
const { calls: asked } = parseArgs({ options: { calls: { type: 'string' } } }).values
const longRun = Number(asked ?? 100_000)
const own = (file: string) => resolve('bench/proxy', file)
const [mcpProxy, supergateway] = [await installMcpProxy(), await installSupergateway()]
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const home = join(folder, 'home')

const direct = await startHttpPeer({ args: (port) => [own('http-echo.mjs'), port] })
const { origin } = direct
await writeFile(join(folder, 'calltrail.yaml'), `mcpServers: { echo: { url: "${origin}/mcp" } }\n`)
const gateway = await startHttpPeer({
  args: (port) => [resolve('dist/cli/main.js'), 'gateway', '--port', port],
  ...{ path: '/mcp/echo', cwd: folder, env: { ...process.env, CALLTRAIL_HOME: home } },
})
const library = own('http-mcp-proxy.mjs')
const stdioServer = [process.execPath, own('echo-server.mjs')]
const paths = new Map([
  ['direct', direct],
  ['bare proxy', await startHttpPeer({ args: (port) => [own('http-bare.mjs'), port, origin] })],
  ['calltrail', gateway],
  ['mcp-proxy', await startHttpPeer({ args: (port) => [library, port, origin, mcpProxy.library] })],
  ['supergateway', await startHttpPeer({ args: (port) => supergateway(port, stdioServer) })],
])
console.log('supergateway: before a stdio server, as it can be before no other')

let calls = 0
if (asked === undefined) {
  await warmUp(paths.values())
  calls += warmUpCalls
}
const results: Record<string, Record<string, Figures>> = {}
for (const load of asked === undefined ? loads : []) {
  const figures = await compare(paths, load)
  results[`${load.bytes} bytes, ${load.inFlight} in flight`] = Object.fromEntries(figures)
  calls += callsOf(load)
  const [none, plain, ours] = [...figures.values()]
  if (!none || !plain || !ours) continue
  const added = (ours.p50Ms - none.p50Ms) / (plain.p50Ms - none.p50Ms)
  const rate = ours.callsPerSecond / plain.callsPerSecond
  console.log(
    `  p50 added: ${added.toFixed(2)}× that of the bare proxy (at most 1.5); calls/s: ${rate.toFixed(2)}× (at least 0.75)`,
  )
}
const memoryMb = await memoryOverCalls(gateway, longRun)
calls += longRun
for (const peer of [...paths.values()].reverse()) await peer.close()
const seen = await recordedCalls(home)
console.log(
  `\ncalls made ${calls}; in the journal ${seen.requests}, answers ${seen.answers}, twice ${seen.twice}`,
)
await rm(folder, { recursive: true })
console.log(JSON.stringify({ results, memoryMb, calls, ...seen }))

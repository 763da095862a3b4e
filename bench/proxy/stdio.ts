import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { callsOf, compare, type Figures, type Load, warmUp, warmUpCalls } from './compare.ts'
import { startHttpPeer } from './http-peer.ts'
import { memoryOverCalls } from './long-run.ts'
import { installMcpProxy, installSupergateway } from './other-proxies.ts'
import type { Peer } from './process-cost.ts'
import { recordedCalls } from './recorded-calls.ts'
import { startPeer } from './stdio-peer.ts'

// What stands before a stdio server. Over stdio: direct, a bare byte tee and `calltrail record`. Over HTTP, which is the only
// way that supergateway and mcp-proxy offer: `calltrail gateway` and these two, as their command lines start them. A client
// over stdio waits for no HTTP: compare the last three with each other. Recording and redaction are on. Linux only (/proc).

const loads: readonly Load[] = [
  { bytes: 64, inFlight: 1, calls: 1500 },
  { bytes: 64, inFlight: 32, calls: 3000 },
  { bytes: 90_000, inFlight: 1, calls: 200 },
  { bytes: 90_000, inFlight: 32, calls: 200 },
]
// `--calls N`: the long run alone, of so many.
const { calls: asked } = parseArgs({ options: { calls: { type: 'string' } } }).values
const longRun = Number(asked ?? 100_000)
const node = process.execPath
const calltrail = resolve('dist/cli/main.js')
const server = [node, resolve('bench/proxy/echo-server.mjs')]
const [mcpProxy, supergateway] = [await installMcpProxy(), await installSupergateway()]
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const [recorderHome, gatewayHome] = [join(folder, 'recorder'), join(folder, 'gateway')]
const [command, ...args] = server
await writeFile(join(folder, 'calltrail.yaml'), JSON.stringify({ mcpServers: { echo: { command, args } } }))

const overStdio = (words: readonly string[]) =>
  startPeer(node, words, { ...process.env, CALLTRAIL_HOME: recorderHome })
const recorder = await overStdio([calltrail, 'record', '--server', 'echo', '--', ...server])
const peers = new Map<string, Peer>([
  ['direct', await overStdio(server.slice(1))],
  ['byte tee', await overStdio([resolve('bench/proxy/byte-tee.mjs'), ...server])],
  ['calltrail record', recorder],
])
const gateway = await startHttpPeer({
  args: (port) => [calltrail, 'gateway', '--port', port],
  ...{ path: '/mcp/echo', cwd: folder, env: { ...process.env, CALLTRAIL_HOME: gatewayHome } },
})
peers.set('calltrail gateway', gateway)
peers.set('supergateway', await startHttpPeer({ args: (port) => supergateway(port, server) }))
peers.set('mcp-proxy', await startHttpPeer({ args: (port) => mcpProxy.serve(port, server) }))
console.log('calltrail gateway, supergateway and mcp-proxy: over HTTP; the others over stdio')

// One was made to see that it answers.
let calls = 1
if (asked === undefined) {
  await warmUp(peers.values())
  calls += warmUpCalls
}
const results: Record<string, Record<string, Figures>> = {}
for (const load of asked === undefined ? loads : []) {
  results[`${load.bytes} bytes, ${load.inFlight} in flight`] = Object.fromEntries(await compare(peers, load))
  calls += callsOf(load)
}
const memoryMb = await memoryOverCalls(recorder, longRun)
for (const peer of peers.values()) await peer.close()

const made = { record: calls + longRun, gateway: calls - 1 }
const seen = { record: await recordedCalls(recorderHome), gateway: await recordedCalls(gatewayHome) }
for (const by of ['record', 'gateway'] as const) {
  const { requests, answers, twice } = seen[by]
  console.log(
    `calltrail ${by}: calls made ${made[by]}; in the journal ${requests}, answers ${answers}, twice ${twice}`,
  )
}
await rm(folder, { recursive: true })
console.log(JSON.stringify({ results, memoryMb, made, seen }))

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compare, type Figures, type Load } from './compare.ts'
import type { Peer } from './process-cost.ts'
import { startPeer } from './stdio-peer.ts'

// What spans over OTLP add to `calltrail record`: without them, with a collector that takes them, with one that hangs.
// Linux only (/proc).

const loads: readonly Load[] = [
  { bytes: 64, inFlight: 1, calls: 4000 },
  { bytes: 64, inFlight: 32, calls: 8000 },
]

async function collector(takes: boolean) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => takes && response.end())
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const collectors = [await collector(true), await collector(false)]
const [taking, hanging] = collectors.map(({ url }) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url }))
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const server = [process.execPath, resolve('bench/proxy/echo-server.mjs')]
const args = [resolve('dist/cli/main.js'), 'record', '--server', 'echo', '--', ...server]
const peers = new Map<string, Peer>()
for (const [name, variables] of Object.entries({ record: {}, spans: taking, hanging })) {
  const env = { ...process.env, CALLTRAIL_HOME: join(folder, name), ...variables }
  peers.set(name, await startPeer(process.execPath, args, env))
}

const results: Record<string, Record<string, Figures>> = {}
for (const load of loads)
  results[`${load.inFlight} in flight`] = Object.fromEntries(await compare(peers, load))
const memory = Array.from(peers, ([name, peer]) => `${name} ${peer.memory().toFixed(0)} MB`)
console.log(`\nresident memory: ${memory.join(', ')}`)
for (const [name, peer] of peers) {
  const begun = performance.now()
  await peer.close()
  console.log(`${name} ended within ${(performance.now() - begun).toFixed(0)} ms`)
}
for (const each of collectors) each.server.closeAllConnections()
for (const each of collectors) each.server.close()
await rm(folder, { recursive: true })
console.log(JSON.stringify(results))

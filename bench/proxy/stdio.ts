import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { callsOf, compare, type Figures, type Load } from './compare.ts'
import { recordedCalls } from './recorded-calls.ts'
import { type Peer, startPeer } from './stdio-peer.ts'

// What `calltrail record` adds to a stdio server: direct, a bare byte tee and calltrail. Recording and redaction are on.
// Linux only (/proc).

const loads: readonly Load[] = [
  { bytes: 64, inFlight: 1, calls: 4000 },
  { bytes: 64, inFlight: 32, calls: 8000 },
  { bytes: 90_000, inFlight: 1, calls: 300 },
  { bytes: 90_000, inFlight: 32, calls: 300 },
]
const longRun = 100_000
const node = process.execPath
const server = [node, resolve('bench/proxy/echo-server.mjs')]
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const home = join(folder, 'home')
const env = { ...process.env, CALLTRAIL_HOME: home }
const commands: Readonly<Record<string, readonly string[]>> = {
  direct: server,
  'byte tee': [node, resolve('bench/proxy/byte-tee.mjs'), ...server],
  calltrail: [node, resolve('dist/cli/main.js'), 'record', '--server', 'echo', '--', ...server],
}

const peers = new Map<string, Peer>()
for (const [name, [command = '', ...args]] of Object.entries(commands))
  peers.set(name, await startPeer(command, args, env))

let calls = 1
const results: Record<string, Record<string, Figures>> = {}
for (const load of loads) {
  results[`${load.bytes} bytes, ${load.inFlight} in flight`] = Object.fromEntries(await compare(peers, load))
  calls += callsOf(load)
}

const recorder = peers.get('calltrail')
const memoryMb: number[] = []
for (let done = 0; done < longRun; done += longRun / 10) {
  await recorder?.measure(longRun / 10, 64, 32)
  memoryMb.push(recorder?.memory() ?? Number.NaN)
}
calls += longRun
const shown = memoryMb.map((each) => each.toFixed(0)).join(' ')
console.log(`\nresident memory over ${longRun.toLocaleString('en')} calls: ${shown} MB`)
for (const peer of peers.values()) await peer.close()

const seen = await recordedCalls(home)
console.log(
  `calls made ${calls}; in the journal ${seen.requests}, answers ${seen.answers}, twice ${seen.twice}`,
)
await rm(folder, { recursive: true })
console.log(JSON.stringify({ results, memoryMb, calls, ...seen }))

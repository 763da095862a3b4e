import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { type Measurement, type Peer, startPeer } from './stdio-peer.ts'

// What `calltrail record` adds to a stdio server: direct, a bare byte tee and calltrail, each in turn in every round of one
// run, so that the noise of the machine meets them alike. Recording and redaction are on. Linux only (/proc).

const rounds = 5
const sizes = [
  { bytes: 64, inFlight: 1, calls: 4000 },
  { bytes: 64, inFlight: 32, calls: 8000 },
  { bytes: 90_000, inFlight: 1, calls: 300 },
  { bytes: 90_000, inFlight: 32, calls: 300 },
]
const longRun = 100_000
const node = process.execPath
const server = [node, resolve('bench/proxy/echo-server.mjs')]
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const env = { ...process.env, CALLTRAIL_HOME: join(folder, 'home') }
const paths: Readonly<Record<string, readonly string[]>> = {
  direct: server,
  'byte tee': [node, resolve('bench/proxy/byte-tee.mjs'), ...server],
  calltrail: [node, resolve('dist/cli/main.js'), 'record', '--server', 'echo', '--', ...server],
}

const quantile = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN
const median = (values: readonly number[]) => quantile(values, 0.5)

const peers = new Map<string, Peer>()
for (const [name, [command = '', ...args]] of Object.entries(paths))
  peers.set(name, await startPeer(command, args, env))

let calls = 0
const results: Record<string, Record<string, number>> = {}
for (const { bytes, inFlight, calls: each } of sizes) {
  const measured = new Map<string, Measurement[]>()
  for (let round = 0; round <= rounds; round++)
    for (const [name, peer] of peers) {
      const measurement = await peer.measure(each, bytes, inFlight)
      if (name === 'calltrail') calls += each
      // The first round is for the compilers.
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), measurement])
    }
  console.log(`\n${bytes.toLocaleString('en')} bytes, ${inFlight} in flight, ${rounds} × ${each} calls`)
  for (const [name, list] of measured) {
    const latencies = list.flatMap(({ latenciesMs }) => latenciesMs)
    const row = {
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      callsPerSecond: median(list.map(({ durationMs }) => (each * 1000) / durationMs)),
      cpuMicroseconds: median(list.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    }
    results[`${name} ${bytes} ${inFlight}`] = row
    const { p50Ms, p99Ms, callsPerSecond, cpuMicroseconds } = row
    console.log(
      `  ${name.padEnd(10)} p50 ${p50Ms.toFixed(3)} ms  p99 ${p99Ms.toFixed(3)} ms  ${Math.round(callsPerSecond).toLocaleString('en').padStart(7)} calls/s  ${cpuMicroseconds.toFixed(0).padStart(5)} µs CPU per call`,
    )
  }
}

const recorder = peers.get('calltrail')
const memory: number[] = []
for (let done = 0; done < longRun; done += longRun / 10) {
  await recorder?.measure(longRun / 10, 64, 32)
  calls += longRun / 10
  memory.push(recorder?.memory() ?? Number.NaN)
}
console.log(
  `\nresident memory over ${longRun.toLocaleString('en')} calls: ${memory.map((each) => each.toFixed(0)).join(' ')} MB`,
)
for (const peer of peers.values()) await peer.close()

const seen = await recordedCalls()
console.log(
  `calls made ${calls + 1}, requests in the journal ${seen.requests}, results ${seen.answers}, twice ${seen.twice}`,
)
await rm(folder, { recursive: true })
console.log(JSON.stringify({ results, memoryMb: memory, calls: calls + 1, ...seen }))

async function recordedCalls() {
  const reader = readJournal(homeAt(join(folder, 'home')))
  const spans = new Set<string>()
  let requests = 0
  let answers = 0
  let twice = 0
  for (const { log } of await reader.logs())
    for await (const { entry } of reader.entries(log, 0)) {
      if (entry.kind === 'tool_result') answers += 1
      if (entry.kind !== 'tool_request') continue
      requests += 1
      if (spans.has(entry.data.span)) twice += 1
      spans.add(entry.data.span)
    }
  return { requests, answers, twice }
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** A stdio server, direct or behind a proxy, and what it costs to call it. */
export interface Peer {
  /** Makes `calls` calls with a text of `bytes`, `inFlight` at once; the latency of each in ms, and what it took in all. */
  measure(calls: number, bytes: number, inFlight: number): Promise<Measurement>
  /** Resident memory of the process that was started, in MB. */
  memory(): number
  close(): Promise<void>
}

export interface Measurement {
  readonly latenciesMs: readonly number[]
  readonly durationMs: number
  /** Of the process that was started, user and system, per call. */
  readonly cpuMicroseconds: number
}

export async function startPeer(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Peer> {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const answered = readAnswers(child)
  let id = 0

  async function call(text: string): Promise<number> {
    const own = ++id
    const begun = performance.now()
    const answer = new Promise<void>((resolve) => answered.set(own, resolve))
    const params = { name: 'echo', arguments: { text } }
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method: 'tools/call', params })}\n`)
    await answer
    return performance.now() - begun
  }

  await call('warm')
  return {
    async measure(calls, bytes, inFlight) {
      const text = 'x'.repeat(bytes)
      const latenciesMs: number[] = []
      let left = calls
      const worker = async () => {
        while (left-- > 0) latenciesMs.push(await call(text))
      }
      const [cpu, begun] = [cpuOf(child.pid), performance.now()]
      await Promise.all(Array.from({ length: inFlight }, worker))
      const durationMs = performance.now() - begun
      return { latenciesMs, durationMs, cpuMicroseconds: ((cpuOf(child.pid) - cpu) * 1000) / calls }
    },
    memory: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async close() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

/** Resolvers by id, called as answers come; the id is all that is read of them. */
function readAnswers({ stdout }: ChildProcessWithoutNullStreams | { stdout: NodeJS.ReadableStream }) {
  const waiting = new Map<number, () => void>()
  let rest: Buffer = Buffer.alloc(0)
  stdout.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      const id = Number(/"id":(\d+)/.exec(rest.toString('latin1', start, Math.min(end, start + 64)))?.[1])
      waiting.get(id)?.()
      waiting.delete(id)
      start = end + 1
    }
    rest = rest.subarray(start)
  })
  return waiting
}

/** Milliseconds of CPU so far, in ticks of 10. */
function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(user) + Number(system)) * 10
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { measurable, memoryOf, type Peer } from './process-cost.ts'

/** A stdio server, direct or behind a proxy, and what it costs to call it. */
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
    ...measurable(child.pid, call),
    memory: () => memoryOf(child.pid),
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

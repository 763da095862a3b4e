import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { measurable, memoryOf, type Peer } from './process-cost.ts'

export interface HttpPeerOptions {
  /** Of Node, for a server on that port. */
  readonly args: (port: number) => readonly (string | number)[]
  readonly path?: string
  readonly env?: NodeJS.ProcessEnv
  /** Its working directory. */
  readonly cwd?: string
}

export interface HttpPeer extends Peer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
}

const startMs = 30_000
const version = '2025-11-25'
const initialize = {
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
}

/** An MCP server over HTTP, direct or behind a proxy, and what it costs to call it within one session. */
export async function startHttpPeer({ args, path = '/mcp', env, cwd }: HttpPeerOptions): Promise<HttpPeer> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const words = args(port).map(String)
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000)
  })
  const pool = new Pool(origin, { connections: 32 })
  let session: Record<string, string> = {}

  async function post(message: object) {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...session,
    }
    const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(message) })
    const text = await answer.body.text()
    return { ...answer, text }
  }

  /** Nobody says in one way when it listens: it is asked until it answers. */
  async function begin(): Promise<void> {
    for (const until = performance.now() + startMs; ; await sleep(50)) {
      const answer = await post(initialize).catch(() => null)
      const id = answer?.headers['mcp-session-id']
      if (answer?.statusCode === 200) {
        session = { 'mcp-protocol-version': version, ...(typeof id === 'string' && { 'mcp-session-id': id }) }
        return
      }
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`${words[0]} does not serve: ${answer?.text ?? said}`)
    }
  }

  let id = 0
  async function call(text: string): Promise<number> {
    const begun = performance.now()
    const params = { name: 'echo', arguments: { text } }
    const answer = await post({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params })
    const latencyMs = performance.now() - begun
    if (!answer.text.includes(`"text":"${text}"`)) throw new Error(`no echo: ${answer.text.slice(0, 500)}`)
    return latencyMs
  }

  await begin()
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return {
    origin,
    ...measurable(child.pid, call),
    memory: () => memoryOf(child.pid),
    async close() {
      await pool.close()
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  // Not every proxy listens to it.
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await closed
  clearTimeout(late)
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

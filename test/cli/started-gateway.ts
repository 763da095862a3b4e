import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { start, temporaryFolder } from './calltrail.ts'

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs the program. */
  readonly through?: readonly string[]
}

/** `calltrail gateway` with that configuration, in a folder of its own, once it listens. */
export async function startGateway(config: object, { env: more, through = [] }: Surroundings = {}) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify(config))
  const env = { CALLTRAIL_HOME: join(folder, 'home'), ...more }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env, through })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const isOver = ended.then(({ stderr }) => {
    throw new Error(stderr)
  })
  isOver.catch(() => undefined)
  while (!/listening on \S+;/.test(said)) await Promise.race([once(child.stderr, 'data'), isOver])
  const [, base = ''] = /listening on (\S+);/.exec(said) ?? []
  return {
    ...{ child, env, base, port: Number(base.split(':').at(-1)), said: () => said },
    isWell: async () => (await fetch(`${base}/healthz`)).status === 200,
    post: (server: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${base}/mcp/${server}`, { method: 'POST', headers: { ...jsonOrEvents, ...headers }, body }),
    /** Resident memory, in MB. Linux. */
    megabytes(): number {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
    /** Resolves with how it ended. */
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

export const jsonOrEvents = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

export function callOf(id: number, text = ''): string {
  const params = { name: 'echo', arguments: { text } }
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })
}

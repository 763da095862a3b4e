// The ways to the server of the fixtures.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Starts a Node program; resolves with what it says of itself once it is ready. */
type Start = (args: readonly string[], ready: RegExp, options?: SpawnOptions) => Promise<string>

interface Path {
  readonly name: string
  /** Starts all that the path needs, in a folder of its own; resolves with the address at its end. */
  readonly open: (start: Start, folder: string) => Promise<string>
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const fixture = ['--import', import.meta.resolve('tsx'), at('test/fixtures/conformance/server.ts')]

async function openFixture(start: Start): Promise<string> {
  return `http://127.0.0.1:${await start(fixture, /^(\d+)\n/)}/mcp`
}

/** The first is what the others are held to. One more way is one more entry. */
export const paths: readonly [Path, ...Path[]] = [
  { name: 'direct', open: openFixture },
  {
    name: 'gateway, HTTP',
    open: async (start, folder) => openGateway(start, folder, { url: await openFixture(start) }),
  },
  {
    name: 'gateway, stdio',
    open: (start, folder) =>
      openGateway(start, folder, { command: process.execPath, args: [...fixture, '--stdio'] }),
  },
]

/** `calltrail gateway` before one server, which is written as in `mcpServers`. */
export function openGateway(start: Start, folder: string, server: object): Promise<string> {
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify({ mcpServers: { fixture: server } }))
  const env = { ...process.env, CALLTRAIL_HOME: join(folder, 'home') }
  const args = [at('dist/cli/main.js'), 'gateway', '--port', '0']
  return start(args, /(http:\/\/127\.0\.0\.1:\d+\/mcp\/fixture)\n/, { cwd: folder, env })
}

/** Calls with the address at the end of a path, and ends what was started for it. */
export async function along<T>(
  { open }: Pick<Path, 'open'>,
  folder: string,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const children: ChildProcess[] = []
  const start: Start = (args, ready, options = {}) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    return said(child, ready)
  }
  try {
    return await use(await open(start, folder))
  } finally {
    for (const child of children.reverse()) await stop(child)
  }
}

function said(child: ChildProcess, ready: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        text += chunk
        const [, found] = ready.exec(text) ?? []
        if (found !== undefined) resolve(found)
      })
    child.once('error', reject)
    child.once('close', () => reject(new Error(`${child.spawnargs.join(' ')} ended early\n${text.trim()}`)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'close')
}

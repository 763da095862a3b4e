// One run of a client: loopback model, gateway, recorder and MCP server around it, in a folder of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testKey } from '../../test/fixtures/providers/provider-server.ts'
import { along } from '../conformance/paths.ts'
import { type Command, run } from '../packages/install.ts'
import type { Client, Place } from './client.ts'
import { type ChainDocument, type Joined, joined } from './joined.ts'
import { decidingOnce, formats } from './loopback-model.ts'

const tool = 'read_text_file'
const longestMs = 120_000
const calltrail = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const filesystem = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-filesystem/dist/index.js',
)

/** Runs the client in the folder, and reads back what was recorded of it. */
export async function play(client: Client, command: Command, folder: string): Promise<Joined> {
  const [home, work, record] = ['home', 'work', 'record'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [home, work]) mkdirSync(each, { recursive: true })
  const file = join(work, 'note.txt')
  writeFileSync(file, 'the port is 8080\n')
  const { provider, open } = formats[client.format]
  const model = await open(decidingOnce({ tool, arguments: { path: file } }))
  try {
    writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify({ upstreams: { [provider]: model.url } }))
    const server = recorded([process.execPath, filesystem, work], record)
    const prompt = `Which port does ${file} name?`
    const said = await along({ open: gateway(record) }, folder, (address) =>
      drive(client, command, work, { home, gateway: address, key: testKey, prompt, server }),
    )
    const found = joined(await chainsIn(record), tool)
    return found.tier === null ? { tier: null, why: `${found.why}\n${tail(said)}` } : found
  } finally {
    await model.close()
  }
}

type Open = Parameters<typeof along>[0]['open']

const gateway =
  (record: string): Open =>
  (start, folder) =>
    start([calltrail, 'gateway', '--port', '0'], /(http:\/\/127\.0\.0\.1:\d+)/, {
      cwd: folder,
      env: { ...process.env, CALLTRAIL_HOME: record },
    })

function recorded(command: readonly string[], record: string): Command {
  const args = [calltrail, 'record', '--server', 'files', '--home', record, '--', ...command]
  return { command: process.execPath, args }
}

/** With nothing of the environment but what a program needs to start: neither keys nor other addresses. */
function drive(client: Client, { command, args }: Command, cwd: string, place: Place): Promise<string> {
  const start = client.start(place)
  for (const [path, text] of Object.entries(start.files)) {
    mkdirSync(dirname(join(place.home, path)), { recursive: true })
    writeFileSync(join(place.home, path), text)
  }
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const env = { PATH, HOME: place.home, USERPROFILE: place.home, CI: '1', ...start.env }
  return run({ command, args: [...args, ...start.args] }, { cwd, env, timeout: longestMs })
}

async function chainsIn(record: string): Promise<readonly ChainDocument[]> {
  const ask = async (...args: string[]) => {
    const env = { ...process.env, CALLTRAIL_HOME: record }
    const said = await run({ command: process.execPath, args: [calltrail, ...args, '--json'] }, { env })
    return JSON.parse(said.slice(said.indexOf('{')))
  }
  const { chains } = await ask('chains')
  const found: ChainDocument[] = []
  for (const { chain } of chains) found.push(await ask('chain', chain))
  return found
}

const tail = (said: string) => said.trim().split('\n').slice(-8).join('\n')

export function versionOf(program: string, name: string): string {
  const modules = program.slice(0, program.lastIndexOf('node_modules') + 'node_modules'.length)
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version
}

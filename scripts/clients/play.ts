// One run of a client: loopback model, gateway, recorder and MCP server around it, in a folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs'
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

export interface Played {
  readonly joined: Joined
  /** What the client printed. */
  readonly said: string
}

/** Runs the client once, and reads back what was recorded of it. */
export async function play(client: Client, command: Command, folder: string): Promise<Played> {
  const under = (name: string) => join(folder, name)
  for (const name of ['home', 'work']) mkdirSync(under(name))
  const file = under('work/note.txt')
  writeFileSync(file, 'the port is 8080\n')
  const prompt = `Which port does ${file} name?`
  const { provider, open } = formats[client.format]
  const model = await open(decidingOnce({ tool, arguments: { path: file } }))
  try {
    writeFileSync(under('calltrail.yaml'), JSON.stringify({ upstreams: { [provider]: model.url } }))
    const server = recorded([process.execPath, filesystem, under('work')], under('record'))
    const said = await along({ open: openGateway }, folder, (gateway) =>
      drive(client, command, under('work'), { home: under('home'), gateway, key: testKey, prompt, server }),
    )
    return { joined: joined(await chainsIn(under('record')), { prompt, tool: `files/${tool}` }), said }
  } finally {
    await model.close()
  }
}

const openGateway: Parameters<typeof along>[0]['open'] = (start, folder) => {
  const env = { ...process.env, CALLTRAIL_HOME: join(folder, 'record') }
  return start([calltrail, 'gateway', '--port', '0'], /(http:\/\/127\.0\.0\.1:\d+)/, { cwd: folder, env })
}

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
  const env = { PATH, HOME: place.home, TMPDIR: place.home, CI: '1', ...start.env }
  return run({ command, args: [...args, ...start.args] }, { cwd, env, timeout: longestMs })
}

async function chainsIn(record: string): Promise<readonly ChainDocument[]> {
  const env = { ...process.env, CALLTRAIL_HOME: record }
  const ask = async (...words: string[]) => {
    const said = await run({ command: process.execPath, args: [calltrail, ...words, '--json'] }, { env })
    return JSON.parse(said.slice(said.indexOf('{')))
  }
  const { chains } = await ask('chains')
  const found: ChainDocument[] = []
  for (const { chain } of chains) found.push(await ask('chain', chain))
  return found
}

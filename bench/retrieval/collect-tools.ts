// Installs public MCP servers below node_modules/.cache, asks each for its tools, and prints `{server: [definition…]}`:
//   node --import tsx bench/retrieval/collect-tools.ts [queries|other-queries|unseen-queries|blind-queries] > TOOLS.json
// The servers are those that the queries of that name are about; `queries` unless said.
// Nobody else's definitions are part of this project: they are read when they are wanted.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from '../../scripts/packages/install.ts'
import type { ServerDefinition } from '../../src/domain/suite.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { connect } from '../../src/tools/connection.ts'
import { blindServers } from './blind-servers.ts'
import { otherServers } from './other-servers.ts'
import { type PublicServer, publicServers } from './public-servers.ts'
import { unseenServers } from './unseen-servers.ts'

const sets: Readonly<Record<string, readonly PublicServer[]>> = {
  queries: publicServers,
  'other-queries': otherServers,
  'unseen-queries': unseenServers,
  'blind-queries': blindServers,
}
const chosen = process.argv[2] ?? 'queries'
const servers = sets[chosen] ?? []
if (servers.length === 0)
  throw new Error(`there are no servers for ${chosen}: say ${Object.keys(sets).join(', ')}`)

const folders = fileURLToPath(new URL('../../node_modules/.cache/retrieval', import.meta.url))
const nobody = {
  client_id: 'none',
  client_secret: 'none',
  redirect_uris: ['http://localhost'],
}

async function toolsOf(server: PublicServer): Promise<readonly Tool[]> {
  const connection = await connect(definitionOf(server, await installed(server)))
  try {
    return await connection.listTools()
  } finally {
    await connection.close()
  }
}

// All in one folder, by one call of npm: many share their dependencies.
function installed({ program }: PublicServer): Promise<string> {
  return install({ name: `mcp-servers-${chosen}`, packages: servers.map((each) => each.package), program })
}

function definitionOf({ name, args = [], env = {} }: PublicServer, program: string): ServerDefinition {
  const folder = join(folders, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ installed: nobody }))
  writeFileSync(join(folder, 'empty.json'), '{}')
  const placed = (text: string) => text.replaceAll('FOLDER', folder)
  return {
    transport: 'stdio',
    name,
    command: process.execPath,
    args: [program, ...args.map(placed)],
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, placed(value)])),
    cwd: folder,
    location: { file: fileURLToPath(import.meta.url), line: 1, column: 1 },
  }
}

const collected: Record<string, readonly object[]> = {}
for (const server of servers) {
  try {
    const tools = await toolsOf(server)
    collected[server.name] = tools.map((tool) => ({ ...tool, name: tool.name.slice(server.name.length + 1) }))
    console.error(`${server.name}: ${tools.length} tools`)
  } catch (error) {
    console.error(`${server.name}: left out, ${error instanceof Error ? error.message : error}`)
  }
}
console.log(JSON.stringify(collected))

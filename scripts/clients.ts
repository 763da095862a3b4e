// `npm run clients [-- NAME...]`: coding agents as npm installs them, each run once against a loopback model through the
// gateway, and a server through the recorder. What counts is that prompt, decision, call and result become one chain.
// Exit codes: 1 one that ran is not joined, 3 none could run.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from './clients/client.ts'
import { clients } from './clients/clients.ts'
import { type Played, play } from './clients/play.ts'
import { install, nodeOf, versionOf } from './packages/install.ts'

/** Which the newest of them ask for. */
const leastNode = 22

interface Report {
  readonly name: string
  readonly version: string | null
  /** Null where it could not be run. */
  readonly played: Played | null
  readonly why: string | null
  /** What explains it. */
  readonly more: string
}

async function report(client: Client): Promise<Report> {
  const { name, program } = client
  const folder = await mkdtemp(join(tmpdir(), 'calltrail-clients-'))
  let version: string | null = null
  try {
    const node = await nodeOf(leastNode)
    const wanted = { name: `clients/${name.replace('/', '+')}`, packages: [`${name}@latest`], program }
    const path = await install({ ...wanted, isRenewed: true }, node)
    version = versionOf(wanted.name, name)
    const command = path.endsWith('.js') ? { command: node, args: [path] } : { command: path, args: [] }
    const played = await play(client, command, folder)
    const why = played.joined.tier === null ? played.joined.why : null
    return { name, version, played, why, more: why === null ? '' : `It printed:\n${played.said.trim()}` }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const [why = '', ...more] = said.split('\n')
    return { name, version, played: null, why, more: more.join('\n') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function printLine(...[name, version, joined]: readonly [string, string, string]): void {
  console.log(`${name.padEnd(28)}${version.padEnd(12)}${joined}`)
}

function told({ played, why }: Report): string {
  if (played === null) return `could not run: ${why}`
  const { joined } = played
  if (joined.tier === null) return `no: ${why}`
  return `tier ${joined.tier}, result ${joined.isToldAgain ? 'known again' : 'not known again'}`
}

async function main(names: readonly string[]): Promise<number> {
  const isMeant = ({ name }: Client) => names.length === 0 || names.some((part) => name.includes(part))
  const reports: Report[] = []
  printLine('client', 'version', 'joined')
  for (const client of clients.filter(isMeant)) {
    const found = await report(client)
    reports.push(found)
    printLine(found.name, found.version ?? '–', told(found))
  }
  for (const { name, more } of reports) if (more !== '') console.log(`\n${name}\n${more}`)
  const ran = reports.filter(({ played }) => played !== null)
  if (ran.length === 0) return 3
  return ran.some(({ why }) => why !== null) ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))

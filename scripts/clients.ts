// `npm run clients [-- NAME...]`: coding agents as npm installs them, each run once against a loopback model through the gateway,
// and a server through the recorder. What counts is that prompt, decision, call and result become one chain.
// Exit codes: 1 one that ran is not joined, 3 none could run.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from './clients/client.ts'
import { clients } from './clients/clients.ts'
import type { Joined } from './clients/joined.ts'
import { play, versionOf } from './clients/play.ts'
import { install, nodeOf } from './packages/install.ts'

/** Which the newest of them ask for. */
const leastNode = 22

interface Report {
  readonly client: string
  readonly version: string | null
  /** Null where it could not be run. */
  readonly joined: Joined | null
  readonly why?: string
}

async function report(client: Client): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'calltrail-clients-'))
  try {
    const node = await nodeOf(leastNode)
    const { name, program } = client
    const wanted = { name: `clients/${name.replace('/', '+')}`, packages: [`${name}@latest`], program }
    const path = await install({ ...wanted, isRenewed: true }, node)
    const command = path.endsWith('.js') ? { command: node, args: [path] } : { command: path, args: [] }
    return { client: name, version: versionOf(path, name), joined: await play(client, command, folder) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { client: client.name, version: null, joined: null, why }
  } finally {
    if (process.env.KEEP) console.log(folder)
    else await rm(folder, { recursive: true, force: true })
  }
}

function printLine(...cells: readonly string[]): void {
  console.log(`${cells[0]?.padEnd(28)}${cells[1]?.padEnd(12)}${cells[2]}`)
}

function told({ joined, why }: Report): string {
  if (joined === null) return `did not run: ${why}`
  return joined.tier === null ? `no: ${joined.why}` : `tier ${joined.tier}`
}

async function main(): Promise<number> {
  const names = process.argv.slice(2)
  const chosen = clients.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)))
  printLine('client', 'version', 'joined')
  const reports: Report[] = []
  for (const client of chosen) {
    const found = await report(client)
    reports.push(found)
    printLine(found.client, found.version ?? '–', told(found))
  }
  const ran = reports.flatMap(({ joined }) => joined ?? [])
  if (ran.length === 0) return 3
  return ran.some(({ tier }) => tier === null) ? 1 : 0
}

process.exitCode = await main()

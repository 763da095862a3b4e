// Packages that a script wants and the project does not: installed when they are asked for, and kept beside the others.
import { type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

// What npm tells its scripts must not reach the npm that installs.
const inherited =
  /^npm_(?:package|lifecycle)_|^npm_config_(?:omit|only|production|dry_run|global|json|prefix)$/i
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))

/** Runs to its end, whatever its exit code. */
export async function run({ command, args }: Command, options: SpawnOptions = {}): Promise<string> {
  const child = spawn(command, args, { env, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  return output
}

export interface Wanted {
  /** Of the folder that they are installed to. */
  readonly name: string
  /** As npm takes them: `name@version`. */
  readonly packages: readonly string[]
  /** Below `node_modules`: what shall be there then. */
  readonly program: string
  /** Whether one that is there may have become old: npm looks then, and what is there stays if it cannot. */
  readonly isRenewed?: boolean
}

/** The path of the program. Throws where it cannot be installed. */
export async function install(wanted: Wanted, node = process.execPath): Promise<string> {
  const folder = join(cache, wanted.name)
  const program = join(folder, 'node_modules', wanted.program)
  if (existsSync(program) && !wanted.isRenewed) return program
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'package.json')
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ private: true }))
  const flags = ['--engine-strict=false', '--ignore-scripts', '--no-audit', '--no-fund']
  const said = await run(npm(['install', ...flags, ...wanted.packages], node), { cwd: folder })
  if (!existsSync(program))
    throw new Error(`npm could not install ${wanted.packages.join(' ')}\n${said.trim()}`)
  return program
}

/** The version of a package that was installed to the folder of that name. */
export function versionOf(name: string, installed: string): string {
  const path = join(cache, name, 'node_modules', installed, 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).version
}

/** A Node of at least that major version: this one, else that of a package which is this platform's binary and nothing else. */
export async function nodeOf(least: number): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= least) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  return install({ name: 'node-24', packages: [`${name}@24`], program: `${name}/bin/node` })
}

// npm chooses versions that suit the Node that it runs on.
function npm(args: readonly string[], node: string): Command {
  const { npm_execpath: script } = process.env
  return script ? { command: node, args: [script, ...args] } : { command: 'npm', args }
}

// The official suite, as a command: installed when it is first asked for, and kept beside the installed packages.
import { type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

const version = '0.2.0-alpha.12'
const leastNode = 22
const folder = fileURLToPath(new URL(`../../node_modules/.cache/conformance-${version}`, import.meta.url))
const program = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

// What npm tells its scripts must not reach the npm that installs.
const inherited =
  /^npm_(?:package|lifecycle)_|^npm_config_(?:omit|only|production|dry_run|global|json|prefix)$/i
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))

/** A Node that the suite can run on: this one, else that of a package which is this platform's binary and nothing else. */
function suitableNode(): { dependencies: Readonly<Record<string, string>>; binary: string } {
  if (Number(process.versions.node.split('.')[0]) >= leastNode)
    return { dependencies: {}, binary: process.execPath }
  const name = `node-${process.platform}-${process.arch}`
  return { dependencies: { [name]: '24' }, binary: join(folder, 'node_modules', name, 'bin/node') }
}

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

/** How the suite is started. Throws where it cannot be installed. */
export async function installSuite(): Promise<Command> {
  const { dependencies, binary } = suitableNode()
  const isThere = () => existsSync(program) && existsSync(binary)
  if (!isThere()) {
    const wanted = { '@modelcontextprotocol/conformance': version, ...dependencies }
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: wanted }))
    // Its parts want the Node that it runs on, which is not the one that npm runs on.
    const flags = ['--engine-strict=false', '--ignore-scripts', '--no-audit', '--no-fund']
    const said = await run(npm(['install', ...flags]), { cwd: folder })
    if (!isThere())
      throw new Error(`npm could not install ${Object.keys(wanted).join(' and ')}\n${said.trim()}`)
  }
  return { command: binary, args: [program] }
}

function npm(args: readonly string[]): Command {
  const { npm_execpath: script } = process.env
  return script ? { command: process.execPath, args: [script, ...args] } : { command: 'npm', args }
}

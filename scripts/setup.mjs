// Makes a fresh clone ready: installs what package-lock.json says where that is not what is there, then builds. Runs
// before `npm start` and `npm test`; with nothing to do it takes half a second. Says what it does on stderr alone.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path) => `${root}${path}`

/** What a lockfile installs, by folder; optional packages may be absent on a platform. */
function packagesOf(path) {
  const { packages } = JSON.parse(readFileSync(at(path), 'utf8'))
  return Object.entries(packages).filter(([folder, { link }]) => folder !== '' && !link)
}

// npm writes the second file last: it is there only when an install has ended well.
function isInstalled() {
  try {
    const installed = new Map(packagesOf('node_modules/.package-lock.json'))
    return packagesOf('package-lock.json').every(([folder, { version, optional, devOptional, peer }]) => {
      const there = installed.get(folder)
      return there ? there.version === version : Boolean(optional || devOptional || peer)
    })
  } catch {
    return false
  }
}

// What npm tells its scripts, and what would make it install less, must not reach the npm that installs.
const inherited =
  /^(NODE_ENV|npm_(package|lifecycle)_.*|npm_config_(omit|only|production|dry_run|global|json|prefix))$/i
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))

function run(what, args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error(`${what} failed${error ? `: ${error.message}` : ''}; what it says stands above`)
  process.exit(status || 1)
}

/** The modules below a folder, by their path without the ending. */
function modulesIn(folder, ending) {
  if (!existsSync(at(folder))) return []
  const names = readdirSync(at(folder), { recursive: true }).filter((name) => name.endsWith(ending))
  return names.map((name) => name.slice(0, -ending.length).replaceAll(sep, '/'))
}

// tsc leaves what a deleted source became, and does not make again what it remembers having made.
function dropStaleOutputs() {
  const sources = new Set(modulesIn('src', '.ts'))
  const built = new Set(modulesIn('dist', '.js'))
  for (const name of built)
    if (!sources.has(name))
      for (const ending of ['.js', '.js.map', '.d.ts']) rmSync(at(`dist/${name}${ending}`), { force: true })
  if ([...sources].some((name) => !built.has(name))) rmSync(at('dist/.tsbuildinfo'), { force: true })
}

if (!isInstalled()) {
  const npm = process.env.npm_execpath
  if (!npm) {
    console.error('run this through npm: npm start, npm test or npm run build')
    process.exit(1)
  }
  console.error(
    'installing the dependencies (about 1 GB with the embedded database; half a minute or more) …',
  )
  run('npm ci', [npm, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'])
}
dropStaleOutputs()
run('the build', [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')])
chmodSync(at('dist/cli/main.js'), 0o755)

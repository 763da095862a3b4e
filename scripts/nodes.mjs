import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// The tests under the other Nodes that the product runs on, which npm has as packages: they lose and keep other bytes than
// this one. `--short`: those of the stdio bridge under one of them; words that name tests take their place.
// npm run nodes [-- --short] [-- test/policy …]

const words = process.argv.slice(2)
const isShort = words.includes('--short')
const named = words.filter((word) => word !== '--short')
const tests = named.length > 0 ? named : isShort ? ['test/record/gateway/stdio-bridge'] : []
const projects = isShort ? ['unit'] : ['unit', 'engine']
const platform = `node-${process.platform}-${process.arch}`

let failed = 0
for (const version of isShort ? ['24'] : ['22', '24', 'latest']) {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-node-'))
  try {
    const node = install(version, folder)
    if (node === null) console.log(`Node ${version}: npm has none for this platform, or cannot be reached`)
    failed += node !== null && test(node) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}
process.exitCode = failed === 0 ? 0 : 1

function install(version, folder) {
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n')
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const install = ['install', ...quiet, `${platform}@${version}`]
  const { status } = spawnSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return status === 0 ? join(folder, 'node_modules', platform, 'bin', 'node') : null
}

function test(node) {
  console.log(`── ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`)
  const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs')
  const run = [vitest, 'run', ...projects.flatMap((name) => ['--project', name]), ...tests]
  return spawnSync(node, [...run, '--reporter=dot'], { stdio: 'inherit' }).status === 0
}

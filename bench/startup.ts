import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

// How long `calltrail --help` takes beside bare node: both are started in turn, in one run, on whatever machine this is.

const rounds = 40
const program = resolve('dist/cli/main.js')
if (!existsSync(program)) throw new Error('there is no dist/cli/main.js: npm run build')

function timed(args: readonly string[]): number {
  const begun = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`)
  return performance.now() - begun
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const bare: number[] = []
const help: number[] = []
for (let round = 0; round < rounds; round++) {
  bare.push(timed(['-e', '0']))
  help.push(timed([program, '--help']))
}
const difference = median(help) - median(bare)
console.log(
  `node: ${median(bare).toFixed(1)} ms, calltrail --help: ${median(help).toFixed(1)} ms (medians of ${rounds})`,
)
console.log(`calltrail --help takes ${difference.toFixed(1)} ms more than bare node (at most 80)`)
console.log(JSON.stringify({ rounds, bareMs: median(bare), helpMs: median(help), differenceMs: difference }))

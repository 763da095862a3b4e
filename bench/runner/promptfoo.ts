import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const version = '0.123.1'
/** It needs Node 22.22, which npm has as a package. */
const node = `node-${process.platform}-${process.arch}`

export interface PromptfooRun {
  readonly trials: number
  /** That each call takes. */
  readonly callMs: number
  readonly concurrency: number
  readonly isStored: boolean
}

export interface PromptfooCost {
  readonly tookMs: number
  /** Per trial, without the start of the process. */
  readonly cpuMs: number
  /** Of the whole process. */
  readonly peakMiB: number
}

/** Installed into `folder` unless it is there; null where npm cannot, and then says why. */
export function installPromptfoo(folder: string): ((run: PromptfooRun) => PromptfooCost) | null {
  const program = join(folder, 'node_modules', node, 'bin', 'node')
  const module = join(folder, 'node_modules', 'promptfoo', 'dist', 'src', 'index.js')
  if (!existsSync(module)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private": true}\n')
    // It runs under the Node that is installed with it, not under this one.
    const options = ['--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error']
    const words = ['install', ...options, `promptfoo@${version}`, `${node}@24`]
    const { status } = spawnSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) return null
  }
  return (run) => evaluate(program, module, run, join(folder, 'home'))
}

function evaluate(program: string, module: string, run: PromptfooRun, home: string): PromptfooCost {
  const script = join(import.meta.dirname, 'promptfoo-eval.mjs')
  const quiet = { PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1' }
  const env = { ...process.env, ...quiet, PROMPTFOO_CONFIG_DIR: home, PROMPTFOO_CACHE_ENABLED: 'false' }
  const words = [script, pathToFileURL(module).href, JSON.stringify(run)]
  const { status, stdout, stderr } = spawnSync(program, words, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`promptfoo ended with ${status}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Model } from '../dist/domain/model.js'
import { createModel } from '../dist/models/models.js'
import { scriptedModel } from '../dist/models/scripted.js'
import { installPromptfoo } from './runner/promptfoo.ts'
import { casesOf, forgetful, instant, journalled, playBare, playRunner } from './runner/trials.ts'

// The runner alone: trials of one call each with an instant model. CPU per trial into a journal that forgets and into the real
// one, beside a bare loop over the same model and tools; memory of 10,000 trials; and the rate that is left of the ideal with
// 64 calls of 200 ms in flight, from a function and over HTTP, each beside a bare loop. Then the same cases in promptfoo, which is installed from npm
// into FOLDER, or for this one run: one answer of a function and two assertions, for it has no tools to call.
// npm run bench -- bench/runner.ts [FOLDER | --alone]

const trials = 2000
const rounds = 9
const callMs = 200
const inFlight = 64
const mebibyte = 1024 * 1024

/** Milliseconds of CPU, user and system, of all threads, per trial. */
async function cpuPerTrial(play: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await play()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / trials
}

/** MiB that the process grew by at its largest. */
async function peakMiB(play: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 20)
  await play()
  clearInterval(timer)
  return (Math.max(peak, process.memoryUsage().rss) - before) / mebibyte
}

const idealMs = Math.ceil(trials / inFlight) * callMs

/** Of the rate that calls of 200 ms, 64 at once, allow. */
async function shareOfIdeal(model: Model): Promise<number> {
  const cases = casesOf(trials, false)
  return idealMs / (await journalled((journal) => playRunner(cases, model, journal, inFlight)))
}

/** The same of a loop that does nothing but ask: what the machine leaves of it just now. */
async function bareShare(ask: () => Promise<unknown>): Promise<number> {
  let left = trials
  const began = performance.now()
  const lane = async () => {
    while (left-- > 0) await ask()
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return idealMs / (performance.now() - began)
}

/** A server of Chat Completions, each after 200 ms, in a process of its own. */
async function withSlowServer<T>(act: (url: string) => Promise<T>): Promise<T> {
  const script = join(import.meta.dirname, 'runner/slow-model-server.mjs')
  const child = spawn(process.execPath, [script, String(callMs)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  try {
    return await act(`http://127.0.0.1:${String(port).trim()}/v1`)
  } finally {
    child.stdin.end()
  }
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[]) =>
  `${median(values).toFixed(3)} ms [${Math.min(...values).toFixed(3)} – ${Math.max(...values).toFixed(3)}]`
const share = (value: number) => `${(value * 100).toFixed(1)} %`

const peak = await peakMiB(() => journalled((journal) => playRunner(casesOf(10_000, true), instant, journal)))
console.log(`10,000 trials: ${peak.toFixed(0)} MiB more at most (at most 250)`)
const cases = casesOf(trials, true)
const [stored, storeless, bare]: [number[], number[], number[]] = [[], [], []]
for (let round = 0; round < rounds; round++) {
  bare.push(await cpuPerTrial(() => playBare(cases)))
  storeless.push(await cpuPerTrial(() => playRunner(cases, instant, forgetful())))
  stored.push(await cpuPerTrial(() => journalled((journal) => playRunner(cases, instant, journal))))
}
console.log(`CPU per trial, median of ${rounds} [least – most]`)
console.log(`journalled and graded: ${spread(stored)} (at most 0.8)`)
console.log(`without a store: ${spread(storeless)} (at most 0.3); a bare loop ${spread(bare)}`)

// Last, and over HTTP the second time, when the code is compiled: a run of a night is longer than this one.
const slow = scriptedModel('scripted:slow', async () => {
  await setTimeout(callMs)
  return { text: 'It listens on port 8080.' }
})
const atOnce = await shareOfIdeal(slow)
const bareAtOnce = await bareShare(() => setTimeout(callMs))
const { overHttp, bareHttp } = await withSlowServer(async (url) => {
  const env = { OPENAI_API_KEY: 'test-key-1', OPENAI_BASE_URL: url }
  const model = await createModel('openai:bench', { env, streaming: false })
  await shareOfIdeal(model)
  const overHttp = await shareOfIdeal(model)
  const post = async () => (await fetch(`${url}/chat/completions`, { method: 'POST', body: '{}' })).text()
  return { overHttp, bareHttp: await bareShare(post) }
})
console.log(`${callMs} ms a call, ${inFlight} in flight, of the ideal rate (at least 97 %):`)
console.log(`from a function ${share(atOnce)}; a bare loop just after it ${share(bareAtOnce)}`)
console.log(`over HTTP ${share(overHttp)}; a bare loop ${share(bareHttp)}`)
const theirs = await promptfoo()
if (theirs) {
  const { kept, unkept, slowly } = theirs
  const figures = `stored ${kept.cpuMs.toFixed(3)} ms, without a store ${unkept.cpuMs.toFixed(3)} ms CPU per trial`
  const memory = `${kept.peakMiB.toFixed(0)} MiB in all for ${trials} trials`
  console.log(`promptfoo: ${figures}; ${memory}; ${share(idealMs / slowly.tookMs)} of the ideal rate`)
}
const ours = { storedMs: median(stored), storelessMs: median(storeless), bareMs: median(bare) }
console.log(
  JSON.stringify({
    trials,
    ...ours,
    peakMiB: peak,
    atOnce,
    bareAtOnce,
    overHttp,
    bareHttp,
    promptfoo: theirs,
  }),
)

/** Null where it was not wanted, or could not be installed. */
async function promptfoo() {
  const [, , given] = process.argv
  if (given === '--alone') return null
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'calltrail-promptfoo-')))
  try {
    const evaluate = installPromptfoo(folder)
    if (!evaluate) return null
    const at = { trials, callMs: 0, concurrency: 4, isStored: false }
    return {
      kept: evaluate({ ...at, isStored: true }),
      unkept: evaluate(at),
      slowly: evaluate({ ...at, callMs, concurrency: inFlight }),
    }
  } finally {
    if (given === undefined) await rm(folder, { recursive: true, force: true })
  }
}

import { setTimeout } from 'node:timers/promises'

// The same cases in promptfoo: promptfoo-eval.mjs MODULE '{"trials", "callMs", "concurrency", "isStored"}'. Prints last
// what it cost, without its start.

const [, , module, options] = process.argv
const { default: promptfoo } = await import(module)
const { trials, callMs, concurrency, isStored } = JSON.parse(options)
const instant = { output: 'It listens on port 8080.' }
const provider = async () => (callMs > 0 ? setTimeout(callMs, instant) : instant)
const tests = Array.from({ length: trials }, (_, service) => ({
  vars: { service },
  assert: [
    { type: 'contains', value: '8080' },
    { type: 'javascript', value: (output) => !output.includes('write_file') },
  ],
}))
const suite = {
  prompts: ['Which port does service {{service}} listen on?'],
  providers: [Object.assign(provider, { label: 'bench' })],
  ...{ tests, writeLatestResults: isStored },
}
const [began, cpu] = [performance.now(), process.cpuUsage()]
const run = await promptfoo.evaluate(suite, {
  maxConcurrency: concurrency,
  cache: false,
  showProgressBar: false,
})
const tookMs = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
const { stats } = await run.toEvaluateSummary()
if (stats.successes !== trials) throw new Error(`${stats.successes} of ${trials} passed`)
const cpuMs = (user + system) / 1000 / trials
const { maxRSS } = process.resourceUsage()
console.log(JSON.stringify({ tookMs, cpuMs, peakMiB: maxRSS / 1024 }))
process.exit(0)

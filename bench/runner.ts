import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unknownIdentity } from '../src/domain/identity.ts'
import type { Case, Suite } from '../src/domain/suite.ts'
import type { Tool } from '../src/domain/tool.ts'
import { runPlan } from '../src/evaluate/run.ts'
import type { Stage } from '../src/evaluate/stage.ts'
import { openHome, readKey } from '../src/journal/home.ts'
import { openJournal } from '../src/journal/journal.ts'
import { scriptedModel } from '../src/models/scripted.ts'
import { loadTokenizer } from '../src/models/tokenizer.ts'
import { createRedactor } from '../src/policy/redactor.ts'
import { version } from '../src/version.ts'

// CPU of the runner alone: 2,000 trials of one call each, an instant model, a toolset without servers, the real journal,
// recorder, graders and redaction, no store. Beside it, in the same run, a bare loop over the same model and tools.

const trials = 2000
const rounds = 5
const tool: Tool = {
  name: 'files/read_text_file',
  description: 'Reads a text file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  annotations: { readOnlyHint: true },
}
const tools = [tool]
const trialTools = {
  listTools: async () => tools,
  callTool: async () => ({ content: [{ type: 'text', text: 'port: 8080' }], isError: false }),
  onListChanged: () => {},
  close: async () => {},
}
const model = scriptedModel('scripted:instant', [
  { calls: [{ tool: tool.name, arguments: '{"path":"config.yaml"}' }] },
  { text: 'It listens on port 8080.' },
])
const location = { file: 'bench', line: 1, column: 1 }
const cases = Array.from({ length: trials }, (_, index): Case => {
  const call = { tool: tool.name, args: { path: { endsWith: 'config.yaml' } }, alternatives: [] }
  return {
    id: `case-${index}`,
    prompt: `Which port does service ${index} listen on?`,
    expect: { calls: [call], match: 'subset', forbid: ['files/write_file'], answer: [{ contains: '8080' }] },
    ...{
      writes: false,
      draft: false,
      recording: null,
      tags: [],
      hash: `hash-${index}`,
      location,
      locate: () => location,
    },
  }
})
const definition = {
  name: 'files',
  servers: ['files'],
  cassette: null,
  workspace: null,
  curated: null,
  location,
}
const suite: Suite = { name: 'bench', file: 'bench', toolset: definition, policies: [], cases, hash: 'hash' }
const running = {
  definition,
  serverVersions: new Map(),
  listTools: async () => tools,
  forTrial: () => trialTools,
  close: async () => {},
}
const toolset = { definition, servers: [], running, failure: null, tools }
const stages: readonly Stage[] = [{ suite, policy: null, toolset }]
const plan = { suites: [suite], models: [model], exposures: ['full'], trials: 1, seed: 1 }
const identity = unknownIdentity
const { signal } = new AbortController()
const tokenizer = await loadTokenizer()

async function playRunner(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
  const home = openHome(folder)
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  const run = await runPlan(plan, { stages, journal, identity, tokenizer, version, concurrency: 4, signal })
  journal.close()
  await rm(folder, { recursive: true })
  const passed = run.trials.filter(({ trial }) => trial.outcome === 'passed').length
  if (passed !== trials) throw new Error(`${passed} of ${trials} trials passed`)
}

async function playBare(): Promise<void> {
  for (const { prompt } of cases) {
    const user = { role: 'user', text: prompt } as const
    const { decisions } = await model.generate({ messages: [user], tools, seed: 1 }, signal)
    const [decision] = decisions
    if (!decision) throw new Error('no decision')
    const result = await trialTools.callTool()
    const messages = [
      user,
      { role: 'assistant', text: '', decisions },
      { role: 'tool', decision, result },
    ] as const
    await model.generate({ messages, tools, seed: 1 }, signal)
  }
}

/** Milliseconds of CPU, user and system, of all threads, per trial. */
async function cpuPerTrial(play: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await play()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / trials
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const runner: number[] = []
const bare: number[] = []
for (let round = 0; round < rounds; round++) {
  bare.push(await cpuPerTrial(playBare))
  runner.push(await cpuPerTrial(playRunner))
  console.log(
    `round ${round + 1}: runner ${runner.at(-1)?.toFixed(3)} ms, bare loop ${bare.at(-1)?.toFixed(3)} ms CPU per trial`,
  )
}
const overhead = median(runner) - median(bare)
console.log(`runner overhead: ${overhead.toFixed(3)} ms CPU per trial (at most 0.5)`)
console.log(JSON.stringify({ trials, runnerMs: median(runner), bareMs: median(bare), overheadMs: overhead }))

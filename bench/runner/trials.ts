import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry, EntryData } from '../../dist/domain/entry.js'
import { unknownIdentity } from '../../dist/domain/identity.js'
import type { JournalWriter } from '../../dist/domain/journal.js'
import type { Model } from '../../dist/domain/model.js'
import type { Case, Suite } from '../../dist/domain/suite.js'
import type { Tool } from '../../dist/domain/tool.js'
import { runPlan } from '../../dist/evaluate/run.js'
import type { Stage } from '../../dist/evaluate/stage.js'
import { openHome, readKey } from '../../dist/journal/home.js'
import { openJournal } from '../../dist/journal/journal.js'
import { scriptedModel } from '../../dist/models/scripted.js'
import { loadTokenizer } from '../../dist/models/tokenizer.js'
import { createRedactor } from '../../dist/policy/redactor.js'
import { version } from '../../dist/version.js'

// The trials of the bench: a toolset without servers, recorder, graders and redaction, of the program as it ships.

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
export const instant = scriptedModel('scripted:instant', [
  { calls: [{ tool: tool.name, arguments: '{"path":"config.yaml"}' }] },
  { text: 'It listens on port 8080.' },
])
const location = { file: 'bench', line: 1, column: 1 }
/** Of one call, or of none. */
export function casesOf(number: number, isCalled: boolean): readonly Case[] {
  const call = { tool: tool.name, args: { path: { endsWith: 'config.yaml' } }, alternatives: [] }
  const truth = { match: 'subset', forbid: ['files/write_file'], answer: [{ contains: '8080' }] } as const
  return Array.from({ length: number }, (_, index) => ({
    id: `case-${index}`,
    prompt: `Which port does service ${index} listen on?`,
    expect: { calls: isCalled ? [call] : [], ...truth },
    ...{ writes: false, draft: false, recording: null, tags: [], hash: `hash-${index}` },
    ...{ location, locate: () => location },
  }))
}
const definition = {
  name: 'files',
  servers: ['files'],
  cassette: null,
  workspace: null,
  curated: null,
  location,
}
const running = {
  definition,
  serverVersions: new Map(),
  listTools: async () => tools,
  forTrial: () => trialTools,
  close: async () => {},
}
const toolset = { definition, servers: [], running, failure: null, tools }
const identity = unknownIdentity
const { signal } = new AbortController()
const tokenizer = await loadTokenizer()

/** Plays `cases` and says how many passed. */
export async function playRunner(
  cases: readonly Case[],
  model: Model,
  journal: JournalWriter,
  concurrency = 4,
) {
  const suite: Suite = {
    name: 'bench',
    file: 'bench',
    toolset: definition,
    policies: [],
    cases,
    hash: 'hash',
  }
  const stages: readonly Stage[] = [{ suite, policy: null, toolset }]
  const plan = { suites: [suite], models: [model], exposures: ['full'], trials: 1, seed: 1 }
  const run = await runPlan(plan, { stages, journal, identity, tokenizer, version, concurrency, signal })
  journal.close()
  const passed = run.trials.filter(({ trial }) => trial.outcome === 'passed').length
  if (passed !== cases.length) throw new Error(`${passed} of ${cases.length} trials passed`)
  return run.durationMs
}

export async function journalled<T>(play: (journal: JournalWriter) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
  const home = openHome(folder)
  const played = await play(openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) }))
  await rm(folder, { recursive: true })
  return played
}

/** Redacts nothing and keeps nothing. */
export function forgetful(): JournalWriter {
  let seq = 0
  const log = 'bench'
  return {
    ...{ log, redactor: createRedactor(randomBytes(32)), losses: { entries: 0, bodies: 0 }, refusal: null },
    append: <K extends keyof EntryData>(kind: K, session: string | null, data: EntryData[K]) =>
      ({ v: 1, log, seq: seq++, at: '2026-11-21T00:00:00.000000Z', kind, session, data }) as Entry<K>,
    body(payload) {
      const text =
        'json' in payload ? payload.json : 'text' in payload ? payload.text : JSON.stringify(payload.value)
      return { ref: { digest: `${seq++}`, bytes: text.length }, text }
    },
    flush() {},
    flushed: (then) => then(),
    close() {},
  }
}

export async function playBare(cases: readonly Case[]): Promise<void> {
  for (const { prompt } of cases) {
    const user = { role: 'user', text: prompt } as const
    const { decisions } = await instant.generate({ messages: [user], tools, seed: 1 }, signal)
    const [decision] = decisions
    if (!decision) throw new Error('no decision')
    const result = await trialTools.callTool()
    const messages = [
      user,
      { role: 'assistant', text: '', decisions },
      { role: 'tool', decision, result },
    ] as const
    await instant.generate({ messages, tools, seed: 1 }, signal)
  }
}

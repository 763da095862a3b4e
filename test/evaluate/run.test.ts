import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Entry, EntryKind } from '../../src/domain/entry.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Model } from '../../src/domain/model.ts'
import type { Case, Suite } from '../../src/domain/suite.ts'
import { InfrastructureError, UsageError } from '../../src/errors.ts'
import { type RunOptions, runPlan } from '../../src/evaluate/run.ts'
import { closeStages, setStages } from '../../src/evaluate/stage.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { type Script, scriptedModel } from '../../src/models/scripted.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { fixture } from '../tools/servers.ts'
import { suiteOf } from './suites.ts'
import { expected, testCase } from './transcripts.ts'

const servers = [fixture('workbench.mjs'), fixture('misbehaving.mjs', ['dies'], { name: 'broken' })]
const tokenizer = await loadTokenizer()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Playing extends Partial<RunOptions> {
  readonly suites: readonly Suite[]
  readonly models: readonly Model[]
  readonly exposures?: readonly string[]
}

/** Plays all cases with a journal of its own, and reads that back. */
async function play({ suites, models, exposures = ['full'], ...more }: Playing) {
  const home = openHome(await mkdtemp(join(folder, 'home-')))
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  const signal = more.signal ?? new AbortController().signal
  const stages = await setStages({ suites, exposures, servers, signal })
  const options = { stages, journal, identity: unknownIdentity, tokenizer, signal }
  const plan = { suites, models, exposures, trials: 1, seed: 1 }
  const run = await runPlan(plan, { ...options, version: '0', concurrency: 2, ...more })
  await closeStages(stages)
  journal.close()
  const entries: Entry[] = []
  let lines = ''
  for await (const { entry, line } of readJournal(home).entries(journal.log, 0)) {
    entries.push(entry)
    lines += line
  }
  for await (const { body } of readJournal(home).bodies(journal.log, 0)) lines += body.text
  return { run, entries, lines, ofKind: <K extends EntryKind>(kind: K) => dataOf(entries, kind) }
}

function dataOf<K extends EntryKind>(entries: readonly Entry[], kind: K): Entry<K>['data'][] {
  return entries.flatMap((entry) => (isOf(entry, kind) ? [entry.data] : []))
}

function isOf<K extends EntryKind>(entry: Entry, kind: K): entry is Entry & Entry<K> {
  return entry.kind === kind
}

const calling = (tool: string, args = '{}'): Script => [
  { calls: [{ tool, arguments: args }] },
  { text: 'Done.' },
]
const caseOf = (id: string, expectation: Partial<Case['expect']>): Case => ({ ...testCase(expectation), id })
const echo = caseOf('echo', { calls: [expected('bench/echo', { title: { equals: 'a' } })] })

describe('a run', () => {
  test('plays each case with each model under each exposure, and the journal has it all', async () => {
    const models = [
      scriptedModel('scripted:right', ({ tools }, turn) => {
        if (turn > 0) return { text: 'Done.' }
        const isSearch = tools.some(({ discovery }) => discovery === 'call')
        const args = { title: 'a' }
        const call = isSearch
          ? { tool: 'call_tool', arguments: JSON.stringify({ name: 'bench/echo', arguments: args }) }
          : { tool: 'bench/echo', arguments: JSON.stringify(args) }
        return { calls: [call] }
      }),
      scriptedModel('scripted:wrong', calling('bench/echo', '{"title":"b"}')),
    ]
    const { run, ofKind, entries } = await play({
      suites: [suiteOf('files', ['bench'], [echo])],
      models,
      exposures: ['full', 'search'],
    })
    expect(run).toMatchObject({ planned: 4, done: 4, infrastructureErrors: 0, state: 'completed' })
    expect(run.trials.map(({ trial: { model, exposure, outcome } }) => [model, exposure, outcome])).toEqual([
      ['scripted:right', 'full', 'passed'],
      ['scripted:right', 'search', 'passed'],
      ['scripted:wrong', 'full', 'failed'],
      ['scripted:wrong', 'search', 'failed'],
    ])
    expect(ofKind('trial')).toHaveLength(4)
    expect(ofKind('run_started')).toMatchObject([{ run: run.run, planned: 4, seed: 1 }])
    expect(ofKind('run_finished')).toMatchObject([{ run: run.run, done: 4, state: 'completed' }])
    expect(ofKind('tool_definitions')).toMatchObject([{ server: 'bench', serverVersion: '1.2.3', count: 13 }])
    for (const entry of entries.filter(({ kind }) => kind === 'trial')) {
      expect(entry.data).toMatchObject({ trial: entry.session, run: run.run })
      const opened = entries.find(
        ({ kind, session }) => kind === 'session_opened' && session === entry.session,
      )
      expect(opened?.data).toMatchObject({ type: 'trial', parent: run.run })
    }
  })

  test('a call through a tool of the exposure is recorded below it, and has the same trace', async () => {
    const args = '{"name":"bench/echo","arguments":{"title":"a"}}'
    const { ofKind } = await play({
      suites: [suiteOf('files', ['bench'], [echo])],
      models: [scriptedModel('scripted:m', calling('call_tool', args))],
      exposures: ['search'],
    })
    const [outer, inner] = ofKind('tool_request')
    expect(outer).toMatchObject({ tool: 'call_tool', server: null, parentSpan: null })
    expect(inner).toMatchObject({ tool: 'bench/echo', server: 'bench', parentSpan: outer?.span })
    const [opened] = ofKind('session_opened').filter(({ type }) => type === 'trial')
    const trace = opened?.evidence.traceparent?.value.split('-')[1]
    expect(inner?.evidence.traceparent?.value).toContain(trace)
  })

  test('a tool that fails is data: the model is told, and the trial goes on', async () => {
    const told: string[] = []
    const model = scriptedModel('scripted:m', ({ messages }, turn) => {
      const last = messages.at(-1)
      if (last?.role === 'tool') told.push(JSON.stringify(last.result))
      return turn === 0 ? { calls: [{ tool: 'bench/fail', arguments: '{}' }] } : { text: 'It failed.' }
    })
    const fails = caseOf('fails', { calls: [expected('bench/fail')] })
    const { run, ofKind } = await play({ suites: [suiteOf('files', ['bench'], [fails])], models: [model] })
    expect(told).toEqual([expect.stringContaining('out of paper')])
    expect(ofKind('tool_result')).toMatchObject([{ outcome: { layer: 'tool' } }])
    expect(run.trials[0]?.trial).toMatchObject({ outcome: 'passed', toolCalls: 1, modelTurns: 2 })
  })

  test('a malformed decision is answered and never sent', async () => {
    const { run, ofKind } = await play({
      suites: [suiteOf('files', ['bench'], [echo])],
      models: [scriptedModel('scripted:m', calling('bench/echo', '{"title": '))],
    })
    expect(ofKind('decision')).toMatchObject([{ malformed: true }])
    expect(ofKind('tool_request')).toEqual([])
    expect(run.trials[0]?.failure?.category).toBe('malformed')
  })

  test('a model that never stops is stopped at the step limit', async () => {
    const endless = scriptedModel('scripted:m', () => ({ calls: [{ tool: 'bench/echo', arguments: '{}' }] }))
    const suites = [suiteOf('files', ['bench'], [caseOf('again', { calls: [expected('bench/pid')] })])]
    const { run } = await play({ suites, models: [endless], stepLimit: 3 })
    expect(run.trials[0]?.trial).toMatchObject({ modelTurns: 3, stopped: 'step limit', outcome: 'failed' })
  })

  test('a policy is observed: what it would deny is done, and counted', async () => {
    const policy = join(folder, 'no-echo.cedar')
    const rules =
      'permit(principal, action, resource);\nforbid(principal, action, resource == Tool::"echo");\n'
    await writeFile(policy, rules)
    const { run, ofKind } = await play({
      suites: [suiteOf('files', ['bench'], [echo], [policy])],
      models: [scriptedModel('scripted:m', calling('bench/echo', '{"title":"a"}'))],
    })
    expect(run.trials[0]?.trial).toMatchObject({ outcome: 'passed', violations: 1, toolCalls: 1 })
    const [decision] = ofKind('policy_decision')
    expect(decision).toMatchObject({ effect: 'deny', mode: 'observe', resource: 'bench/echo' })
    expect(decision?.toolSpan).toBe(ofKind('tool_request')[0]?.span)
    expect(ofKind('session_opened').at(-1)?.identity.permissions.policySetHash).toBe(decision?.policySetHash)
  })

  test('a secret that a case expects is met where it was redacted, and is nowhere on the disk', async () => {
    const secret = `AKIA${'Q7RTYU3M5NPW2XZA'}`
    const cases = [
      caseOf('in-text', { calls: [expected('bench/echo', { title: { equals: `the key ${secret}` } })] }),
      caseOf('by-name', { calls: [expected('bench/echo', { password: { equals: 'hunter2' } })] }),
      caseOf('another', { calls: [expected('bench/echo', { password: { equals: 'hunter3' } })] }),
    ]
    const args = JSON.stringify({ title: `the key ${secret}`, password: 'hunter2' })
    const { run, lines } = await play({
      suites: [suiteOf('files', ['bench'], cases)],
      models: [scriptedModel('scripted:m', calling('bench/echo', args))],
    })
    expect(run.trials.map(({ trial }) => trial.outcome)).toEqual(['passed', 'passed', 'failed'])
    expect(lines).toContain('[redacted:')
    expect(lines).not.toContain(secret)
    expect(lines).not.toContain('hunter')
  })
})

describe('what fails around model and tools', () => {
  test('a provider that fails makes infrastructure errors, and the other models go on', async () => {
    const down = scriptedModel('scripted:down', () => {
      throw new InfrastructureError('provider', 'the provider is down')
    })
    const { run, ofKind } = await play({
      suites: [suiteOf('files', ['bench'], [echo])],
      models: [down, scriptedModel('scripted:m', calling('bench/echo', '{"title":"a"}'))],
    })
    expect(run).toMatchObject({ state: 'completed', done: 2, infrastructureErrors: 1 })
    expect(run.trials.map(({ trial: { outcome, message } }) => [outcome, message])).toEqual([
      ['infrastructure', 'the provider is down'],
      ['passed', null],
    ])
    expect(run.trials[0]?.scores).toEqual([])
    expect(ofKind('session_closed')).toContainEqual(expect.objectContaining({ reason: 'failed' }))
  })

  test('a server that does not start fails the trials of its toolset alone, with its stderr', async () => {
    const suites = [
      suiteOf('lost', ['broken'], [caseOf('never', { calls: [] })]),
      suiteOf('files', ['bench'], [echo]),
    ]
    const models = [scriptedModel('scripted:m', calling('bench/echo', '{"title":"a"}'))]
    const { run } = await play({ suites, models })
    expect(run.trials.map(({ trial }) => trial.outcome)).toEqual(['infrastructure', 'passed'])
    expect(run.trials[0]?.trial.message).toContain('cannot open the database')
  })

  test('a server that dies under a call fails that trial, and is there again for the next', async () => {
    const dies = caseOf('dies', { calls: [expected('bench/die')] })
    const model = scriptedModel('scripted:m', ({ messages }, turn) => {
      if (turn > 0) return { text: 'Done.' }
      const isDying = messages[0]?.role === 'user' && messages[0].text === 'Die.'
      return { calls: [{ tool: isDying ? 'bench/die' : 'bench/echo', arguments: '{"title":"a"}' }] }
    })
    const suites = [suiteOf('files', ['bench'], [{ ...dies, prompt: 'Die.' }, echo])]
    const { run } = await play({ suites, models: [model], concurrency: 1 })
    expect(run.trials.map(({ trial }) => trial.outcome)).toEqual(['infrastructure', 'passed'])
    expect(run.trials[0]?.trial.message).toContain('the floor gave way')
  })

  test('a trial that hangs is given up, as an infrastructure error', async () => {
    const suites = [suiteOf('files', ['bench'], [caseOf('waits', { calls: [expected('bench/wait')] })])]
    const { run } = await play({
      suites,
      models: [scriptedModel('scripted:m', calling('bench/wait'))],
      timeoutMs: 300,
    })
    expect(run.trials[0]?.trial).toMatchObject({ outcome: 'infrastructure', message: 'not done after 0.3 s' })
  })

  test('an interrupted run keeps what is done, and nothing of what was under way counts', async () => {
    const controller = new AbortController()
    const model = scriptedModel('scripted:m', ({ messages }, turn) => {
      if (turn > 0) return { text: 'Done.' }
      const waits = messages[0]?.role === 'user' && messages[0].text === 'Wait.'
      if (waits) setTimeout(() => controller.abort(), 50)
      return { calls: [{ tool: waits ? 'bench/wait' : 'bench/echo', arguments: '{"title":"a"}' }] }
    })
    const waits = { ...caseOf('waits', { calls: [expected('bench/wait')] }), prompt: 'Wait.' }
    const suites = [suiteOf('files', ['bench'], [echo, waits, { ...echo, id: 'after' }])]
    const { run, ofKind } = await play({ suites, models: [model], concurrency: 1, signal: controller.signal })
    expect(run).toMatchObject({ planned: 3, done: 1, state: 'interrupted', infrastructureErrors: 0 })
    expect(ofKind('trial')).toMatchObject([{ case: 'echo', outcome: 'passed' }])
    expect(ofKind('run_finished')).toMatchObject([{ state: 'interrupted', done: 1 }])
    expect(ofKind('session_closed').map(({ reason }) => reason)).toContain('interrupted')
  })
})

describe('before the first model is called', () => {
  const set = (suites: readonly Suite[], exposures = ['full']) =>
    setStages({ suites, exposures, servers, signal: new AbortController().signal })

  test('a tool that no server has is a mistake of the suite', async () => {
    const suite = suiteOf('files', ['bench'], [caseOf('typo', { calls: [expected('bench/ecko')] })])
    await expect(set([suite])).rejects.toThrow(/no tool "bench\/ecko".*bench\/echo/s)
  })

  test('an exposure that the toolset cannot have is one too', async () => {
    await expect(set([suiteOf('files', ['bench'], [echo])], ['curated'])).rejects.toThrow(/nobody curated/)
    await expect(set([suiteOf('files', ['bench'], [echo])], ['ful'])).rejects.toThrow(/did you mean full/)
  })

  test('a policy that does not parse says where', async () => {
    const policy = join(folder, 'broken.cedar')
    await writeFile(policy, 'permit(principal, action, resource)\nwhen { context. };\n')
    const wrong = set([suiteOf('files', ['bench'], [echo], [policy])])
    await expect(wrong).rejects.toThrow(UsageError)
    await expect(wrong).rejects.toThrow(/broken\.cedar:2:\d+/)
  })
})

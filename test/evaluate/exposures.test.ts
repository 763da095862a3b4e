import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Composite } from '../../src/domain/action.ts'
import type { Entry, EntryKind } from '../../src/domain/entry.ts'
import { isJsonObject, type JsonObject } from '../../src/domain/json.ts'
import type { Case } from '../../src/domain/suite.ts'
import { UsageError } from '../../src/errors.ts'
import { checkPlan } from '../../src/evaluate/plan.ts'
import { lexicalBaseline } from '../../src/models/baselines/lexical.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import type { Answer, ProviderServer } from '../fixtures/providers/provider-server.ts'
import { anthropic } from '../models/providers.ts'
import { policyFiles } from '../policy/policy-files.ts'
import { toolset } from '../tools/servers.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

const echo = caseOf('echo', { calls: [expected('bench/echo', { title: { equals: 'a' } })] })

const composite: Composite = {
  tools: ['bench/pid'],
  actions: [
    {
      name: 'say',
      description: 'Says it, and reads a note.',
      inputSchema: { type: 'object', properties: { word: { type: 'string' }, name: { type: 'string' } } },
      steps: [{ id: 'one', call: 'bench/echo', args: { title: '{{ input.word }}' }, when: [] }],
      onFailure: 'stop',
    },
  ],
}

async function suite(cases: readonly Case[]) {
  const policies = await policyFiles({
    'p.cedar': 'forbid(principal, action, resource == Tool::"bench/echo");',
  })
  return {
    ...suiteOf('files', ['bench'], cases, policies),
    toolset: toolset(['bench'], { composite }),
  }
}

const write = (id: string, name: string, args: JsonObject): Answer => ({
  calls: [{ id, name, arguments: JSON.stringify(args) }],
})
const loaded = { id: 'srvtoolu_1', query: 'say something', tools: ['bench__echo', 'bench__pid'] }

/** What a model that knows each exposure answers to its first request. */
const firstAnswers: Readonly<Record<string, Answer>> = {
  describe_tools: write('c1', 'call_tool', { name: 'bench/echo', arguments: { title: 'a' } }),
  say: write('c1', 'say', { word: 'a' }),
  run_code: write('c1', 'run_code', { code: 'return await tools.bench.echo({ title: "a" })' }),
  tool_search_tool_bm25: { ...write('c1', 'bench__echo', { title: 'a' }), searches: [loaded] },
}

const exposures = ['deferred', 'composite', 'code', 'native']
const other = caseOf('other', { calls: [expected('bench/environment')] })

let server: ProviderServer
let played: Awaited<ReturnType<typeof play>>
beforeAll(async () => {
  server = await startAnthropicServer(({ messages, tools }) => {
    const [first] = Array.isArray(tools) ? tools.filter(isJsonObject) : []
    const isFirst = Array.isArray(messages) && messages.length === 1
    return isFirst ? (firstAnswers[String(first?.name)] ?? {}) : { text: 'Done.' }
  })
  played = await play({ suites: [await suite([echo, other])], models: [anthropic.model(server)], exposures })
}, 60_000)
afterAll(() => server.close())

/** What is recorded of the trial of a case through an exposure. */
function trialOf(id: string, exposure: string) {
  const graded = played.run.trials.find(({ trial }) => trial.case === id && trial.exposure === exposure)
  const entries = played.entries.filter(({ session }) => session === graded?.trial.trial)
  const ofKind = <K extends EntryKind>(kind: K) =>
    entries.flatMap((entry) => (entry.kind === kind ? [entry.data as Entry<K>['data']] : []))
  return { trial: graded?.trial, failure: graded?.failure, ofKind }
}

test.each(exposures)(
  'a trial through %s is judged, policed and recorded by the calls that were made',
  (name) => {
    const { trial, ofKind } = trialOf('echo', name)
    expect(trial).toMatchObject({ outcome: 'passed', toolCalls: 1, violations: 1, modelTurns: 2 })
    const requests = ofKind('tool_request')
    const inner = requests.find(({ tool }) => tool === 'bench/echo')
    const outer = requests.find(({ server: from }) => from === null)
    expect(inner?.parentSpan ?? null).toBe(outer?.span ?? null)
    expect(requests).toHaveLength(name === 'native' ? 1 : 2)
    expect(ofKind('policy_decision')).toMatchObject([
      { resource: 'bench/echo', effect: 'deny', toolSpan: inner?.span },
    ])
  },
)

describe('through native', () => {
  test('searches are recorded, and definitions count from the answer on that loaded them', async () => {
    const tokenizer = await loadTokenizer()
    const { trial, ofKind } = trialOf('echo', 'native')
    const shown = ofKind('model_request').map(({ definitionTokens }) => definitionTokens)
    const answered = ofKind('model_response').map(({ definitionTokens }) => definitionTokens)
    expect(shown[0]).toBe(0)
    expect(answered).toEqual([shown[1], shown[1]])
    expect(trial).toMatchObject({ retrievalHit: 1, definitionTokens: shown[1] })
    expect(shown[1]).toBeGreaterThan(tokenizer.count('bench__echo bench__pid'))
    expect(played.lines).toContain('say something')
  })

  test('a tool that no search loaded was not retrieved', () => {
    expect(trialOf('other', 'native').failure).toEqual({
      category: 'not retrieved',
      reason: 'bench/environment was not among the 2 tools found',
    })
  })

  test('models whose provider loads nothing are refused before anything begins', () => {
    const models = [lexicalBaseline(), anthropic.model(server), scriptedModel('scripted:m', [])]
    expect(() => checkPlan({ models, exposures: ['full', 'native'] })).toThrow(UsageError)
    expect(() => checkPlan({ models, exposures: ['native'] })).toThrow(
      /^baseline:lexical cannot play the exposure native.*\n.*\nscripted:m cannot play/,
    )
    expect(() => checkPlan({ models, exposures: ['full'] })).not.toThrow()
  })
})

/** By the prompt of its case, what a model calls. */
const choices = {
  unreachable: { tool: 'say', args: '{}', wanted: 'bench/fail' },
  beside: { tool: 'say', args: '{"word":"b"}', wanted: 'bench/pid' },
  another: { tool: 'bench/pid', args: '{}', wanted: 'bench/echo' },
  described: { tool: 'describe_tools', args: '{"names":["bench/echo"]}', wanted: 'bench/fail' },
  scripted: { tool: 'run_code', args: '{"code":"return 1"}', wanted: 'bench/fail' },
  idle: { tool: 'say', args: '{"word":1,"name":"bench/fail"}', wanted: null },
}

test.each([
  ['its time is up', { timeoutMs: 2_500, interruptedMs: null }, [['infrastructure', 'not done after 2.5 s']]],
  ['the run is interrupted', { timeoutMs: 60_000, interruptedMs: 2_500 }, []],
])('an action under way when %s is undone, and nothing after that is asked', async (_name, limits, ended) => {
  const { timeoutMs, interruptedMs } = limits
  const interrupting = new AbortController()
  const model = scriptedModel('scripted:m', () => {
    if (interruptedMs !== null) setTimeout(() => interrupting.abort(), interruptedMs)
    return { calls: [{ tool: 'say', arguments: '{"word":"a"}' }] }
  })
  const [say] = composite.actions
  const [said] = say?.steps ?? []
  if (!say || !said) throw new Error('no action')
  const undo = { call: 'bench/pid', args: {} }
  const waited = { id: 'waited', call: 'bench/wait', args: {}, when: [] }
  const action = { ...say, steps: [{ ...said, undo }, waited], onFailure: 'undo' } as const
  const shown = toolset(['bench'], { composite: { actions: [action], tools: [] } })
  const { run, ofKind } = await play({
    suites: [{ ...(await suite([echo])), toolset: shown }],
    models: [model],
    exposures: ['composite'],
    timeoutMs,
    signal: interrupting.signal,
  })
  expect(run.trials.map(({ trial: { outcome, message } }) => [outcome, message])).toEqual(ended)
  expect(ofKind('tool_request').map(({ tool }) => tool)).toEqual([
    ...['say', 'bench/echo', 'bench/wait', 'bench/pid'],
  ])
  expect(ofKind('tool_result').at(-1)?.outcome).toMatchObject({
    layer: 'cancelled',
    message: expect.stringContaining('Step one (bench/echo) was undone with bench/pid.'),
  })
})

test('what an exposure hides, what the model did not choose, and what is no attempt at all are told apart', async () => {
  const cases = Object.entries(choices).map(([prompt, { wanted }]) => ({
    ...caseOf(prompt, { calls: wanted === null ? [] : [expected(wanted)] }),
    prompt,
  }))
  const model = scriptedModel('scripted:m', ({ messages: [first] }, turn) => {
    const choice = first?.role === 'user' ? choices[first.text as keyof typeof choices] : undefined
    return choice && turn === 0
      ? { calls: [{ tool: choice.tool, arguments: choice.args }] }
      : { text: 'Done.' }
  })
  const offline = ['full', 'deferred', 'composite', 'code']
  const { run, ofKind } = await play({ suites: [await suite(cases)], models: [model], exposures: offline })
  const told = (id: string, exposure: string) => {
    const graded = run.trials.find(({ trial }) => trial.case === id && trial.exposure === exposure)
    return graded?.failure?.category ?? graded?.trial.outcome
  }
  expect(told('unreachable', 'composite')).toBe('not exposed')
  expect(told('beside', 'composite')).toBe('not selected')
  expect(told('another', 'composite')).toBe('not selected')
  expect(told('described', 'deferred')).toBe('not selected')
  expect(told('scripted', 'code')).toBe('not selected')
  expect(told('idle', 'composite')).toBe('passed')

  const tokens = new Map(
    run.trials.map(({ trial }) => [trial.exposure, trial.definitionTokens ?? Number.NaN] as const),
  )
  const of = (name: string) => tokens.get(name) ?? Number.NaN
  expect(of('deferred')).toBeLessThan(of('full'))
  expect(of('composite')).toBeLessThan(of('deferred'))
  expect(of('code')).toBeGreaterThan(of('composite'))
  expect(new Set(ofKind('model_request').map(({ definitionTokens }) => definitionTokens))).toEqual(
    new Set(tokens.values()),
  )
})

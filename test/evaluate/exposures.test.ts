import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Composite } from '../../src/domain/action.ts'
import { isJsonObject, type JsonObject } from '../../src/domain/json.ts'
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
import { calling, caseOf, play } from './played-run.ts'
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

async function suite(testCase = echo) {
  const policies = await policyFiles({
    'p.cedar': 'forbid(principal, action, resource == Tool::"bench/echo");',
  })
  return {
    ...suiteOf('files', ['bench'], [testCase], policies),
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

let server: ProviderServer
beforeAll(async () => {
  server = await startAnthropicServer(({ messages, tools }) => {
    const [first] = Array.isArray(tools) ? tools.filter(isJsonObject) : []
    const isFirst = Array.isArray(messages) && messages.length === 1
    return isFirst ? (firstAnswers[String(first?.name)] ?? {}) : { text: 'Done.' }
  })
})
afterAll(() => server.close())

describe.each(['deferred', 'composite', 'code', 'native'])('a trial through %s', (exposure) => {
  test('is judged, policed and recorded by the calls that reached the servers', async () => {
    const model = anthropic.model(server)
    const { run, ofKind } = await play({ suites: [await suite()], models: [model], exposures: [exposure] })
    const [trial] = run.trials
    expect(trial?.trial).toMatchObject({ outcome: 'passed', toolCalls: 1, violations: 1, modelTurns: 2 })
    const requests = ofKind('tool_request')
    const inner = requests.find(({ tool }) => tool === 'bench/echo')
    const outer = requests.find(({ server: from }) => from === null)
    expect(inner?.parentSpan ?? null).toBe(outer?.span ?? null)
    expect(requests).toHaveLength(exposure === 'native' ? 1 : 2)
    expect(ofKind('policy_decision')).toMatchObject([
      { resource: 'bench/echo', effect: 'deny', toolSpan: inner?.span },
    ])
  })
})

describe('through native', () => {
  test('searches are recorded, and definitions count from the answer on that loaded them', async () => {
    const tokenizer = await loadTokenizer()
    const played = await play({
      suites: [await suite()],
      models: [anthropic.model(server)],
      exposures: ['native'],
    })
    const { trial } = played.run.trials[0] ?? {}
    const shown = played.ofKind('model_request').map(({ definitionTokens }) => definitionTokens)
    const answered = played.ofKind('model_response').map(({ definitionTokens }) => definitionTokens)
    expect(shown[0]).toBe(0)
    expect(answered).toEqual([shown[1], shown[1]])
    expect(trial).toMatchObject({ retrievalHit: 1, definitionTokens: shown[1] })
    expect(shown[1]).toBeGreaterThan(tokenizer.count('bench__echo bench__pid'))
    expect(played.lines).toContain('say something')
  })

  test('a tool that no search loaded was not retrieved', async () => {
    const other = caseOf('other', { calls: [expected('bench/environment')] })
    const { run } = await play({
      suites: [await suite(other)],
      models: [anthropic.model(server)],
      exposures: ['native'],
    })
    expect(run.trials[0]?.failure).toEqual({
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

describe('what an exposure hides, and what the model did not choose, are told apart', () => {
  test.each([
    ['composite', 'bench/fail', 'say', '{}', 'not exposed'],
    ['composite', 'bench/pid', 'say', '{"word":"b"}', 'not selected'],
    ['composite', 'bench/echo', 'bench/pid', '{}', 'not selected'],
    ['deferred', 'bench/fail', 'describe_tools', '{"names":["bench/echo"]}', 'not selected'],
    ['code', 'bench/fail', 'run_code', '{"code":"return 1"}', 'not selected'],
  ])('%s: %s was expected, %s was called', async (exposure, wanted, tool, args, category) => {
    const { run } = await play({
      suites: [await suite(caseOf('a', { calls: [expected(wanted)] }))],
      models: [scriptedModel('scripted:m', calling(tool, args))],
      exposures: [exposure],
    })
    expect(run.trials[0]?.failure?.category).toBe(category)
  })

  test('an action that calls nothing is no attempt at a tool, whatever its arguments are called', async () => {
    const { run } = await play({
      suites: [await suite(caseOf('a', { calls: [] }))],
      models: [scriptedModel('scripted:m', calling('say', '{"word":1,"name":"bench/fail"}'))],
      exposures: ['composite'],
    })
    expect(run.trials[0]?.trial.outcome).toBe('passed')
  })
})

test('definition tokens are those of what each exposure shows', async () => {
  const exposures = ['full', 'deferred', 'composite', 'code']
  const model = scriptedModel('scripted:m', [{ text: 'Nothing.' }])
  const { run, ofKind } = await play({ suites: [await suite()], models: [model], exposures })
  const tokens = new Map(
    run.trials.map(({ trial }) => [trial.exposure, trial.definitionTokens ?? Number.NaN] as const),
  )
  const of = (name: string) => tokens.get(name) ?? Number.NaN
  expect(of('deferred')).toBeLessThan(of('full'))
  expect(of('composite')).toBeLessThan(of('deferred'))
  expect(of('code')).toBeGreaterThan(of('composite'))
  expect(ofKind('model_request').map(({ definitionTokens }) => definitionTokens)).toEqual(
    expect.arrayContaining([...tokens.values()]),
  )
})

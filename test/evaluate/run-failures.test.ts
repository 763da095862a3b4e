import { RE2JSSyntaxException } from 're2js'
import { describe, expect, test } from 'vitest'
import type { Usage } from '../../src/domain/model.ts'
import { noPrices } from '../../src/domain/prices.ts'
import { TimeLimit } from '../../src/domain/time-limit.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { planRepetition } from '../../src/evaluate/plan.ts'
import { playedSoFar } from '../../src/evaluate/played-trials.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { cutOff } from '../../src/models/ask-provider.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { calling, caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

const echo = caseOf('echo', { calls: [expected('bench/echo', { title: { equals: 'a' } })] })

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
    expect(run.trials[0]?.trial.stopped).toBeNull()
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

  test('a run whose time is up says so, and keeps what is done', async () => {
    const limit = new AbortController()
    const model = scriptedModel('scripted:m', ({ messages }, turn) => {
      if (turn > 0) return { text: 'Done.' }
      const isSecond = messages[0]?.role === 'user' && messages[0].text === 'Second.'
      if (isSecond) limit.abort(new TimeLimit(1000))
      return { calls: [{ tool: 'bench/echo', arguments: '{"title":"a"}' }] }
    })
    const suites = [suiteOf('files', ['bench'], [echo, { ...echo, id: 'second', prompt: 'Second.' }])]
    const { run, ofKind } = await play({ suites, models: [model], concurrency: 1, signal: limit.signal })
    expect(run).toMatchObject({ planned: 2, done: 1, missing: 1, state: 'time limit', budgetStops: 0 })
    expect(ofKind('run_finished')).toMatchObject([{ state: 'time limit', done: 1 }])
  })
})

test('a fault of ours ends the run as failed, with what is done kept', async () => {
  // A regular expression that no suite file gets past the schema.
  const broken = caseOf('broken', { answer: [{ regex: '(' }] })
  const { fault, ofKind } = await play({
    suites: [suiteOf('files', ['bench'], [echo, broken, { ...echo, id: 'after' }])],
    models: [scriptedModel('scripted:m', calling('bench/echo', '{"title":"a"}'))],
    concurrency: 1,
  })
  expect(fault).toBeInstanceOf(RE2JSSyntaxException)
  expect(ofKind('trial')).toMatchObject([{ case: 'echo', outcome: 'passed' }])
  expect(ofKind('run_finished')).toMatchObject([{ state: 'failed', done: 1 }])
})

const none = { usd: 0, tokens: 0 }

describe('a budget', () => {
  const talk = caseOf('talk', { answer: [{ contains: 'Hi' }] })
  const polite = scriptedModel('scripted:m', [{ text: 'Hi.', usage: { inputTokens: 300, outputTokens: 10 } }])
  const playing = {
    suites: [suiteOf('files', ['bench'], [talk, { ...talk, id: 'again' }])],
    models: [polite],
    concurrency: 1,
  }

  test('that holds no request says how much would, and as much does', async () => {
    const { run } = await play({ ...playing, budget: { tokens: 900 } })
    expect(run).toMatchObject({
      state: 'budget stop',
      done: 0,
      budgetStops: 2,
      refusal: { spent: none, toPlay: null },
    })
    const least = run.refusal?.wanted.tokens ?? 0
    expect(least).toBeGreaterThan(1000)
    const enough = await play({ ...playing, budget: { tokens: least } })
    expect(enough.run.done).toBeGreaterThan(0)
    expect((await play({ ...playing, budget: { tokens: least - 1 } })).run.done).toBe(0)
  })

  test('that stops a trial under way leaves what that trial took to whoever takes the run up', async () => {
    // A dollar for every token; the second request of the second trial is refused.
    const costOf = (_: string, { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>) =>
      inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
    const prices = { knows: () => true, costOf }
    const usage = { inputTokens: 900, outputTokens: 100 }
    const call = { tool: 'bench/echo', arguments: '{"title":"a"}' }
    const models = [
      scriptedModel('scripted:m', [
        { calls: [call], usage },
        { text: 'Done.', usage },
      ]),
    ]
    const budget = { tokens: 3999 }
    const { run, home } = await play({ ...playing, models, prices, budget })
    expect(run).toMatchObject({ state: 'budget stop', done: 1, budgetStops: 1, costUsd: 3000 })
    expect(run.refusal).toMatchObject({ trialsLeft: 1, toPlay: { usd: 3000, tokens: 3000 } })
    const reader = readJournal(home)
    const [recorded] = await findRuns(reader, [run.run])
    if (!recorded) throw new Error('no such run')
    const spent = { costUsd: 3000, tokens: 3000 }
    expect(await playedSoFar(reader, recorded, prices)).toMatchObject({ spent, untoldUsd: 0 })
  })

  test('that is used up while suspects are played again ends the run, which no gate calls a pass', async () => {
    const plan = { ...playing, exposures: ['full'], trials: 1, seed: 1 }
    const cases = playing.suites.flatMap((suite) => suite.cases.map((testCase) => ({ suite, testCase })))
    const playMore = () =>
      [2, 3, 4].flatMap((repetition) =>
        cases.map((each) => planRepetition(plan, { ...each, model: polite, exposure: 'full' }, repetition)),
      )
    const { run, ofKind } = await play({ ...playing, playMore, budget: { tokens: 2600 } })
    expect(run).toMatchObject({ state: 'budget stop', done: 2, budgetStops: 0, missing: 0 })
    expect(run.more.length).toBeGreaterThan(0)
    expect(run.more.length).toBeLessThan(6)
    expect(ofKind('run_finished')).toMatchObject([{ state: 'budget stop', done: 2, budgetStops: 0 }])
  })

  test('is not granted again to a run that is taken up', async () => {
    const asked: string[] = []
    const uncounted = scriptedModel('scripted:m', ({ messages }) => {
      asked.push(JSON.stringify(messages))
      return { text: 'Hi.' }
    })
    const budget = { tokens: 1900 }
    const { run, home } = await play({ ...playing, models: [uncounted], budget })
    expect(run).toMatchObject({ state: 'budget stop', done: 1, budgetStops: 1 })
    const reader = readJournal(home)
    const [recorded] = await findRuns(reader, [run.run])
    if (!recorded) throw new Error('no such run')
    const played = await playedSoFar(reader, recorded, noPrices)
    expect(played.counted.tokens).toBeGreaterThan(0)
    const again = await play({ ...playing, models: [uncounted], budget, run: run.run, played })
    expect(again.run).toMatchObject({ state: 'budget stop', done: 1, budgetStops: 1 })
    expect(asked).toHaveLength(1)
  })

  test('counts what broke off as what was reserved for it', async () => {
    let asked = 0
    const breaking = scriptedModel('scripted:m', () => {
      asked += 1
      throw cutOff('the provider')
    })
    const budget = { tokens: 2000 }
    const { run, home } = await play({ ...playing, models: [breaking], budget })
    expect([run.state, run.infrastructureErrors, run.budgetStops, asked]).toEqual(['budget stop', 1, 1, 1])
    // And goes on to, in a run that is taken up.
    const reader = readJournal(home)
    const [recorded] = await findRuns(reader, [run.run])
    if (!recorded) throw new Error('no such run')
    const played = await playedSoFar(reader, recorded, noPrices)
    expect(played.counted.tokens).toBe(run.refusal?.spent.tokens)
    await play({ ...playing, models: [breaking], budget, run: run.run, played })
    expect(asked).toBe(1)
  })
})

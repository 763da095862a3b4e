import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scriptedModel } from '../../src/models/scripted.ts'
import { calling, caseOf, folder, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

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
      begun: performance.now() - 3_600_000,
    })
    // What came before its first trial is of it.
    expect(run.durationMs).toBeGreaterThanOrEqual(3_600_000)
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

  test('a model that never comes to an answer fails, though what is expected was called', async () => {
    const suites = [suiteOf('files', ['bench'], [caseOf('again', { calls: [expected('bench/echo')] })])]
    const model = (given: (nth: number) => string) => {
      let nth = 0
      return scriptedModel('scripted:m', () => {
        nth += 1
        return { calls: [{ tool: 'bench/echo', arguments: given(nth) }] }
      })
    }
    const reasons: (string | undefined)[] = []
    for (const given of [() => '{}', (nth: number) => `{"title":"${nth}"}`]) {
      const { run } = await play({ suites, models: [model(given)], stepLimit: 3 })
      expect(run.trials[0]?.trial.outcome).toBe('failed')
      reasons.push(run.trials[0]?.failure?.reason)
    }
    expect(reasons).toEqual([
      'called bench/echo with the same arguments until it was stopped',
      'still called tools in the last of 3 requests, and never answered',
    ])
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

  test('a tool that nobody offers is told apart, and is no violation of a policy', async () => {
    const policy = join(folder, 'nothing.cedar')
    await writeFile(policy, 'forbid(principal, action, resource);\n')
    const cases = [echo, caseOf('nothing', { calls: [] })]
    const { run, ofKind } = await play({
      suites: [suiteOf('files', ['bench'], cases, [policy])],
      models: ['ghost', 'bench/ghost'].map((tool) => scriptedModel(`scripted:${tool}`, calling(tool))),
    })
    expect(run.trials.map(({ trial: { message, violations } }) => [message, violations])).toEqual([
      ['unknown tool: chose ghost (never sent), expected bench/echo', 0],
      ['unknown tool: chose bench/ghost, expected bench/echo', 0],
      ['unknown tool: called ghost (never sent), expected no call', 0],
      ['unknown tool: called bench/ghost, expected no call', 0],
    ])
    expect(ofKind('policy_decision')).toEqual([])
  })

  test('a secret that a case expects is met where it was redacted, and is nowhere on the disk', async () => {
    const secret = `AKIA${'Q7RTYU3M5NPW2XZA'}`
    const cases = [
      caseOf('in-text', { calls: [expected('bench/echo', { title: { equals: `the key ${secret}` } })] }),
      caseOf('by-name', { calls: [expected('bench/echo', { password: { equals: 'hunter2' } })] }),
      caseOf('pattern', { calls: [expected('bench/echo', { password: { regex: '^hunter7$' } })] }),
      caseOf('another', { calls: [expected('bench/echo', { password: { equals: 'hunter3' } })] }),
    ]
    const args = JSON.stringify({ title: `the key ${secret}`, password: 'hunter2' })
    const { run, lines } = await play({
      suites: [suiteOf('files', ['bench'], cases)],
      models: [scriptedModel('scripted:m', calling('bench/echo', args))],
    })
    expect(run.trials.map(({ trial }) => trial.outcome)).toEqual(['passed', 'passed', 'not judged', 'failed'])
    expect(lines).toContain('[redacted:')
    expect(lines).not.toContain(secret)
    expect(lines).not.toContain('hunter')
  })
})

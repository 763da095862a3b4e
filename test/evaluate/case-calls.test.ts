import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Model } from '../../src/domain/model.ts'
import type { Case } from '../../src/domain/suite.ts'
import { failedTeardowns } from '../../src/evaluate/replays.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { fixture, toolset } from '../tools/servers.ts'
import { calling, caseOf, folder, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: as an mcpServers file has it
const bench = fixture('workbench.mjs', [], { cwd: '${CALLTRAIL_WORKSPACE}' })
const workspace = join(folder, 'workspace')
await mkdir(workspace)
await writeFile(join(workspace, 'note.txt'), 'pristine')

async function playOne(
  each: Case,
  script: Parameters<typeof scriptedModel>[1],
  { judge, ...more }: { readonly timeoutMs?: number; readonly judge?: Model } = {},
) {
  const suite = {
    ...suiteOf('state', ['bench'], [each]),
    toolset: toolset(['bench'], { workspace }),
    ...(judge && { judge: judge.name }),
  }
  const played = await play({
    suites: [suite],
    models: [scriptedModel('scripted:m', script)],
    servers: [bench],
    ...(judge && { judges: new Map([[judge.name, judge]]) }),
    ...more,
  })
  const [graded] = played.run.trials
  const scoreOf = (grader: string) => graded?.scores.find((score) => score.grader === grader)
  return { ...played, trial: graded?.trial, scoreOf }
}

const note = (text: string) => ({ tool: 'bench/read_note', args: {}, result: [{ equals: text }] })
const write = (text: string) => calling('bench/write_note', JSON.stringify({ text }))

describe('what a case does around the model', () => {
  const asking = caseOf('note', { calls: [expected('bench/write_note')], state: [note('new')] })

  test('the state is asked for after the trial, on what the trial left', async () => {
    const right = await playOne(asking, write('new'))
    expect(right.trial).toMatchObject({ outcome: 'passed', toolCalls: 1 })
    const wrong = await playOne(asking, write('old'))
    expect(wrong.trial).toMatchObject({
      outcome: 'failed',
      message: 'wrong state: bench/read_note answered "old", expected "new"',
    })
    expect(wrong.scoreOf('state')).toMatchObject({ value: 0, passed: false })
  })

  test('fixtures and set-up calls come first, tear-down last, and none is an attempt of the model', async () => {
    const prepared: Case = {
      ...caseOf('note', { calls: [], state: [note('set up')] }),
      writes: true,
      fixtures: { 'deep/other.txt': 'x', 'note.txt': 'laid' },
      setup: [{ tool: 'bench/write_note', args: { text: 'set up' } }],
      teardown: [{ tool: 'bench/write_note', args: { text: 'torn down' } }],
    }
    const { trial, ofKind } = await playOne(prepared, [{ text: 'Nothing to do.' }])
    expect(trial).toMatchObject({ outcome: 'passed', toolCalls: 0 })
    expect(ofKind('tool_request').map(({ tool, evidence }) => [tool, evidence.callId])).toEqual([
      ['bench/write_note', 'calltrail:setup:0'],
      ['bench/read_note', 'calltrail:state:0'],
      ['bench/write_note', 'calltrail:teardown:0'],
    ])
    const laid = await playOne(
      { ...prepared, setup: [], expect: { ...prepared.expect, state: [note('laid')] } },
      [{ text: 'Done.' }],
    )
    expect(laid.trial).toMatchObject({ outcome: 'passed' })
  })

  test('a tear-down call that fails is counted and said, the next is made, and the trial is judged as ever', async () => {
    const failing: Case = {
      ...asking,
      teardown: ['bench/fail', 'bench/write_note'].map((tool) => ({ tool, args: { text: 'torn down' } })),
    }
    const { run, trial, scoreOf, ofKind } = await playOne(failing, write('new'))
    expect(trial?.outcome).toBe('passed')
    const reason = 'bench/fail failed: "out of paper"'
    const failed = { value: 1, passed: null, reason, details: { calls: 2, failed: 1 } }
    expect(scoreOf('teardown')).toMatchObject(failed)
    expect(ofKind('tool_request').at(-1)?.evidence.callId).toBe('calltrail:teardown:1')
    expect(failedTeardowns(run.trials)).toMatchObject([
      { case: 'note', trials: 1, of: 1, notes: [{ note: reason, trials: 1 }] },
    ])
    const unprepared = await playOne({ ...failing, setup: [{ tool: 'bench/fail', args: {} }] }, write('new'))
    expect(unprepared.trial?.message).toContain('setup: bench/fail failed')
    expect(unprepared.scoreOf('teardown')).toMatchObject(failed)
  })

  test('a trial that takes too long is cleaned up after all the same', async () => {
    const teardown = [{ tool: 'bench/write_note', args: { text: 'torn down' } }]
    const { trial, scoreOf } = await playOne({ ...asking, teardown }, calling('bench/wait'), {
      timeoutMs: 300,
    })
    expect(trial).toMatchObject({ outcome: 'infrastructure', message: 'not done after 0.3 s' })
    expect(scoreOf('teardown')).toMatchObject({ value: 0 })
  })

  test('a set-up call that fails is an infrastructure error, and the model is never asked', async () => {
    const { trial, ofKind } = await playOne(
      { ...asking, setup: [{ tool: 'bench/fail', args: {} }] },
      write('new'),
    )
    expect(trial?.outcome).toBe('infrastructure')
    expect(trial?.message).toContain('setup: bench/fail failed')
    expect(ofKind('model_request')).toEqual([])
  })

  test('the user goes on once the model has answered', async () => {
    const { trial, ofKind } = await playOne(
      {
        ...caseOf('talk', { calls: [expected('bench/echo')], answer: [{ contains: 'second' }] }),
        followUps: ['And now?'],
      },
      [{ text: 'first' }, { calls: [{ tool: 'bench/echo', arguments: '{}' }] }, { text: 'second' }],
    )
    expect(trial).toMatchObject({ outcome: 'passed', modelTurns: 3 })
    expect(ofKind('model_request')).toHaveLength(3)
  })

  test('a judge sees the whole conversation, each prompt with what was answered', async () => {
    const asked: string[] = []
    const judge = scriptedModel('scripted:judge', ({ messages }) => {
      const last = messages.at(-1)
      asked.push(last && 'text' in last ? last.text : '')
      return { text: '{"verdict": "pass"}' }
    })
    const rubric = {
      rubric: 'Polite.',
      examples: [{ answer: 'Yes.', verdict: 'pass' }],
      agreement: 1,
      votes: 1,
    } as const
    const talk = { ...caseOf('talk', { judge: rubric }), prompt: 'Look.', followUps: ['Go on.', 'Go on.'] }
    const echo = { text: 'Let me see.', calls: [{ tool: 'bench/echo', arguments: '{}' }] }
    await playOne(talk, [echo, { text: 'first' }, echo, { text: 'second' }, { text: 'third' }], { judge })
    expect(JSON.parse(asked[0] ?? '')).toEqual({ RUBRIC: 'Polite.', ANSWER: 'Yes.' })
    expect(JSON.parse(asked[1] ?? '')).toEqual({
      RUBRIC: 'Polite.',
      EARLIER: [
        { PROMPT: 'Look.', ANSWER: 'first' },
        { PROMPT: 'Go on.', ANSWER: 'second' },
      ],
      PROMPT: 'Go on.',
      ANSWER: 'third',
    })
  })

  test('a trial that used up its budget is stopped, one that went beyond has failed', async () => {
    const talk = (budget: Case['budget']) => ({ ...caseOf('talk', { forbid: ['bench/fail'] }), budget })
    const loop = () => ({
      calls: [
        { tool: 'bench/echo', arguments: '{}' },
        { tool: 'bench/echo', arguments: '{}' },
      ],
    })
    const stopped = await playOne(talk({ steps: 2 }), loop)
    expect(stopped.trial).toMatchObject({
      ...{ modelTurns: 2, stopped: 'case budget', outcome: 'failed' },
      message: 'over budget: still called tools in the last of 2 requests, and never answered',
    })
    const over = await playOne(talk({ calls: 1 }), loop)
    expect(over.trial).toMatchObject({ outcome: 'failed', message: 'over budget: used 2 of 1 calls' })
    expect((await playOne(talk({ calls: 1, steps: 1 }), [{ text: 'Hi.' }])).trial).toMatchObject({
      outcome: 'passed',
    })
  })

  test('a trial in which not all prompts were put has failed, however it answered the others', async () => {
    const talk = (budget: Case['budget']): Case => ({
      ...caseOf('talk', { forbid: ['bench/fail'] }),
      followUps: ['And now?', 'Once more.'],
      budget,
    })
    const echo = { calls: [{ tool: 'bench/echo', arguments: '{}' }] }
    const slow = await playOne(talk({ steps: 3 }), [echo, { text: 'One.' }, { text: 'Two.' }])
    expect(slow.trial).toMatchObject({
      ...{ stopped: 'case budget', outcome: 'failed' },
      message: 'over budget: was stopped (case budget) after request 3, before all prompts were put',
    })
  })

  test('each prompt has 20 requests of its own', async () => {
    const said = { text: 'One.' }
    const long: Case = {
      ...caseOf('talk', {}),
      followUps: Array.from({ length: 24 }, (_, nth) => `And ${nth}?`),
    }
    const whole = await playOne(
      long,
      Array.from({ length: 25 }, () => said),
    )
    expect(whole.trial).toMatchObject({ outcome: 'passed', modelTurns: 25 })
    const echoes = Array.from({ length: 20 }, () => ({ calls: [{ tool: 'bench/echo', arguments: '{}' }] }))
    const endless = await playOne(long, [said, ...echoes, said])
    expect(endless.trial).toMatchObject({ stopped: 'step limit', outcome: 'failed', modelTurns: 21 })
  })

  test('a trial that made all its calls may still answer', async () => {
    const expects = { calls: [expected('bench/echo')], answer: [{ contains: 'done' }] }
    const echo = { calls: [{ tool: 'bench/echo', arguments: '{}' }] }
    const { trial } = await playOne({ ...caseOf('talk', expects), budget: { calls: 1 } }, [
      echo,
      { text: 'Done.' },
    ])
    expect(trial).toMatchObject({ outcome: 'passed', modelTurns: 2 })
  })
})

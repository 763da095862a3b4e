import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Case } from '../../src/domain/suite.ts'
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

async function playOne(each: Case, script: Parameters<typeof scriptedModel>[1]) {
  const suite = { ...suiteOf('state', ['bench'], [each]), toolset: toolset(['bench'], { workspace }) }
  const played = await play({
    suites: [suite],
    models: [scriptedModel('scripted:m', script)],
    servers: [bench],
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

  test('a trial that used up its budget is stopped, one that went beyond has failed', async () => {
    const talk = (budget: Case['budget']) => ({ ...caseOf('talk', { forbid: ['bench/fail'] }), budget })
    const loop = () => ({
      calls: [
        { tool: 'bench/echo', arguments: '{}' },
        { tool: 'bench/echo', arguments: '{}' },
      ],
    })
    const stopped = await playOne(talk({ steps: 2 }), loop)
    expect(stopped.trial).toMatchObject({ modelTurns: 2, stopped: 'case budget' })
    const over = await playOne(talk({ calls: 1 }), loop)
    expect(over.trial).toMatchObject({ outcome: 'failed', message: 'over budget: used 2 of 1 calls' })
    expect((await playOne(talk({ calls: 1, steps: 1 }), [{ text: 'Hi.' }])).trial).toMatchObject({
      outcome: 'passed',
    })
  })
})

import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { UsageError } from '../../../src/errors.ts'
import { gradeTranscript } from '../../../src/evaluate/grade.ts'
import { importTau2 } from '../../../src/evaluate/imports/tau2.ts'
import { folderWith } from '../../config/files.ts'
import { calling } from '../transcripts.ts'
import { load } from './load-imported.ts'

const { signal } = new AbortController()
const action = (name: string, args: object, more: object = {}) => ({
  ...{ action_id: '0', name, arguments: args },
  ...more,
})
const instructions = {
  reason_for_call: 'Cancel it.',
  known_info: 'You are Ana.',
  unknown_info: null,
  task_instructions: 'Be brief.',
}
const task = (id: string, actions: readonly object[], more: object = {}) => ({
  id,
  user_scenario: { persona: null, instructions },
  evaluation_criteria: { actions, communicate_info: ['1628'], reward_basis: ['DB'], ...more },
})
const byUser = { requestor: 'user' }

async function folderOf(...tasks: readonly object[]) {
  return folderWith({ 'tasks.json': JSON.stringify(tasks) })
}

describe('import tau2', () => {
  const said = { anyOf: [{ contains: '1628' }, { contains: '1,628' }] }
  const cancel = action('cancel_order', { order: '#1', by: 'Ana' }, { compare_args: ['order'] })
  const look = action('get_order', { order: '#1' })
  const transfer = action('transfer_to_human_agents', { summary: 'Ana is angry.', reason: 'other' })
  const restart = action('restart', {}, byUser)
  const close = (args: string) =>
    action('call_discoverable_agent_tool', { agent_tool_name: 'close_4', arguments: args })
  const unlock = (name: string) => action('unlock_discoverable_agent_tool', { agent_tool_name: name })
  const cancelled = { tool: 'tau2/cancel_order', args: { order: { equals: '#1' }, by: { equals: 'Ana' } } }
  const transferred = { tool: 'tau2/transfer_to_human_agents', args: { reason: { equals: 'other' } } }

  test.each<[string, readonly object[], object, object]>([
    [
      'of DB, the calls that change it',
      [look, cancel, transfer, restart],
      {},
      { calls: [cancelled], match: 'any-order', answer: [] },
    ],
    [
      'of DB, that nothing changes',
      [look, transfer],
      {},
      { calls: null, forbid: ['tau2/cancel_order', 'tau2/call_discoverable_agent_tool'] },
    ],
    [
      'of COMMUNICATE, the answer',
      [cancel],
      { reward_basis: ['COMMUNICATE'] },
      { calls: null, answer: [said] },
    ],
    [
      'of both where none is named',
      [cancel],
      { reward_basis: undefined },
      { calls: [cancelled], answer: [said] },
    ],
    [
      'of ACTION without any, that nothing must be called',
      [],
      { reward_basis: ['ACTION', 'COMMUNICATE'] },
      { calls: null, forbid: [], answer: [said] },
    ],
    [
      'of ACTION, every call, with what it compares',
      [look, cancel, transfer],
      { reward_basis: ['ACTION'] },
      {
        calls: [
          { tool: 'tau2/get_order', args: { order: { equals: '#1' } } },
          { tool: 'tau2/cancel_order', args: { order: { equals: '#1' } } },
          transferred,
        ],
        match: 'subset',
      },
    ],
    [
      'of a JSON text, what it says; of tools unlocked, those that are called',
      [unlock('close_4'), unlock('open_5'), close('{"id": 7, "note": "angry"}')],
      {},
      {
        calls: [
          { tool: 'tau2/unlock_discoverable_agent_tool', args: { agent_tool_name: { equals: 'close_4' } } },
          {
            tool: 'tau2/call_discoverable_agent_tool',
            args: { agent_tool_name: { equals: 'close_4' }, arguments: { jsonSubset: { id: 7 } } },
          },
        ],
      },
    ],
    [
      'of a discoverable tool that reads, its name',
      [action('call_discoverable_agent_tool', { agent_tool_name: 'get_4', arguments: '{"id": 7}' })],
      {},
      {
        calls: [{ args: { agent_tool_name: { equals: 'get_4' } } }],
      },
    ],
  ])('expects %s', async (_name, actions, more, expected) => {
    const folder = await folderOf(task('0', actions, more), task('1', [cancel, close('{}')]))
    const { cases } = await load(await importTau2(folder))
    const [found] = cases
    expect(found?.prompt).toBe('Cancel it.\nYou are Ana.\nBe brief.')
    expect(found?.expect).toMatchObject(expected)
    const named = ({ calls }: { calls?: readonly { args: object }[] | null }) =>
      calls?.map(({ args }) => Object.keys(args))
    expect(named(found?.expect ?? {})).toEqual(named(expected))
  })

  test('what it cannot judge is left, and said', async () => {
    const folder = await folderOf(
      task('0', [cancel, close('{"id": 7}'), transfer]),
      task('1', [transfer, restart]),
      task('2', [cancel], { reward_basis: ['ENV_ASSERTION'] }),
      { ...task('3', [cancel]), user_scenario: { instructions: {} } },
    )
    const { cases, left } = await importTau2(folder)
    expect(cases.map(({ written }) => written.id)).toEqual([expect.stringMatching(/-0$/)])
    const domain = basename(folder)
    expect(left.slice(2)).toEqual([
      `${domain}: ENV_ASSERTION of the reward`,
      `${domain}: other ways to the same database: the calls that change it are those of the task`,
      `${domain}: what summary says: no two say it to the letter`,
      expect.stringContaining('what a JSON text among the arguments says besides'),
      `${domain}: 1: the user alone does what solves it`,
      `${domain}: 2: nothing of its reward can be judged here (ENV_ASSERTION)`,
      `${domain}: 3: its instructions say nothing`,
    ])
    await expect(importTau2(join(folder, 'nowhere'))).rejects.toThrow('no tasks.json here')
  })

  test('a case is passed in other words and with other spaces, and not with another change', async () => {
    const { cases } = await load(await importTau2(await folderOf(task('0', [cancel, close('{"id": 7}')]))))
    const [found] = cases
    if (!found) throw new Error('no case')
    const outcome = async (...more: readonly (readonly [tool: string, args: JsonObject])[]) =>
      (
        await gradeTranscript(
          found,
          calling(['tau2/cancel_order', { order: '#1', by: 'Ana' }], ...more),
          signal,
        )
      ).outcome
    const closed = (args: string) =>
      ['tau2/call_discoverable_agent_tool', { agent_tool_name: 'close_4', arguments: args }] as const
    expect(await outcome(closed('{ "id" : 7.0 }'))).toBe('passed')
    expect(await outcome(closed('{"id": 8}'))).toBe('failed')
    expect(await outcome(closed('{"id": 7'))).toBe('failed')
    expect(await outcome(closed('{"id": 7}'), ['tau2/cancel_order', { order: '#2' }])).toBe('failed')
  })
})

test.each([
  ['[{"id": "0", "user_scenario": {}}, {"id": "1"', /tasks\.json:1:\d+ {2}/],
  [
    '[\n {"id": "0", "user_scenario": {}},\n 7]',
    /tasks\.json:3:2 {2}expected a task, with id and user_scenario/,
  ],
  ['{}', /tasks\.json:1:1 {2}expected a list of tasks/],
])('import tau2 refuses tasks that are not whole, by name and place: %j', async (text, words) => {
  const folder = await folderWith({ 'tasks.json': text })
  await expect(importTau2(folder)).rejects.toThrow(UsageError)
  await expect(importTau2(folder)).rejects.toThrow(words)
})

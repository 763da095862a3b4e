import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/calltrail-config.ts'
import { loadSuites } from '../../../src/config/suites.ts'
import type { Suite } from '../../../src/domain/suite.ts'
import { UsageError } from '../../../src/errors.ts'
import { gradeTranscript } from '../../../src/evaluate/grade.ts'
import { importBfcl } from '../../../src/evaluate/imports/bfcl.ts'
import { type Import, writeSuite } from '../../../src/evaluate/imports/imported-suite.ts'
import { readPythonCall } from '../../../src/evaluate/imports/python-call.ts'
import { importTau2 } from '../../../src/evaluate/imports/tau2.ts'
import { closeStages, setStages } from '../../../src/evaluate/stage.ts'
import { folderWith } from '../../config/files.ts'
import { calling, transcript } from '../transcripts.ts'

const { signal } = new AbortController()
const lines = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const user = (...turns: readonly string[]) => turns.map((content) => [{ role: 'user', content }])
const area = {
  name: 'geo.area',
  description: 'The area of a box.',
  parameters: { type: 'dict', properties: { w: { type: 'integer' }, h: { type: 'float' } }, required: ['w'] },
}
const truth = [{ 'geo.area': { w: [3], h: [2.0, ''] } }]

const turns = (number: number) => ({
  id: `multi_turn_base_${number}`,
  question: user('Go.', 'Sort.'),
  involved_classes: ['MathAPI'],
  initial_config: {},
})

async function bfclFolder() {
  const folder = await folderWith({
    'BFCL_v4_simple_python.json': lines({
      id: 'simple_python_0',
      question: user('How big?'),
      function: [area],
    }),
    'BFCL_v4_simple_java.json': lines({ id: 'simple_java_0', question: user('How big?'), function: [area] }),
    'BFCL_v4_live_parallel.json': lines({
      id: 'live_parallel_0-0-0',
      question: user('Twice?'),
      function: [area],
    }),
    'BFCL_v4_irrelevance.json': lines({ id: 'irrelevance_0', question: user('Hello?'), function: [area] }),
    'BFCL_v4_live_relevance.json': lines({
      id: 'live_relevance_0',
      question: user('Area?'),
      function: [area],
    }),
    'BFCL_v4_multi_turn_base.json': lines(turns(0), turns(1)),
    'BFCL_v4_memory.json': lines({ id: 'memory_0' }),
  })
  await mkdir(join(folder, 'possible_answer'))
  await mkdir(join(folder, 'multi_turn_func_doc'))
  const write = (path: string, text: string) => writeFile(join(folder, path), text)
  await write(
    'possible_answer/BFCL_v4_simple_python.json',
    '{"id": "simple_python_0", "ground_truth": [{"geo.area": {"w": [3], "h": [2.0, ""]}}]}\n',
  )
  await write(
    'possible_answer/BFCL_v4_live_parallel.json',
    lines({ id: 'live_parallel_0-0-0', ground_truth: [...truth, ...truth] }),
  )
  await write(
    'possible_answer/BFCL_v4_multi_turn_base.json',
    lines(
      { id: 'multi_turn_base_0', ground_truth: [['geo.area(3, h=2.5)'], []] },
      { id: 'multi_turn_base_1', ground_truth: [["geo.area(3, h='x')"], []] },
    ),
  )
  await write('possible_answer/BFCL_v4_simple_java.json', lines({ id: 'simple_java_0', ground_truth: truth }))
  await write('multi_turn_func_doc/math_api.json', lines(area))
  return folder
}

/** As eval would: read, and checked against the tools of its cassette. */
async function load(imported: Import): Promise<Suite> {
  const folder = await folderWith({ 'calltrail.yaml': '{}\n' })
  await writeSuite(join(folder, 'out.yaml'), imported)
  const [suite] = await loadSuites(['out.yaml'], await loadConfig(undefined, folder))
  if (!suite) throw new Error('no suite')
  await closeStages(await setStages({ suites: [suite], exposures: ['full'], servers: [], signal }))
  expect(await readFile(join(folder, 'out.yaml'), 'utf8')).toContain('# Left: ')
  return suite
}

describe('import bfcl', () => {
  test('makes cases of every category that calls are judged in, and says what was left', async () => {
    const imported = await importBfcl(await bfclFolder(), 'default')
    expect(imported.left).toEqual([
      'BFCL_v4_memory.json: not a category that calls are judged in',
      'multi_turn_base_1: an answer that the function itself refuses: bfcl/geo.area',
      'multi_turn_base: the state that calls leave, their results, and in which turn each is made',
    ])
    const { cases } = await load(imported)
    expect(cases.map(({ id }) => id)).toEqual([
      'irrelevance_0',
      'live_parallel_0-0-0',
      'live_relevance_0',
      'multi_turn_base_0',
      'simple_java_0',
      'simple_python_0',
    ])
    expect(cases.find(({ id }) => id === 'multi_turn_base_0')).toMatchObject({
      prompt: 'Go.',
      followUps: ['Sort.'],
      expect: { calls: [{ tool: 'bfcl/geo.area', args: { w: { equals: 3 }, h: { equals: 2.5 } } }] },
    })
    expect(cases[0]?.recording?.snapshots[0]?.tools[0]?.inputSchema).toMatchObject({
      type: 'object',
      properties: { w: { type: 'integer' }, h: { type: 'number' } },
    })
  })

  test('the cases are judged as their category says, in either mode', async () => {
    const right = calling(['bfcl/geo.area', { w: 3 }])
    const outcomes = async (mode: 'bfcl' | 'default') => {
      const { cases } = await load(await importBfcl(await bfclFolder(), mode))
      const judged = ['simple_python_0', 'irrelevance_0', 'live_relevance_0'].map(async (id) => {
        const each = cases.find((one) => one.id === id)
        if (!each) throw new Error(id)
        const silent = transcript([], { answer: 'No.' })
        return [
          id,
          (await gradeTranscript(each, right, signal)).outcome,
          (await gradeTranscript(each, silent, signal)).outcome,
        ]
      })
      return Promise.all(judged)
    }
    const expected = [
      ['simple_python_0', 'passed', 'failed'],
      ['irrelevance_0', 'failed', 'passed'],
      ['live_relevance_0', 'passed', 'failed'],
    ]
    expect(await outcomes('default')).toEqual(expected)
    expect(await outcomes('bfcl')).toEqual(expected)
  })

  const python = 'BFCL_v4_simple_python.json'
  const row = { id: 'simple_python_0', question: user('How big?'), function: [area] }
  test.each([
    [python, `${JSON.stringify(row)}\n\n{"id": "simple_python_1", "ques`, `${python}:3:27  no JSON: `],
    [python, `${lines(row)}{"id": 1,}\n`, `${python}:2:1  no JSON: neither comments nor`],
    [python, `// a note\n`, `${python}:1:1  no JSON`],
    [
      python,
      lines(row, { id: 'b' }),
      `${python}:2:1  expected a JSON object with id, question, function: there is no question, no function`,
    ],
    [python, lines(row, [1]), `${python}:2:1  expected a JSON object with id`],
    [python, '\n', `${python}:1:1  the file is empty`],
    [
      python,
      lines(row, { ...row, id: 'b' }, { ...row, id: 'c' }),
      `${python}:2:1  b (and 1 more) without an answer in `,
    ],
    [
      `possible_answer/${python}`,
      lines({ id: 'simple_python_0', ground_truth: truth }, { id: 'b', ground_truth: truth }),
      `${python}:2:1  b answered without a question in `,
    ],
    ['multi_turn_func_doc/math_api.json', '{"name": "ab', 'math_api.json:1:10  no JSON: '],
    ['BFCL_v4_irrelevance.json', '{"id": "irr', 'BFCL_v4_irrelevance.json:1:8  no JSON: '],
  ])('a file that is not whole is refused by name and place: %s, %j', async (name, text, words) => {
    const folder = await bfclFolder()
    await writeFile(join(folder, name), text)
    await expect(importBfcl(folder, 'default')).rejects.toThrow(UsageError)
    await expect(importBfcl(folder, 'default')).rejects.toThrow(words)
  })

  test('a folder without its files is refused', async () => {
    await expect(importBfcl(await folderWith({ 'a.json': '{}' }), 'bfcl')).rejects.toThrow(
      'no BFCL_v…_CATEGORY.json here',
    )
  })
})

test('import tau2 expects what the agent writes, in any order, and forbids writing where nothing is to be written', async () => {
  const action = (name: string, args: object, more: object = {}) => ({
    action_id: '0',
    name,
    arguments: args,
    ...more,
  })
  const task = (id: string, actions: readonly object[], more: object = {}) => ({
    id,
    user_scenario: {
      persona: null,
      instructions: {
        reason_for_call: 'Cancel it.',
        known_info: 'You are Ana.',
        unknown_info: null,
        task_instructions: 'Be brief.',
      },
    },
    evaluation_criteria: { actions, communicate_info: ['42'], reward_basis: ['DB', 'NL_ASSERTION'], ...more },
  })
  const cancel = action('cancel_order', { order: '#1', note: 'any' }, { compare_args: ['order'] })
  const tasks = [
    task('0', [action('get_order', { order: '#1' }), cancel, action('restart', {}, { requestor: 'user' })]),
    task('1', []),
    task('2', [action('restart', {}, { requestor: 'user' })]),
  ]
  const folder = await folderWith({ 'tasks.json': JSON.stringify(tasks) })
  const imported = await importTau2(folder)
  expect(imported.left.slice(-2)).toEqual([
    expect.stringContaining('NL_ASSERTION of the reward'),
    expect.stringMatching(/: 2: the user alone does what solves it$/),
  ])
  const { cases } = await load(imported)
  expect(
    cases.map(({ prompt, expect: { calls, forbid, match, answer } }) => ({
      prompt,
      calls,
      forbid,
      match,
      answer,
    })),
  ).toMatchObject([
    {
      prompt: 'Cancel it.\nYou are Ana.\nBe brief.',
      calls: [{ tool: 'tau2/cancel_order', args: { order: { equals: '#1' } } }],
      match: 'any-order',
      answer: [{ contains: '42' }],
    },
    { calls: null, forbid: ['tau2/cancel_order'] },
  ])
  await expect(importTau2(join(folder, 'nowhere'))).rejects.toThrow('no tasks.json here')
  await expect(writeSuite(join(folder, 'nowhere/suite.yaml'), imported)).rejects.toThrow(UsageError)
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

test('a call in Python is read with its literals, and nothing else is', () => {
  const read = (source: string) => readPythonCall(source, () => ['a', 'b'])
  expect(read(`f(1, b="x, y", c=[True, None, (1.5, -2)], d={'k': 'it\\'s'})`)).toEqual({
    name: 'f',
    args: { a: 1, b: 'x, y', c: [true, null, [1.5, -2]], d: { k: "it's" } },
  })
  expect(read('f()')).toEqual({ name: 'f', args: {} })
  for (const source of ['f(a=g(1))', 'f(1, 2, 3)', 'f', 'f(a b)', 'f([1', 'f(x + 1)'])
    expect(read(source)).toBeNull()
})

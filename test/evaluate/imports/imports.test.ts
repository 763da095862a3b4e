import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { gradeTranscript } from '../../../src/evaluate/grade.ts'
import { importBfcl } from '../../../src/evaluate/imports/bfcl.ts'
import { writeSuite } from '../../../src/evaluate/imports/imported-suite.ts'
import { readPythonCall } from '../../../src/evaluate/imports/python-call.ts'
import { folderWith } from '../../config/files.ts'
import { calling, transcript } from '../transcripts.ts'
import { load } from './load-imported.ts'

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
    'BFCL_v4_multi_turn_miss_func.json': lines({ ...turns(0), id: 'multi_turn_miss_func_0' }),
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
  await write(
    'possible_answer/BFCL_v4_multi_turn_miss_func.json',
    lines({ id: 'multi_turn_miss_func_0', ground_truth: [['geo.area(3)'], []] }),
  )
  await write('possible_answer/BFCL_v4_simple_java.json', lines({ id: 'simple_java_0', ground_truth: truth }))
  await write('multi_turn_func_doc/math_api.json', lines(area))
  return folder
}

describe('import bfcl', () => {
  test('makes cases of every category that calls are judged in, and says what was left', async () => {
    const imported = await importBfcl(await bfclFolder(), 'default')
    expect(imported.left).toEqual([
      'BFCL_v4_memory.json: not a category that calls are judged in',
      'multi_turn_base_1: an answer that the function itself refuses: bfcl/geo.area',
      'multi_turn_base: the state that calls leave, their results, and in which turn each is made',
      'multi_turn_miss_func: the state that calls leave, their results, and in which turn each is made',
      'multi_turn_miss_func: that some functions appear in a later turn only; all are shown from the first',
    ])
    const { cases } = await load(imported)
    expect(cases.map(({ id }) => id)).toEqual([
      'irrelevance_0',
      'live_parallel_0-0-0',
      'live_relevance_0',
      'multi_turn_base_0',
      'multi_turn_miss_func_0',
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
    const { cases } = await load(await importBfcl(await bfclFolder(), 'bfcl'))
    expect(cases[0]?.expect).toMatchObject({ calls: null, bfcl: { category: 'irrelevance', mode: 'bfcl' } })
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

  test('a suite that cannot be written is refused', async () => {
    const imported = await importBfcl(await bfclFolder(), 'bfcl')
    await expect(writeSuite('nowhere/at/all/suite.yaml', imported)).rejects.toThrow(UsageError)
  })

  test('a folder without its files is refused', async () => {
    await expect(importBfcl(await folderWith({ 'a.json': '{}' }), 'bfcl')).rejects.toThrow(
      'no BFCL_v…_CATEGORY.json here',
    )
  })
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

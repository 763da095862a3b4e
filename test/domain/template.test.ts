import { expect, test } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { referencesOf, render } from '../../src/domain/template.ts'

const values = {
  input: { path: 'a.txt', count: 2, list: [1, null], 'odd-name': true },
  file: { text: '{{ input.path }}', data: { lines: [{ no: 7 }] }, failed: false },
}

test.each<[Json, Json | undefined]>([
  ['{{ input.path }}', 'a.txt'],
  ['{{input.count}}', 2],
  ['{{ input.list }}', [1, null]],
  ['{{ input.odd-name }}', true],
  ['{{ file.data.lines[0].no }}', 7],
  ['{{ file.data.lines[1].no }}', undefined],
  ['{{ input.toString }}', undefined],
  ['path {{ input.path }}, {{ input.list }}{{ input.none }}.', 'path a.txt, [1,null].'],
  [
    { a: '{{ input.count }}', b: '{{ input.none }}', c: [3, '{{ input.none }}'] },
    { a: 2, c: [3] },
  ],
  [
    [
      ['1', '2'],
      ['3', null],
    ],
    [
      ['1', '2'],
      ['3', null],
    ],
  ],
  [
    ['{{ input.list }}', null, '{{ input.none }}', []],
    [[1, null], null, []],
  ],
  ['no reference { here }', 'no reference { here }'],
  [7, 7],
  // What came back from a tool is data: it is not read as a template again.
  ['{{ file.text }}', '{{ input.path }}'],
])('%j becomes %j', (template, value) => {
  expect(render(template, values)).toEqual(value)
})

test('references are found wherever they stand, and what is none is told apart', () => {
  const template = { a: ['x {{ input.path }}', { b: '{{ 1 + 1 }}' }] }
  expect(referencesOf(template)).toEqual([
    { text: '{{ input.path }}', reference: ['input', 'path'], path: ['a', 0] },
    { text: '{{ 1 + 1 }}', reference: null, path: ['a', 1, 'b'] },
  ])
})

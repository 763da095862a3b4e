import { describe, expect, test } from 'vitest'
import { readSource } from '../../src/config/located-document.ts'
import { parseYaml } from '../../src/config/parse-yaml.ts'
import { complaints, folderWith } from './files.ts'

const parse = (text: string) => parseYaml({ file: 'f.yaml', folder: '/', text })

describe('YAML that cannot be read', () => {
  test.for<[fact: string, text: string, lines: string[]]>([
    ['an empty file', '', ['f.yaml:1:1  the file is empty']],
    ['only a comment', '# nothing\n', ['f.yaml:1:1  the file is empty']],
    ['a tab', 'a:\n\tb: 1\n', ['f.yaml:2:1  a tab in the indentation', 'YAML is indented with spaces']],
    [
      'a repeated key',
      'a: 1\nb: 2\na: 3\n',
      ['f.yaml:3:1  this key is there twice', 'remove or rename one of the two'],
    ],
    ['an open quote', 'a: "x\n', ['f.yaml:2:1  Missing closing "quote']],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      ['f.yaml:2:1  a second document begins here', 'one file holds one document: remove the ---'],
    ],
    ['an unknown anchor', 'a: [1, *b]\n', ['f.yaml:1:8  no anchor &b before this']],
    ['an unknown tag', 'a: !thing 1\n', ['f.yaml:1:4  Unresolved tag: !thing']],
  ])('%s', async ([, text, lines]) => {
    expect(await complaints(() => parse(text))).toEqual(lines)
  })

  test('nesting without end', async () => {
    expect(await complaints(() => parse('['.repeat(20_000)))).toEqual([
      expect.stringMatching(/nested too deeply$/),
    ])
  })

  test('anchors that multiply without end', async () => {
    const rows = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'])
      rows.push(`${to}: &${to} [${`*${from}, `.repeat(9)}]`)
    expect(await complaints(() => parse(rows.join('\n')))).toEqual([
      'f.yaml:1:1  anchors that repeat themselves too often',
    ])
  })
})

describe('a document', () => {
  test('locates values, keys, the nearest ancestor of what is not there, and through anchors', () => {
    const { value, locate, locateKey } = parse('a: &x\n  - b: 1\n    8: two\nc: *x\n')
    expect(value).toEqual({ a: [{ b: 1, 8: 'two' }], c: [{ b: 1, 8: 'two' }] })
    expect(locate(['a', 0, 'b'])).toEqual({ file: 'f.yaml', line: 2, column: 8 })
    expect(locateKey(['a', 0, 'b'])).toEqual({ file: 'f.yaml', line: 2, column: 5 })
    expect(locate(['a', 0, '8'])).toMatchObject({ line: 3, column: 8 })
    expect(locate(['a', 0, 'z', 1])).toMatchObject({ line: 2, column: 5 })
    expect(locate(['c', 0, 'b'])).toMatchObject({ line: 2, column: 8 })
    expect(locate([])).toMatchObject({ line: 1, column: 1 })
  })

  test('with a byte order mark and Windows line ends counts as people do', async () => {
    const folder = await folderWith({ 'f.yaml': '\uFEFFa: 1\r\nb: 2\r\n' })
    const { locate, locateKey } = parseYaml(await readSource('f.yaml', folder))
    expect(locate(['a'])).toEqual({ file: 'f.yaml', line: 1, column: 4 })
    expect(locateKey(['b'])).toEqual({ file: 'f.yaml', line: 2, column: 1 })
  })
})

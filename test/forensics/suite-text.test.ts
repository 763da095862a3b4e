import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { newSuiteText, withCase } from '../../src/forensics/suite-text.ts'
import { complaints } from '../config/files.ts'

const added = '# Recorded\n- id: new\n  prompt: |-\n    two\n\n    lines\n  expect:\n    calls: []\n'

const suites = {
  'comments and odd spaces': `# head
suite:   incidents   # its name
toolset: { cassette: x.json }
cases:
  - id: one      # c
    prompt: 'hi'
    expect: { calls: [] }   # tail

    # of the case

  # of nobody
tags: 1
`,
  'a text in a block at the end': 'cases:\n    - id: one\n      prompt: |\n        many\n        lines\n',
  'hyphens in the first column, no line break at the end':
    'suite: a\ncases:\n- id: one\n  expect: {calls: []}',
  'Windows line ends': 'suite: a\r\ncases:\r\n  - id: one # c\r\n    prompt: x\r\n# end\r\n',
  'cases in braces': 'cases:\n  - { id: one, prompt: x } # c\n\n\n# end\n',
}

describe('a case is added', () => {
  for (const [name, suite] of Object.entries(suites))
    test(`to a suite with ${name}, every byte of which stays`, () => {
      const joined = withCase(suite, added, 'x.yaml')
      const at = [...suite].findIndex((_, index) => !joined.startsWith(suite.slice(0, index + 1)))
      const rest = at < 0 ? '' : suite.slice(at)
      expect(joined.startsWith(at < 0 ? suite : suite.slice(0, at))).toBe(true)
      expect(joined.endsWith(rest)).toBe(true)
      const { cases } = parse(joined)
      expect(cases).toHaveLength(2)
      expect(cases[1]).toEqual({ id: 'new', prompt: 'two\n\nlines', expect: { calls: [] } })
    })

  test('after the comments of the case before it, and before those of what follows', () => {
    const lines = withCase(suites['comments and odd spaces'], added, 'x.yaml').split('\n')
    const places = ['    # of the case', '  # Recorded', '  - id: new', '  # of nobody'].map((line) =>
      lines.indexOf(line),
    )
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
  })

  test('in the line ends of the file', () => {
    expect(withCase(suites['Windows line ends'], added, 'x.yaml').replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('to a suite that is not there', () => {
    const suite = newSuiteText(
      { name: 'incidents', cassette: 'incidents.cassette.json', policies: ['../p q.cedar'] },
      added,
    )
    expect(parse(suite)).toMatchObject({
      suite: 'incidents',
      toolset: { cassette: 'incidents.cassette.json' },
      policies: ['../p q.cedar'],
      cases: [{ id: 'new', prompt: 'two\n\nlines' }],
    })
  })

  test('to no list that stands in one line', async () => {
    expect(await complaints(() => withCase('cases: [{ id: one }]\n', added, 'x.yaml'))).toEqual([
      'x.yaml: write its cases one below the other, each after a hyphen, to have one added',
    ])
  })
})

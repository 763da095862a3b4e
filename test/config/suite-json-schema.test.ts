import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { suiteJsonSchema } from '../../src/config/suite-json-schema.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { UsageError } from '../../src/errors.ts'
import { folderWith } from './files.ts'

test('the schema in the package is the one that the code makes: npm run schemas', () => {
  expect(JSON.parse(readFileSync('schemas/suite.schema.json', 'utf8'))).toEqual(suiteJsonSchema())
})

test('editors accept the suites of the quickstart, and find a misspelled key', () => {
  const validate = new Ajv2020({ strict: false }).compile(suiteJsonSchema())
  for (const file of readdirSync('suites/quickstart').filter((name) => name.endsWith('.yaml'))) {
    const suite = parse(readFileSync(`suites/quickstart/${file}`, 'utf8'))
    expect([file, validate(suite), validate.errors]).toEqual([file, true, null])
    expect(validate({ ...suite, polices: [] })).toBe(false)
  }
})

const suiteWith = (expect: object, more: object = {}, around: object = {}) => ({
  suite: 's',
  toolset: { servers: ['t'] },
  cases: [{ id: 'a', prompt: 'Do it.', expect, ...more }],
  ...around,
})
const answer = (matcher: unknown) => suiteWith({ answer: matcher })
const argument = (matcher: unknown) => suiteWith({ calls: [{ tool: 't/a', args: { x: matcher } }] })
const judged = (verdicts: readonly string[], rubric = 'Is it kind?') =>
  suiteWith(
    { judge: { rubric, examples: verdicts.map((verdict) => ({ answer: 'Yes.', verdict })) } },
    {},
    { judge: 'openai:m' },
  )
const composed = (when: object) =>
  suiteWith(
    { calls: [] },
    {},
    {
      toolset: {
        servers: ['t'],
        composite: {
          actions: [
            {
              name: 'act',
              description: 'Acts.',
              onFailure: 'stop',
              steps: [{ call: 't/a' }, { call: 't/b', when }],
            },
          ],
        },
      },
    },
  )
const fixture = (path: string) => suiteWith({ calls: [] }, { fixtures: { [path]: 'x' } })
const waiting = (more: object) =>
  suiteWith({
    calls: [
      { tool: 't/a', id: 'a' },
      { tool: 't/b', after: ['a'] },
    ],
    ...more,
  })

describe('editors and the loader agree', () => {
  const validate = new Ajv2020({ strict: false }).compile(suiteJsonSchema())
  const loads = async (suite: object) => {
    const folder = await folderWith({
      'calltrail.yaml': 'mcpServers: { t: { command: node } }\n',
      'suite.yaml': JSON.stringify(suite),
    })
    return loadSuites(['suite.yaml'], await loadConfig(undefined, folder)).then(
      () => true,
      (error: unknown) => {
        if (error instanceof UsageError) return false
        throw error
      },
    )
  }

  test.each<[string, object]>([
    ['a number without its bounds', answer({ number: 1 })],
    ['bounds without a number', answer({ within: 1 })],
    ['a number within a duration', argument({ number: 1, within: '1d' })],
    ['a date within a number', argument({ date: '2026-01-01', within: 1 })],
    ['a date within no duration', argument({ date: '2026-01-01', within: 'a day' })],
    ['a date that is none', argument({ date: 'soon' })],
    ['two matchers in one mapping', answer({ contains: 'a', regex: 'b' })],
    ['a number and another matcher', argument({ number: 1, within: 1, equals: 1 })],
    ['no matcher', answer({})],
    ['no matcher of an argument', argument({})],
    ['a matcher within another that is none', answer({ not: {} })],
    ['several with one that is none', answer({ anyOf: [{ contains: 'a' }, { number: 1 }] })],
    ['a misspelled matcher', argument({ contians: 'a' })],
    ['any that is false', answer({ any: false })],
    ['a schema that is no mapping', argument({ jsonSchema: 'string' })],
    ['an expectation of nothing', suiteWith({})],
    ['a match mode alone', suiteWith({ match: 'exact' })],
    ['no calls to expect', suiteWith({ calls: null })],
    ['nothing forbidden', suiteWith({ forbid: [] })],
    ['an answer of no matcher', answer([])],
    ['no state', suiteWith({ state: [] })],
    ['an order in another mode', waiting({ match: 'exact' })],
    ['an order in the mode that is meant unless said', waiting({})],
    ['a judge with one example', judged(['pass'])],
    ['a judge with examples of one kind', judged(['fail', 'fail'])],
    ['a judge without an example', judged([])],
    ['a rubric of spaces', judged(['pass', 'fail'], ' ')],
    ['a judge whom nobody names', { ...judged(['pass', 'fail']), judge: undefined }],
    ['a prompt of spaces', suiteWith({ calls: [] }, { prompt: ' \n' })],
    ['a fixture out of the workspace', fixture('../x')],
    ['a fixture out of it on a way', fixture('a/../../x')],
    ['a fixture out of it by backslashes', fixture('a\\..\\x')],
    ['a fixture above it', fixture('..')],
    ['a fixture at the root', fixture('/x')],
    ['a fixture without a name', fixture('')],
    [
      'arguments of a set-up that are no mapping',
      suiteWith({ calls: [] }, { setup: [{ tool: 't/a', args: [1] }] }),
    ],
    ['a budget of nothing', suiteWith({ calls: [] }, { budget: { steps: 0 } })],
    ['no toolset', suiteWith({ calls: [] }, {}, { toolset: {} })],
    [
      'servers and a cassette',
      suiteWith({ calls: [] }, {}, { toolset: { servers: ['t'], cassette: 'c.json' } }),
    ],
    ['a miss of servers', suiteWith({ calls: [] }, {}, { toolset: { servers: ['t'], miss: 'live' } })],
    ['a condition of nothing', composed({ value: 'x' })],
    ['two conditions in one', composed({ value: 'x', equals: 1, exists: true })],
    [
      'answers of BFCL that are no list',
      suiteWith({ bfcl: { category: 'x', language: 'python', functions: '{}', answers: '[]' } }),
    ],
  ])('on what is wrong: %s', async (_name, suite) => {
    expect([validate(suite), await loads(suite)]).toEqual([false, false])
  })

  test.each<[string, object]>([
    ['a number', answer({ number: 1, within: 0 })],
    ['a date', argument({ date: '21 November 2026' })],
    ['a date within a duration', answer({ date: '2026-01-01T10:00:00Z', within: '1.5h' })],
    ['several matchers', answer({ anyOf: [{ contains: 'a' }, { not: { any: true } }] })],
    ['a list of matchers', answer([{ startsWith: 'a' }, 'b', 7])],
    ['a bare value', argument([1, { a: null }])],
    ['an exact number', argument({ $number: '12345678901234567891' })],
    ['a matcher of null', argument({ equals: null })],
    ['calls of nothing', suiteWith({ calls: [] })],
    ['null calls beside an answer', suiteWith({ calls: null, answer: '8080' })],
    ['an order', waiting({ match: 'partial-order' })],
    ['a judge', judged(['pass', 'fail', 'pass'])],
    ['several prompts', suiteWith({ calls: [] }, { prompt: ['a', ' b '] })],
    ['a fixture', fixture('a/..b/c..d/.e')],
    ['a condition', composed({ value: 'x', contains: [1] })],
    [
      'several conditions',
      composed([
        { value: 'x', equals: null },
        { value: 'y', exists: false },
      ]),
    ],
  ])('on what is right: %s', async (_name, suite) => {
    expect([validate(suite), validate.errors, await loads(suite)]).toEqual([true, null, true])
  })
})

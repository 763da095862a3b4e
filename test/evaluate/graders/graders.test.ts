import { describe, expect, test } from 'vitest'
import type { GraderFactory, Transcript } from '../../../src/domain/grader.ts'
import type { Case, MatchMode } from '../../../src/domain/suite.ts'
import { abstention } from '../../../src/evaluate/graders/abstention.ts'
import { answer } from '../../../src/evaluate/graders/answer.ts'
import { argumentAccuracy } from '../../../src/evaluate/graders/arguments.ts'
import { budget } from '../../../src/evaluate/graders/budget.ts'
import { forbidden } from '../../../src/evaluate/graders/forbidden.ts'
import { judges, measurements } from '../../../src/evaluate/graders/graders.ts'
import { judge } from '../../../src/evaluate/graders/judge.ts'
import { replay } from '../../../src/evaluate/graders/replay.ts'
import { selection } from '../../../src/evaluate/graders/selection.ts'
import { state } from '../../../src/evaluate/graders/state.ts'
import { tokens } from '../../../src/evaluate/graders/tokens.ts'
import { describeGraderContract } from '../../contracts/grader.ts'
import {
  calling,
  callTurn,
  decided,
  denial,
  expected,
  modelTurn,
  testCase,
  transcript,
} from '../transcripts.ts'

const asksForCalls = (['exact', 'any-order', 'subset', 'superset'] as const).map((match) =>
  testCase({ calls: [expected('files/read', { path: { equals: 'a' } }), expected('files/write')], match }),
)

describeGraderContract('selection', selection, { asks: asksForCalls })
describeGraderContract('arguments', argumentAccuracy, { asks: asksForCalls })
describeGraderContract('abstention', abstention, { asks: [testCase({ calls: [] })] })
describeGraderContract('forbidden', forbidden, { asks: [testCase({ forbid: ['files/write'] })] })
describeGraderContract('answer', answer, { asks: [testCase({ answer: [{ contains: 'done' }] })] })
describeGraderContract('state', state, {
  asks: [testCase({ state: [{ tool: 'files/read', args: {}, result: [{ contains: 'a' }] }] })],
})
describeGraderContract('judge', judge, {
  asks: [
    testCase({
      judge: { rubric: 'Polite.', examples: [{ answer: 'a', verdict: 'pass' }], agreement: 1, votes: 1 },
    }),
  ],
})
describeGraderContract('budget', budget, { asks: [{ ...testCase({}), budget: { calls: 1, tokens: 200 } }] })
describeGraderContract('tokens', tokens, { asks: [testCase({})], isMeasurement: true, isAskedAlways: true })
describeGraderContract('replay', replay, {
  asks: [{ ...testCase({}), recording: { snapshots: [], calls: [] } }],
  isMeasurement: true,
})

test('every grader is either a judge or a measurement', () => {
  expect([...judges, ...measurements]).toHaveLength(12)
})

async function grade(create: GraderFactory, asking: Case, seen: Transcript) {
  const score = await create(asking)?.grade(seen, new AbortController().signal)
  if (!score) throw new Error('nothing to judge')
  return score
}

describe('which calls pass', () => {
  const wanted = [expected('files/write'), expected('files/move')]
  const made: readonly (readonly [what: string, seen: Transcript, passing: readonly MatchMode[]])[] = [
    [
      'these calls in order',
      calling(['files/write'], ['files/move']),
      ['exact', 'any-order', 'subset', 'superset'],
    ],
    [
      'these calls in another order',
      calling(['files/move'], ['files/write']),
      ['any-order', 'subset', 'superset'],
    ],
    [
      'these calls and one that reads',
      calling(['files/write'], ['files/read'], ['files/move']),
      ['any-order', 'subset', 'superset'],
    ],
    [
      'these calls and one that writes',
      calling(['files/write'], ['memory/delete'], ['files/move']),
      ['subset'],
    ],
    ['one of them twice', calling(['files/write'], ['files/move'], ['files/move']), ['subset']],
    ['one of them', calling(['files/move']), ['superset']],
    ['one of them and one that reads', calling(['files/move'], ['files/read']), ['superset']],
    ['another', calling(['memory/delete']), []],
    ['nothing', calling(), ['superset']],
  ]

  test.each(made)('%s', async (_, seen, passing) => {
    for (const match of ['exact', 'any-order', 'subset', 'superset'] as const) {
      const { passed } = await grade(selection, testCase({ calls: wanted, match }), seen)
      expect({ match, passed }).toEqual({ match, passed: passing.includes(match) })
    }
  })
})

describe('selection', () => {
  test('an alternative is as right', async () => {
    const asking = testCase({ calls: [expected('files/edit', {}, ['files/write'])], match: 'exact' })
    expect(await grade(selection, asking, calling(['files/write']))).toMatchObject({ value: 1, passed: true })
  })

  test('every call counts in the number, extra reads too', async () => {
    const asking = testCase({ calls: [expected('files/write')] })
    const score = await grade(selection, asking, calling(['files/read'], ['files/read'], ['files/write']))
    expect(score.passed).toBe(true)
    expect(score.value).toBeCloseTo(0.5, 12)
    expect(score.details).toMatchObject({ precision: 1 / 3, recall: 1, exact: 0, expected: 1, made: 3 })
  })

  test('precision is unknown, not 0, when nothing was called', async () => {
    const score = await grade(selection, testCase({ calls: [expected('files/write')] }), calling())
    expect(score).toMatchObject({ value: 0, passed: false, details: { precision: null, recall: 0 } })
  })

  test('a malformed call of the right tool selects nothing', async () => {
    const decision = decided('a', 'files/write', null)
    const seen = transcript([modelTurn({ decisions: [decision] }), modelTurn({ text: 'Done.' })])
    const score = await grade(selection, testCase({ calls: [expected('files/write')] }), seen)
    expect(score).toMatchObject({ value: 0, passed: false, details: { made: 1, malformed: 1 } })
    expect(score.reason).toBe('expected files/write; called files/write (malformed)')
  })

  test('a tool that does not exist is a wrong selection', async () => {
    const seen = transcript([modelTurn({ decisions: [decided('a', 'write_file')] })])
    const score = await grade(selection, testCase({ calls: [expected('files/write')] }), seen)
    expect(score).toMatchObject({ value: 0, passed: false, details: { made: 1 } })
  })

  test('a call that policy denied was selected all the same', async () => {
    const decision = decided('a', 'files/write')
    const seen = transcript([modelTurn({ decisions: [decision] }), denial(decision)])
    const score = await grade(selection, testCase({ calls: [expected('files/write')] }), seen)
    expect(score).toMatchObject({ value: 1, passed: true })
  })
})

describe('behind find_tool and call_tool', () => {
  const tools = ['find_tool', 'call_tool']
  const find = modelTurn({ tools, decisions: [decided('a', 'find_tool', { query: 'write' })] })
  const found = { type: 'retrieval', query: 'write', tools: ['files/write'] } as const
  const through = (name: string) => decided('b', 'call_tool', { name, arguments: { path: 'x' } })
  const asking = testCase({ calls: [expected('files/write', { path: { equals: 'x' } })], match: 'exact' })

  test('only what call_tool called counts', async () => {
    const inner = callTurn(decided('c', 'files/write', { path: 'x' }), { parentId: 'b' })
    const seen = transcript([find, found, modelTurn({ tools, decisions: [through('files/write')] }), inner])
    expect(await grade(selection, asking, seen)).toMatchObject({ value: 1, passed: true })
    expect(await grade(argumentAccuracy, asking, seen)).toMatchObject({ value: 1, passed: true })
  })

  test('a name that call_tool did not know is a wrong selection', async () => {
    const seen = transcript([find, found, modelTurn({ tools, decisions: [through('files/wrote')] })])
    const score = await grade(selection, asking, seen)
    expect(score).toMatchObject({ value: 0, details: { made: 1 } })
    expect(score.reason).toContain('files/wrote (never sent)')
  })

  test('a tool that was found but must be called through call_tool was not called', async () => {
    const seen = transcript([find, found, modelTurn({ tools, decisions: [decided('b', 'files/write')] })])
    expect(await grade(selection, asking, seen)).toMatchObject({ value: 0, passed: false })
  })

  test('to look for tools is to call nothing', async () => {
    const seen = transcript([find, found, modelTurn({ tools, text: 'Done.' })])
    expect((await grade(abstention, testCase({ calls: [] }), seen)).passed).toBe(true)
  })

  test('call ids that repeat in later turns are told apart', async () => {
    const again = (tool: string) => decided('call_0', tool)
    const seen = transcript([
      modelTurn({ decisions: [again('files/read')] }),
      callTurn(again('files/read')),
      modelTurn({ decisions: [again('files/write')] }),
      callTurn(again('files/write')),
    ])
    const score = await grade(selection, testCase({ calls: [expected('files/write')] }), seen)
    expect(score.details).toMatchObject({ made: 2 })
  })
})

describe('arguments', () => {
  const asking = testCase({ calls: [expected('files/write', { path: { endsWith: '.md' } })] })

  test('the reason names the argument, what it was and what it should have been', async () => {
    const score = await grade(argumentAccuracy, asking, calling(['files/write', { path: 'a.txt' }]))
    expect(score).toMatchObject({ value: 0, passed: false })
    expect(score.reason).toBe('files/write: path was "a.txt", expected to end with ".md"')
  })

  test('of two calls of the tool the one with the right arguments answers', async () => {
    const seen = calling(['files/write', { path: 'a.txt' }], ['files/write', { path: 'a.md' }])
    expect(await grade(argumentAccuracy, asking, seen)).toMatchObject({ value: 1, passed: true })
  })

  test('without the right tool there are none to judge', async () => {
    expect(await grade(argumentAccuracy, asking, calling(['files/read']))).toMatchObject({
      value: null,
      passed: null,
    })
  })

  test('redacted arguments cannot be judged, missing ones neither', async () => {
    const seen = calling(['files/write', { path: '[redacted:path:0a1b]' }])
    expect(await grade(argumentAccuracy, asking, seen)).toMatchObject({ value: null, passed: null })
    const erased = transcript([callTurn(decided('a', 'files/write'), { arguments: null })])
    expect(await grade(argumentAccuracy, asking, erased)).toMatchObject({ value: null, passed: null })
  })

  test('a call without arguments does not match expected ones', async () => {
    expect((await grade(argumentAccuracy, asking, calling(['files/write', {}]))).passed).toBe(false)
  })
})

describe('abstention', () => {
  const asking = testCase({ calls: [] })

  test('a malformed call is not abstained', async () => {
    const seen = transcript([modelTurn({ decisions: [decided('a', 'files/read', null)] }), modelTurn({})])
    expect(await grade(abstention, asking, seen)).toMatchObject({ value: 0, passed: false })
  })

  test('nor is a call that only reads', async () => {
    const score = await grade(abstention, asking, calling(['files/read']))
    expect(score).toMatchObject({ passed: false, reason: 'called files/read, expected no call' })
  })

  test('nor is silence', async () => {
    expect((await grade(abstention, asking, transcript([modelTurn({})], { answer: ' ' }))).passed).toBe(false)
  })

  test('an answer without a call is', async () => {
    expect(await grade(abstention, asking, calling())).toMatchObject({ value: 1, passed: true })
  })
})

describe('forbidden', () => {
  const asking = testCase({ forbid: ['files/write'] })
  const decision = decided('a', 'files/write')

  test.each([
    ['made', calling(['files/write'])],
    ['denied', transcript([modelTurn({ decisions: [decision] }), denial(decision)])],
    ['malformed', transcript([modelTurn({ decisions: [decided('a', 'files/write', null)] })])],
    ['of a tool that was not shown', transcript([modelTurn({ decisions: [decided('a', 'files__write')] })])],
  ])('a forbidden call counts when it was %s', async (_, seen) => {
    expect(await grade(forbidden, asking, seen)).toMatchObject({ value: 0, passed: false })
  })

  test('other calls do not', async () => {
    expect((await grade(forbidden, asking, calling(['files/move']))).passed).toBe(true)
  })
})

describe('answer', () => {
  test('all matchers must match, and the reason names the first that does not', async () => {
    const asking = testCase({ answer: [{ contains: 'done' }, { contains: '8080' }] })
    const score = await grade(answer, asking, calling())
    expect(score).toMatchObject({ value: 0, passed: false })
    expect(score.reason).toBe('the answer was "Done.", expected to contain "8080"')
  })

  test('what is redacted cannot be judged', async () => {
    const seen = transcript([modelTurn({})], { answer: 'The key is [redacted:aws-key:77].' })
    const score = await grade(answer, testCase({ answer: [{ contains: 'AKIA' }] }), seen)
    expect(score).toMatchObject({ value: null, passed: null })
  })
})

describe('tokens', () => {
  test('definitions count per request, all tokens per trial', async () => {
    const seen = transcript([modelTurn({}), modelTurn({ definitionTokens: 300, totalTokens: 400 })])
    expect(await grade(tokens, testCase({}), seen)).toMatchObject({
      value: 200,
      passed: null,
      details: { definitionTokens: 200, totalTokens: 550, modelTurns: 2 },
    })
  })

  test('one unknown number makes the sum unknown', async () => {
    const seen = transcript([modelTurn({}), modelTurn({ definitionTokens: null, totalTokens: null })])
    expect(await grade(tokens, testCase({}), seen)).toMatchObject({
      value: null,
      details: { definitionTokens: null, totalTokens: null },
    })
  })
})

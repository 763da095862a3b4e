import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Transcript } from '../../../../src/domain/grader.ts'
import type { Case } from '../../../../src/domain/suite.ts'
import { explainFailure } from '../../../../src/evaluate/explain-failure.ts'
import { gradeTranscript } from '../../../../src/evaluate/grade.ts'
import { abstention } from '../../../../src/evaluate/graders/abstention.ts'
import { bfcl } from '../../../../src/evaluate/graders/bfcl/bfcl.ts'
import { describeGraderContract } from '../../../contracts/grader.ts'
import { calling, callTurn, decided, expected, modelTurn, testCase, transcript } from '../../transcripts.ts'

const { signal } = new AbortController()
const functions = JSON.stringify([
  {
    name: 'sum',
    parameters: { properties: { a: { type: 'integer' }, b: { type: 'float' } }, required: ['a'] },
  },
])

function bfclCase(answers: string, category = 'parallel'): Case {
  return testCase({ bfcl: { category, language: 'python', functions, answers } })
}

const trap = '[{"sum": {"a": [1, 2], "b": [""]}}, {"sum": {"a": [1], "b": [""]}}]'
describeGraderContract('bfcl', bfcl, { asks: [bfclCase(trap), bfclCase('[]')] })

async function judge(asking: Case, seen: ReturnType<typeof calling>) {
  return bfcl(asking)?.grade(seen, signal)
}

describe('the mode bfcl', () => {
  test('goes by the text of a number: what the journal kept of the decision', async () => {
    const asking = bfclCase('[{"sum": {"a": [10], "b": [""]}}]', 'simple')
    const call = (rawArguments: string) => {
      const decision = { ...decided('c', 'math/sum', { a: 10 }), rawArguments }
      return transcript([modelTurn({ decisions: [decision] }), callTurn(decision)])
    }
    expect(await judge(asking, call('{"a": 10}'))).toMatchObject({ passed: true, value: 1 })
    expect(await judge(asking, call('{"a": 10.0}'))).toMatchObject({ passed: false })
    expect((await judge(asking, call('{"a": 10.0}')))?.reason).toContain('type_error:simple')
  })

  test('sees the calls below an exposure, with the text that the model wrote within', async () => {
    const asking = bfclCase('[{"sum": {"a": [10], "b": [""]}}]', 'simple')
    const outer = decided('c', 'call_tool', { name: 'math/sum', arguments: { a: 10 } })
    const wrote = (number: string) => ({
      ...outer,
      rawArguments: `{"name":"math/sum","arguments":{"a":${number}}}`,
    })
    const inner = callTurn(decided('i', 'math/sum', { a: 10 }), { parentId: 'c' })
    const seen = (number: string) =>
      transcript([modelTurn({ tools: ['call_tool'], decisions: [wrote(number)] }), inner])
    expect(await judge(asking, seen('10'))).toMatchObject({ passed: true })
    expect(await judge(asking, seen('10.0'))).toMatchObject({ passed: false })
  })

  test('a call that cannot be parsed is malformed, and neither mode takes it for an abstention', async () => {
    const seen = transcript([
      modelTurn({ decisions: [decided('c', 'math/sum', null)] }),
      modelTurn({ text: 'No.' }),
    ])
    expect((await judge(bfclCase('[]'), seen))?.reason).toContain('malformed')
    expect(await abstention(testCase({ calls: [] }))?.grade(seen, signal)).toMatchObject({ passed: false })
  })

  test('where greedy matching is wrong, the mode default is right, through the same seam', async () => {
    const seen = calling(['math/sum', { a: 1 }], ['math/sum', { a: 2 }])
    const calls = [[1, 2], [1]].map((oneOf) => expected('math/sum', { a: { oneOf } }))
    expect(await gradeTranscript(bfclCase(trap), seen, signal)).toMatchObject({ outcome: 'failed' })
    expect(await gradeTranscript(testCase({ calls }), seen, signal)).toMatchObject({ outcome: 'passed' })
  })
})

describe('irrelevance', () => {
  const asking = (mode: 'bfcl' | 'default') => {
    const asked = { category: 'irrelevance', language: 'python', functions, answers: '[]', mode } as const
    return testCase({ bfcl: asked })
  }
  const short = transcript([modelTurn({ text: 'Let me', finishReason: 'length' })], {
    answer: 'Let me',
    stopped: 'truncated',
  })
  const silent = transcript([modelTurn({})], { answer: '' })

  test('is not met by silence, nor by an answer that was cut short, but where BFCL says so', async () => {
    expect(await judge(asking('default'), transcript([modelTurn({ text: 'No.' })]))).toMatchObject({
      passed: true,
    })
    for (const seen of [short, silent]) {
      expect(await judge(asking('default'), seen)).toMatchObject({ passed: false, value: 0 })
      expect(await judge(asking('bfcl'), seen)).toMatchObject({ passed: true })
    }
  })

  test.each(['bfcl', 'default'] as const)('fails for having called something, in mode %s', async (mode) => {
    const seen = calling(['files/read', { a: 1 }])
    expect(await failureOf(asking(mode), seen)).toMatchObject({ category: 'called something' })
  })

  test('fails as truncated, or for having given up', async () => {
    expect(await failureOf(asking('default'), short)).toMatchObject({ category: 'truncated' })
    expect(await failureOf(asking('default'), silent)).toMatchObject({ category: 'gave up' })
  })
})

test('calls that a cut-short answer lacks are no wrong selection', async () => {
  const asking = bfclCase('[{"sum": {"a": [1]}}, {"sum": {"a": [2]}}]')
  const one = decided('c', 'math/sum', { a: 1 })
  const cut = [modelTurn({ decisions: [one], finishReason: 'length' }), callTurn(one)]
  expect(await failureOf(asking, transcript(cut, { stopped: 'truncated' }))).toMatchObject({
    category: 'truncated',
  })
  const later = [...cut, modelTurn({ text: 'Let', finishReason: 'length' })]
  expect(await failureOf(asking, transcript(later, { stopped: 'truncated' }))).toMatchObject({
    category: 'not selected',
  })
})

async function failureOf(asking: Case, seen: Transcript) {
  const { scores } = await gradeTranscript(asking, seen, signal)
  return explainFailure(asking, seen, scores)
}

const data = ['../shared/data/bfcl/cases.jsonl.gz', '../shared/data/bfcl/verdicts.jsonl.gz']

test.skipIf(!data.every((file) => existsSync(file)))(
  'agrees with the official checker in every row',
  async () => {
    const { stdout } = await promisify(execFile)('node', [
      '--import',
      'tsx',
      'bench/bfcl-agreement.ts',
      ...data,
    ])
    const { rows, agree } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(rows).toBeGreaterThan(20_000)
    expect(agree).toBe(rows)
  },
)

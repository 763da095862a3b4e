import { expect, test } from 'vitest'
import type { Transcript } from '../../src/domain/grader.ts'
import type { Expectation } from '../../src/domain/suite.ts'
import { toolError } from '../../src/domain/tool.ts'
import { explainFailure } from '../../src/evaluate/explain-failure.ts'
import type { FailureCategory } from '../../src/evaluate/failure.ts'
import { gradeTranscript } from '../../src/evaluate/grade.ts'
import { calling, callTurn, decided, expected, modelTurn, testCase, transcript } from './transcripts.ts'

const move = { calls: [expected('files/move')] }
const curated = modelTurn({ tools: ['files/read'], text: 'I cannot.' })
const ownTools = ['find_tool', 'call_tool']
const searching = modelTurn({ tools: ownTools, decisions: [decided('a', 'find_tool', { query: 'forget' })] })
const retrieved = { type: 'retrieval', query: 'forget', tools: ['files/read', 'files/write'] } as const
const readA = decided('a', 'files/read', { path: 'a' })
const broken = callTurn(readA, { result: toolError('ENOENT: no such file') })

const again = Array.from({ length: 3 }, () => [modelTurn({ decisions: [readA] }), callTurn(readA)]).flat()

const inTurns = Array.from({ length: 6 }, (_, index) =>
  modelTurn({ decisions: [decided(`c${index}`, index % 2 ? 'files/read' : 'files/write', { path: 'a' })] }),
)
const flood = Array.from({ length: 400 }, (_, index) => decided(`f${index}`, `files/t${index}`))
const looking = Array.from({ length: 3 }, () => searching)

const putInOrder = {
  calls: ['a', 'b'].map((key) => expected('files/write', { key: { equals: key } })),
  match: 'exact',
} as const

const facts: readonly (readonly [Partial<Expectation>, Transcript, FailureCategory, string])[] = [
  [move, calling(['files/write']), 'not selected', 'chose files/write, expected files/move'],
  [move, calling(), 'not selected', 'called nothing, expected files/move'],
  [
    { calls: [expected('files/move'), expected('files/write')] },
    calling(['files/move']),
    'not selected',
    'did not call files/write',
  ],
  [
    putInOrder,
    calling(['files/write', { key: 'b' }], ['files/write', { key: 'a' }]),
    'wrong order',
    'made the expected calls in another order: files/write: key was "b", expected "a"; files/write: key was "a", expected "b"',
  ],
  [
    putInOrder,
    calling(['files/write', { key: 'b' }], ['files/write', { key: 'c' }]),
    'wrong arguments',
    'files/write: key was "b", expected "a"; files/write: key was "c", expected "b"',
  ],
  [
    { calls: [expected('files/write'), expected('files/move')], match: 'exact', extraReads: true },
    calling(['files/move'], ['files/read'], ['files/write']),
    'wrong order',
    'called files/move, files/read, files/write, expected files/write, files/move',
  ],
  [
    move,
    transcript(again, { answer: '', stopped: 'step limit' }),
    'loop',
    'called files/read with the same arguments until it was stopped',
  ],
  [
    move,
    transcript(inTurns, { answer: '', stopped: 'step limit' }),
    'loop',
    'called files/write, files/read with the same arguments until it was stopped',
  ],
  [
    move,
    transcript(looking, { answer: '', stopped: 'step limit' }),
    'loop',
    'called find_tool with the same arguments until it was stopped',
  ],
  [
    move,
    transcript([modelTurn({ decisions: [decided('a', 'files/mv')] })]),
    'unknown tool',
    'chose files/mv (never sent), expected files/move',
  ],
  [
    { calls: [] },
    transcript([modelTurn({ decisions: [decided('a', 'files/mv')] })]),
    'unknown tool',
    'called files/mv (never sent), expected no call',
  ],
  [
    { ...move, match: 'any-order' },
    calling(['files/move'], ['files/mv']),
    'unknown tool',
    'also called files/mv',
  ],
  [
    move,
    transcript([modelTurn({})], { answer: 'I will not.', stopped: 'refused' }),
    'refused',
    'it said "I will not."',
  ],
  [
    { calls: [] },
    transcript([modelTurn({})], { answer: '', stopped: 'content filter' }),
    'content filter',
    'the provider filtered request 1 or its answer',
  ],
  [
    { calls: [] },
    transcript([modelTurn({})], { answer: 'Let me', stopped: 'truncated' }),
    'truncated',
    'answer 1 reached the limit of its length, after "Let me"',
  ],
  [
    move,
    transcript([modelTurn({ decisions: [readA] }), callTurn(readA), modelTurn({})], {
      answer: '',
      stopped: 'context overflow',
    }),
    'context overflow',
    "request 2 was longer than the model's context; its tool definitions alone are about 100 tokens",
  ],
  [
    { answer: [{ contains: '8080' }] },
    transcript([modelTurn({})], { answer: '', stopped: 'content filter' }),
    'content filter',
    'the provider filtered request 1 or its answer',
  ],
  [
    move,
    transcript([modelTurn({ decisions: flood })], { answer: '', stopped: 'too many calls' }),
    'too many calls',
    'decided on 400 calls at once, 100 at most: files/t0, files/t1, files/t2, files/t3 and 396 more',
  ],
  [
    { calls: [] },
    transcript([...inTurns, modelTurn({ decisions: flood.slice(0, 2) })], { stopped: 'call limit' }),
    'too many calls',
    'decided on 8 calls in all, 500 at most: files/write, files/read, files/t0, files/t1',
  ],
  [
    { calls: [] },
    transcript([modelTurn({ decisions: flood.slice(0, 50) }), modelTurn({ text: 'Done.' })]),
    'unknown tool',
    'called files/t0 (never sent), files/t1 (never sent), files/t2 (never sent), files/t3 (never sent) and 46 more, expected no call',
  ],
  [
    move,
    transcript([modelTurn({ decisions: [readA] }), callTurn(readA)], { stopped: 'case budget' }),
    'not selected',
    'chose files/read, expected files/move',
  ],
  [move, transcript([curated]), 'not exposed', 'files/move was not exposed'],
  [
    { calls: [expected('memory/delete')] },
    transcript([searching, retrieved, modelTurn({ tools: ownTools, text: 'I cannot.' })]),
    'not retrieved',
    'memory/delete was not among the 2 tools found',
  ],
  [
    { calls: [expected('memory/delete')] },
    transcript([searching, { ...retrieved, tools: [] }, modelTurn({ tools: ownTools, text: 'I cannot.' })]),
    'not retrieved',
    'memory/delete was not among the 0 tools found',
  ],
  [
    { calls: [expected('memory/delete')] },
    transcript([modelTurn({ tools: [], deferred: ['memory/delete'], text: 'I cannot.' })]),
    'not selected',
    'called nothing, expected memory/delete',
  ],
  [
    { calls: [expected('memory/delete')] },
    transcript([modelTurn({ tools: ownTools, text: 'Done.' })]),
    'not selected',
    'called nothing, expected memory/delete',
  ],
  [
    { calls: [expected('files/write')] },
    transcript([searching, retrieved, modelTurn({ tools: ownTools, text: 'I cannot.' })]),
    'not selected',
    'called nothing, expected files/write',
  ],
  [
    { calls: [expected('files/read', { path: { endsWith: '.md' } })] },
    calling(['files/read', { path: 'a' }]),
    'wrong arguments',
    'files/read: path was "a", expected to end with ".md"',
  ],
  [
    { calls: [expected('files/write'), expected('files/move')], match: 'exact' },
    calling(['files/move'], ['files/write']),
    'wrong order',
    'called files/move, files/write, expected files/write, files/move',
  ],
  [
    { ...move, match: 'any-order' },
    calling(['files/move'], ['memory/delete']),
    'called something',
    'also called memory/delete',
  ],
  [{ calls: [] }, calling(['files/read']), 'called something', 'called files/read, expected no call'],
  [
    { calls: [] },
    transcript([modelTurn({ decisions: [decided('a', 'files/read', null)] })]),
    'malformed',
    'called files/read (malformed), expected no call',
  ],
  [
    { calls: [] },
    transcript([modelTurn({})], { answer: '' }),
    'gave up',
    'called nothing, but gave no answer either',
  ],
  [
    move,
    transcript([modelTurn({ decisions: [decided('a', 'files/move', null)] })]),
    'malformed',
    'chose files/move (malformed), expected files/move',
  ],
  [
    { calls: [expected('files/read'), expected('files/move')] },
    transcript([modelTurn({ decisions: [readA] }), callTurn(readA)], { stopped: 'step limit' }),
    'gave up',
    'stopped (step limit) before calling files/move',
  ],
  [
    { ...move, forbid: ['files/write'] },
    calling(['files/write']),
    'forbidden',
    'called files/write, which is forbidden',
  ],
  [
    { calls: [expected('files/read')], answer: [{ contains: '8080' }] },
    transcript([modelTurn({ decisions: [readA] }), broken, modelTurn({ text: 'Sorry.' })], {
      answer: 'Sorry.',
    }),
    'tool failed',
    'files/read failed: "ENOENT: no such file"',
  ],
  [
    { answer: [{ contains: '8080' }] },
    calling(),
    'wrong answer',
    'the answer was "Done.", expected to contain "8080"',
  ],
  [
    { answer: [{ contains: '8080' }] },
    transcript([], { answer: 'a'.repeat(99) }),
    'wrong answer',
    `the answer was "${'a'.repeat(59)}…", expected to contain "8080"`,
  ],
]

const named = facts.map(([expectation, seen, category, reason]) => ({ expectation, seen, category, reason }))

test.each(named)('$category: $reason', async ({ expectation, seen, category, reason }) => {
  const asking = testCase(expectation)
  const { scores } = await gradeTranscript(asking, seen, new AbortController().signal)
  expect(explainFailure(asking, seen, scores)).toEqual({ category, reason })
})

test('a trial that did not fail has no failure', async () => {
  const { scores } = await gradeTranscript(
    testCase(move),
    calling(['files/move']),
    new AbortController().signal,
  )
  expect(explainFailure(testCase(move), calling(['files/move']), scores)).toBeNull()
})

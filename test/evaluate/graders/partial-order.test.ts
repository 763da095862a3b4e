import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Expectation } from '../../../src/domain/suite.ts'
import { explainFailure } from '../../../src/evaluate/explain-failure.ts'
import { gradeTranscript } from '../../../src/evaluate/grade.ts'
import { largestAssignment } from '../../../src/evaluate/graders/assignment.ts'
import { inPartialOrder } from '../../../src/evaluate/graders/partial-order.ts'
import { calling, expected, testCase } from '../transcripts.ts'

const { signal } = new AbortController()

describe('calls of which some come after others', () => {
  const calls = [
    { ...expected('files/write', { path: { equals: 'a' } }), id: 'a' },
    { ...expected('files/write', { path: { equals: 'b' } }), id: 'b' },
    { ...expected('files/move'), after: ['a', 'b'] },
  ]
  const a = ['files/write', { path: 'a' }] as const
  const b = ['files/write', { path: 'b' }] as const
  const move = ['files/move'] as const
  const read = ['files/read'] as const
  const facts = [
    ['in one order', [a, b, move], 'passed', null],
    ['in the other', [b, a, move], 'passed', null],
    ['with a read between', [b, read, a, move], 'passed', null],
    ['too early', [a, move, b], 'failed', 'wrong order'],
    ['moved twice, once in time', [move, a, b, move], 'failed', 'called something'],
    ['with one missing', [a, move], 'failed', 'not selected'],
  ] as const
  test.each(facts)('%s', async (_, made, outcome, category) => {
    const asking = testCase({ calls, match: 'partial-order' })
    const seen = calling(...made)
    const grading = await gradeTranscript(asking, seen, signal)
    expect(grading.outcome).toBe(outcome)
    expect(explainFailure(asking, seen, grading.scores)?.category ?? null).toBe(category)
  })

  test('reads between may be refused, and allowed where the mode refuses them', async () => {
    const outcome = async (expect: Partial<Expectation>) =>
      (
        await gradeTranscript(
          testCase({ calls: [expected('files/move')], ...expect }),
          calling(read, move),
          signal,
        )
      ).outcome
    expect(await outcome({ match: 'any-order' })).toBe('passed')
    expect(await outcome({ match: 'any-order', extraReads: false })).toBe('failed')
    expect(await outcome({ match: 'exact' })).toBe('failed')
    expect(await outcome({ match: 'exact', extraReads: true })).toBe('passed')
    expect(await outcome({ match: 'subset', extraReads: false })).toBe('failed')
  })

  test('another call may be as right, with arguments of its own', async () => {
    const other = { tool: 'files/move', args: { to: { equals: 'z' } } }
    const wanted = [{ ...expected('files/write', { path: { equals: 'a' } }), alternativeCalls: [other] }]
    const outcome = async (...made: readonly [string, JsonObject]) =>
      (await gradeTranscript(testCase({ calls: wanted }), calling(made), signal)).outcome
    expect(await outcome('files/move', { to: 'z' })).toBe('passed')
    expect(await outcome('files/move', { to: 'y' })).toBe('failed')
    expect(await outcome('files/write', { to: 'z' })).toBe('failed')
  })
})

test('the order costs no weight, and is kept wherever it can be', () => {
  const weights = fc.array(fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(weights, fc.boolean(), (rows, chained) => {
      const before = rows.map((_, row) => (chained && row > 0 ? [row - 1] : []))
      const given = largestAssignment(rows)
      const ordered = inPartialOrder(given, rows, before)
      expect(weigh(ordered, rows)).toBe(weigh(given, rows))
      const best = everyAssignment(rows).filter((each) => weigh(each, rows) === weigh(given, rows))
      if (best.some((each) => keeps(each, before))) expect(keeps(ordered, before)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

type Choice = readonly (number | null)[]

const weigh = (choice: Choice, rows: readonly (readonly number[])[]) =>
  choice.reduce<number>((sum, column, row) => sum + (column === null ? 0 : (rows[row]?.[column] ?? 0)), 0)

const keeps = (choice: Choice, before: readonly (readonly number[])[]) =>
  choice.every(
    (column, row) => column === null || (before[row] ?? []).every((each) => (choice[each] ?? -1) < column),
  )

function everyAssignment(rows: readonly (readonly number[])[]): readonly Choice[] {
  return rows.reduce<readonly Choice[]>(
    (choices, row) =>
      choices.flatMap((choice) =>
        [null, ...row.keys()]
          .filter((column) => column === null || ((row[column] ?? 0) > 0 && !choice.includes(column)))
          .map((column) => [...choice, column]),
      ),
    [[]],
  )
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Expectation, ExpectedCall } from '../../../src/domain/suite.ts'
import {
  type Assignment,
  largestAssignment,
  largestOrderedAssignment,
} from '../../../src/evaluate/graders/assignment.ts'
import type { Attempt } from '../../../src/evaluate/graders/attempts.ts'
import { matchCalls } from '../../../src/evaluate/graders/call-matching.ts'

type Weights = number[][]

/** Every way to give rows different columns or none, tried. */
function bruteForce(weights: Weights, isOrdered: boolean, row = 0, used: readonly number[] = []): number {
  if (row === weights.length) return 0
  const options = (weights[row] ?? []).map((weight, column) => {
    const isFree = isOrdered ? column > Math.max(-1, ...used) : !used.includes(column)
    return isFree && weight > 0 ? weight + bruteForce(weights, isOrdered, row + 1, [...used, column]) : 0
  })
  return Math.max(bruteForce(weights, isOrdered, row + 1, used), ...options)
}

const weightsOf = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )

function total(weights: Weights, assignment: Assignment): number {
  return assignment.reduce<number>(
    (sum, column, row) => sum + (column === null ? 0 : (weights[row]?.[column] ?? 0)),
    0,
  )
}

const taken = (assignment: Assignment) => assignment.filter((column) => column !== null)

describe('an assignment', () => {
  test('is the largest that there is, and uses no column twice', () => {
    fc.assert(
      fc.property(weightsOf, (weights) => {
        const assignment = largestAssignment(weights)
        expect(new Set(taken(assignment)).size).toBe(taken(assignment).length)
        expect(total(weights, assignment)).toBe(bruteForce(weights, false))
      }),
      { numRuns: 500 },
    )
  })

  test('of ways that are as good is one, however many more calls there are', () => {
    const tied = [
      [0, 1, 1],
      [2, 2, 0],
    ]
    const contested = [...tied, [0, 0, 0, 3], [0, 0, 0, 3]]
    expect(largestAssignment(tied)).toEqual(largestAssignment(contested).slice(0, 2))
  })

  test('in order is the largest of those in order', () => {
    fc.assert(
      fc.property(weightsOf, (weights) => {
        const columns = taken(largestOrderedAssignment(weights))
        expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b))
        expect(total(weights, largestOrderedAssignment(weights))).toBe(bruteForce(weights, true))
      }),
      { numRuns: 500 },
    )
  })
})

const tool = fc.constantFrom('s/a', 's/b', 's/c')
const value = fc.constantFrom('x', 'y', '[redacted:k:1]')
const expectedCall: fc.Arbitrary<ExpectedCall> = fc.record({
  tool,
  alternatives: fc.subarray(['s/a', 's/b', 's/c']),
  args: fc.oneof(fc.constant({}), fc.record({ p: fc.record({ equals: fc.constantFrom('x', 'y') }) })),
})
const attempt: fc.Arbitrary<Attempt> = fc.record({
  tool,
  arguments: fc.record({ p: value }),
  readOnly: fc.boolean(),
  fate: fc.constantFrom('called', 'denied', 'malformed', 'never sent'),
  call: fc.constant(null),
  decision: fc.constant(null),
})
const calls = fc.array(expectedCall, { maxLength: 5 })
const attempts = fc.array(attempt, { maxLength: 5 })

function figures(expected: readonly ExpectedCall[], made: readonly Attempt[]) {
  const { pairs, missing, extra } = matchCalls(expected, made, { match: 'any-order' })
  const right = pairs.map((pair) => pair.arguments.right)
  const count = (wanted: boolean | null) => right.filter((verdict) => verdict === wanted).length
  return [pairs.length, missing.length, extra.length, count(true), count(null), count(false)]
}

describe('matching calls', () => {
  test('pairs, missing and extra add up', () => {
    fc.assert(
      fc.property(calls, attempts, fc.constantFrom('exact', 'any-order'), (expected, made, mode) => {
        const { pairs, missing, extra } = matchCalls(expected, made, { match: mode })
        expect(pairs.length + missing.length).toBe(expected.length)
        expect(pairs.length + extra.length).toBe(made.length)
      }),
    )
  })

  test('finds the same numbers in any order of the calls', () => {
    const shuffled = attempts.chain((made) =>
      fc.tuple(
        fc.constant(made),
        fc.shuffledSubarray(made, { minLength: made.length, maxLength: made.length }),
      ),
    )
    fc.assert(
      fc.property(calls, shuffled, (expected, [made, other]) => {
        expect(figures(expected, other)).toEqual(figures(expected, made))
      }),
      { numRuns: 300 },
    )
  })

  test('one more right call never lowers recall', () => {
    fc.assert(
      fc.property(calls, attempts, fc.nat(), (expected, made, pick) => {
        const wanted = expected[pick % Math.max(expected.length, 1)]
        fc.pre(wanted !== undefined)
        const more: Attempt = {
          tool: wanted.tool,
          arguments: {},
          readOnly: false,
          fate: 'called',
          call: null,
          decision: null,
        }
        const before = matchCalls(expected, made, { match: 'any-order' }).pairs.length
        expect(
          matchCalls(expected, [...made, more], { match: 'any-order' }).pairs.length,
        ).toBeGreaterThanOrEqual(before)
      }),
    )
  })

  test('a greedy choice that takes the only partner of another call is not made', () => {
    const either: ExpectedCall = { tool: 's/a', alternatives: ['s/b'], args: {} }
    const onlyA: ExpectedCall = { tool: 's/a', alternatives: [], args: {} }
    const made = ['s/a', 's/b'].map(
      (name): Attempt => ({
        tool: name,
        arguments: {},
        readOnly: false,
        fate: 'called',
        call: null,
        decision: null,
      }),
    )
    expect(matchCalls([either, onlyA], made, { match: 'any-order' }).missing).toEqual([])
  })

  test('of two calls that answer as well, the one that may be made besides is left over', () => {
    const attempt = (tool: string, readOnly: boolean): Attempt => ({
      ...{ tool, readOnly, arguments: {} },
      ...{ fate: 'called', call: null, decision: null },
    })
    const made = [attempt('s/read', true), attempt('s/write', false)]
    const either: ExpectedCall = { tool: 's/read', alternatives: ['s/write'], args: {} }
    const left = (mode: Pick<Expectation, 'match' | 'extraReads'>) =>
      matchCalls([either], made, mode).extra.map(({ tool }) => tool)
    expect(left({ match: 'any-order' })).toEqual(['s/read'])
    expect(left({ match: 'subset', extraReads: false })).toEqual(['s/write'])
    const strict: ExpectedCall = { tool: 's/write', alternatives: ['s/read'], args: { x: { equals: 1 } } }
    expect(matchCalls([either, strict], made, { match: 'superset' }).pairs).toMatchObject([
      { expected: either, attempt: { tool: 's/write' }, arguments: { right: true } },
      { expected: strict, attempt: { tool: 's/read' }, arguments: { right: false } },
    ])
  })
})

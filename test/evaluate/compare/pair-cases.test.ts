import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pairCases } from '../../../src/evaluate/compare/pair-cells.ts'
import type { RunCase } from '../../../src/evaluate/compare/run-cells.ts'

const counts = { passed: 1, n: 1, notJudged: 0, infrastructureErrors: 0, modelTurns: 1 }
const tokens = { definitionTokens: 1, definitionRequests: 1, totalTokens: 1, tokenTrials: 1 }
const caseOf = (key: string): RunCase => {
  const [suite = '', id = '', truth = ''] = key.split('/')
  return { suite, id, truth, ...counts, ...tokens }
}
const keyOf = ({ suite, id, truth }: RunCase) => `${suite}/${id}/${truth}`

test('cases are paired by suite, id and truth, wherever they stand, and in the order of the second', () => {
  const key = fc.tuple(fc.constantFrom('s', 't'), fc.constantFrom('1', '2', '3'), fc.constantFrom('x', 'y'))
  const cases = fc.uniqueArray(key.map((parts) => parts.join('/')))
  const both = fc.tuple(cases, cases, cases).map(([first, one, other]) => {
    const begunAlike = (more: readonly string[]) => [...new Set([...first, ...more])]
    return [begunAlike(one), begunAlike(other)] as const
  })
  fc.assert(
    fc.property(both, ([one, other]) => {
      const { pairs, onlyA, onlyB } = pairCases(one.map(caseOf), other.map(caseOf))
      for (const { a, b } of pairs) expect(keyOf(a)).toBe(keyOf(b))
      expect(pairs.map(({ b }) => keyOf(b))).toEqual(other.filter((each) => one.includes(each)))
      expect(onlyA.map(keyOf)).toEqual(one.filter((each) => !other.includes(each)))
      expect(onlyB.map(keyOf)).toEqual(other.filter((each) => !one.includes(each)))
    }),
  )
})

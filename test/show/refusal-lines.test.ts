import { expect, test } from 'vitest'
import type { Amounts } from '../../src/evaluate/run-budget.ts'
import { budgetThatHolds, refusalLines } from '../../src/show/refusal-lines.ts'

const terminal = { isTTY: false, columns: 60, hasColour: false, hasLines: false }
const stop = (spent: number, toPlay: Amounts | null = null) => ({
  ...{ trialsLeft: 9, toPlay, budget: { tokens: 500 } },
  ...{ spent: { usd: 0, tokens: spent }, wanted: { usd: 0, tokens: 1480 } },
})
const told = (...given: Parameters<typeof stop>) =>
  refusalLines(stop(...given), terminal)
    .map((line) => line.trim())
    .join(' ')

test('why a budget ended a run is told with the least that would have held one more request', () => {
  expect(told(0)).toBe(
    'Not even the first request fits: it may take 1,480 tokens, an answer among them, and 500 of 500 are left. It takes --budget-tokens 1480 at least.',
  )
  expect(told(400)).toMatch(/^The next request does not fit: .* It takes --budget-tokens 1880 at least\.$/)
})

test('what the rest of a run takes is an estimate in two digits, and no less than one request', () => {
  expect(told(400, { usd: 0, tokens: 3_512 })).toContain(
    '--budget-tokens 1880 at least, and about --budget-tokens 4000 for the 9 trials that are left too (an estimate, by what trials took so far).',
  )
  expect(told(400, { usd: 0, tokens: 100 })).toContain('about --budget-tokens 1900 for the 9 trials')
  expect(budgetThatHolds(stop(400, { usd: 0, tokens: 3_512 }))).toEqual(['--budget-tokens 4000'])
  expect(budgetThatHolds(stop(400))).toEqual(['--budget-tokens 1880'])
})

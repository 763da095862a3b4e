import type { Refusal } from '../evaluate/run-budget.ts'
import { amount } from './quantities.ts'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Why a budget ended a run where it did, and the least that would have held one more request. */
export function refusalLines(refusal: Refusal, { columns }: Terminal): readonly string[] {
  const [tokens, dollars] = [leastTokens(refusal), leastUsd(refusal)]
  const { budget, spent, wanted } = refusal
  const isFirst = spent.usd === 0 && spent.tokens === 0
  const request = isFirst ? 'Not even the first request fits' : 'The next request does not fit'
  return [
    ...(tokens && budget.tokens !== undefined
      ? [
          `${request}: it may take ${amount(wanted.tokens)} tokens, an answer among them, and ${amount(Math.max(0, budget.tokens - spent.tokens))} of ${amount(budget.tokens)} are left. It takes ${tokens} at least.`,
        ]
      : []),
    ...(dollars && budget.usd !== undefined
      ? [
          `${request}: it may take ${usd(wanted.usd)} USD, an answer among them, and ${usd(Math.max(0, budget.usd - spent.usd))} of ${usd(budget.usd)} are left. It takes ${dollars} at least.`,
        ]
      : []),
  ].flatMap((line) => wrap(line.split(' '), columns - 2).map((each) => `  ${each}`))
}

/** Options that would have held one more request. */
export function budgetThatHolds(refusal: Refusal): readonly string[] {
  return [leastTokens(refusal), leastUsd(refusal)].filter((option) => option !== null)
}

function leastTokens({ budget, spent, wanted }: Refusal): string | null {
  const least = spent.tokens + wanted.tokens
  return budget.tokens !== undefined && least > budget.tokens ? `--budget-tokens ${least}` : null
}

function leastUsd({ budget, spent, wanted }: Refusal): string | null {
  const least = spent.usd + wanted.usd
  return budget.usd !== undefined && least > budget.usd ? `--budget ${usd(least)}` : null
}

/** Rounded up, so that what is given is enough. */
function usd(amount: number): string {
  return `${Math.ceil(amount * 1e6) / 1e6}`
}

import type { Refusal } from '../evaluate/run-budget.ts'
import { amount } from './quantities.ts'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Why a budget ended a run where it did, and the least that would have held one more request. */
export function refusalLines({ budget, spent, wanted }: Refusal, { columns }: Terminal): readonly string[] {
  const isFirst = spent.usd === 0 && spent.tokens === 0
  const request = isFirst ? 'Not even the first request fits' : 'The next request does not fit'
  return [
    ...(budget.tokens !== undefined && spent.tokens + wanted.tokens > budget.tokens
      ? [
          `${request}: it may take ${amount(wanted.tokens)} tokens, an answer among them, and ${amount(Math.max(0, budget.tokens - spent.tokens))} of ${amount(budget.tokens)} are left. It takes --budget-tokens ${spent.tokens + wanted.tokens} at least.`,
        ]
      : []),
    ...(budget.usd !== undefined && spent.usd + wanted.usd > budget.usd
      ? [
          `${request}: it may take ${usd(wanted.usd)} USD, an answer among them, and ${usd(Math.max(0, budget.usd - spent.usd))} of ${usd(budget.usd)} are left. It takes --budget ${usd(spent.usd + wanted.usd)} at least.`,
        ]
      : []),
  ].flatMap((line) => wrap(line.split(' '), columns - 2).map((each) => `  ${each}`))
}

/** Rounded up, so that what is given is enough. */
function usd(amount: number): string {
  return `${Math.ceil(amount * 1e6) / 1e6}`
}

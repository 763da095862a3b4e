import type { Amounts, Stop } from '../evaluate/run-budget.ts'
import { amount, count } from './quantities.ts'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Why a budget ended a run where it did, the least that would have held one more request, and about what the rest takes. */
export function refusalLines(stop: Stop, { columns }: Terminal): readonly string[] {
  const { usd, tokens } = stop.budget
  return [
    ...(tokens === undefined ? [] : linesOf(stop, 'tokens', tokens)),
    ...(usd === undefined ? [] : linesOf(stop, 'usd', usd)),
  ].flatMap((line) => wrap(line.split(' '), columns - 2).map((each) => `  ${each}`))
}

/** Options that hold what is left of the run, about, or where nobody knows that, one more request. */
export function budgetThatHolds(stop: Stop): readonly string[] {
  return (['tokens', 'usd'] as const).flatMap((unit) => {
    const { option, given } = units[unit]
    const { least, all } = neededOf(stop, unit)
    const needed = all ?? least
    return needed > (stop.budget[unit] ?? Number.POSITIVE_INFINITY) ? [`${option} ${given(needed)}`] : []
  })
}

/** The budget that one more request takes, and about that of all trials that are left; null where nobody knows. */
function neededOf({ spent, wanted, trialsLeft, toPlay }: Stop, unit: keyof Amounts) {
  const least = spent[unit] + wanted[unit]
  return { least, all: toPlay && trialsLeft > 0 ? Math.max(least, spent[unit] + toPlay[unit]) : null }
}

function linesOf(stop: Stop, unit: keyof Amounts, budget: number): readonly string[] {
  const { spent, wanted, trialsLeft } = stop
  const { option, name, figure, given } = units[unit]
  const { least, all } = neededOf(stop, unit)
  if (least <= budget) return []
  const isFirst = spent.usd === 0 && spent.tokens === 0
  const request = isFirst ? 'Not even the first request fits' : 'The next request does not fit'
  const left = Math.max(0, budget - spent[unit])
  const rest =
    all === null
      ? ''
      : `, and about ${option} ${roughly(all)} for the ${count(trialsLeft, 'trial')} that are left too (an estimate, by what trials took so far)`
  return [
    `${request}: it may take ${figure(wanted[unit])} ${name}, an answer among them, and ${figure(left)} of ${figure(budget)} are left. It takes ${option} ${given(least)} at least${rest}.`,
  ]
}

/** Two digits, rounded up. */
function roughly(amount: number): string {
  const unit = 10 ** (Math.floor(Math.log10(amount)) - 1)
  return `${Number((Math.ceil(amount / unit) * unit).toPrecision(2))}`
}

/** Dollars are rounded up, so that what is given is enough. */
const usd = (dollars: number) => `${Math.ceil(dollars * 1e6) / 1e6}`

const units = {
  usd: { option: '--budget', name: 'USD', figure: usd, given: usd },
  tokens: { option: '--budget-tokens', name: 'tokens', figure: amount, given: String },
} as const

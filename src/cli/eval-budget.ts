import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import { say } from './run-command.ts'

interface BudgetOptions {
  readonly budget?: number
  readonly budgetTokens?: number
}

/** What the command line says, or said when the run was begun; what it does not say, calltrail.yaml may. */
export function saidBudgetOf(
  { budget: usd, budgetTokens: tokens }: BudgetOptions,
  resumed: RecordedRun | null,
) {
  const said = { ...(usd !== undefined && { usd }), ...(tokens !== undefined && { tokens }) }
  const before = resumed?.budget ?? {}
  const all = { ...before, ...said }
  const kept = Object.entries(all).filter(([unit]) => !(unit in said))
  if (kept.length > 0) say(`the budget of the run holds on: ${kept.map(budgetWords).join(', ')}`)
  return Object.keys(all).length > 0 ? all : null
}

function budgetWords([unit, amount]: readonly [string, number]): string {
  return unit === 'usd' ? `${amount} USD` : `${amount.toLocaleString('en')} tokens`
}

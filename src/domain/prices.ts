import type { Usage } from './model.ts'

/** What the models of a run cost, by their names. */
export interface Prices {
  /** Whether its requests have a known price; baselines and test doubles cost nothing. */
  knows(model: string): boolean
  /** In US dollars; null where the price is unknown, or of what was used too little. */
  costOf(model: string, usage: Usage): number | null
}

export const noPrices: Prices = { knows: () => false, costOf: () => null }

import type { Usage } from './model.ts'

/** What the models of a run cost, by their names. */
export interface Prices {
  /** Whether its requests have a known price; baselines and test doubles cost nothing. */
  knows(model: string): boolean
  /** In US dollars; null where the price is unknown, or of what was used too little. */
  costOf(model: string, usage: Usage): number | null
}

export const noPrices: Prices = { knows: () => false, costOf: () => null }

/** A model call as it was recorded, whoever made it. */
export interface RecordedCall {
  readonly provider: string
  /** As it was asked for, by whom ever: `gpt-4o`, `openai:gpt-4o`. */
  readonly model: string
  /** Origin of the server that was asked; null where nobody wrote it down. */
  readonly upstream: string | null
  /** ISO 8601: prices change. */
  readonly at: string
  /** Nobody was asked: it costs nothing. */
  readonly isCached: boolean
  readonly usage: Omit<Usage, 'reasoningTokens'>
}

/** What recorded calls cost. */
export interface CallPrices {
  /** In US dollars; null where the price is unknown, or of what was used too little. */
  costOf(call: RecordedCall): number | null
  /** No token of a model of this name costs more, wherever and whenever it was asked; null without a known price. */
  dearest(model: string): TokenPrices | null
}

/** US dollars a token. */
export interface TokenPrices {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** What requests of models and embeddings took; null is unknown, which is not 0. */
export interface Spending {
  readonly costUsd: number | null
  readonly tokens: number | null
}

export const nothingSpent: Spending = { costUsd: 0, tokens: 0 }

export function addSpending(a: Spending, b: Spending): Spending {
  return { costUsd: plus(a.costUsd, b.costUsd), tokens: plus(a.tokens, b.tokens) }
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

import type { GraderFactory, ModelTurn } from '../../domain/grader.ts'

/** Measures, never judges: the value is the mean of tokens of tool definitions per model request. Null where not all are known. */
export const tokens: GraderFactory = () => ({
  name: 'tokens',
  async grade({ turns }) {
    const requests = turns.filter((turn) => turn.type === 'model')
    const definitions = sum(requests, ({ definitionTokens }) => definitionTokens)
    const total = sum(requests, ({ totalTokens }) => totalTokens)
    const value = definitions === null ? null : definitions / requests.length
    return {
      grader: 'tokens',
      value,
      passed: null,
      reason: `${round(value)} tokens of tool definitions per request, ${round(total)} tokens in ${requests.length} requests`,
      details: { definitionTokens: value, totalTokens: total, modelTurns: requests.length },
    }
  },
})

/** Null when there is nothing to add up or any of it is unknown. */
function sum(turns: readonly ModelTurn[], tokensOf: (turn: ModelTurn) => number | null): number | null {
  const counts = turns.map(tokensOf)
  if (counts.length === 0) return null
  return counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0)
}

function round(value: number | null): string {
  return value === null ? 'an unknown number of' : String(Math.round(value))
}

import type { GraderFactory, Transcript } from '../../domain/grader.ts'

export interface TokenUse {
  readonly modelTurns: number
  /** Of tool definitions, mean per model request. Null, as `total` is, where not all are known. */
  readonly definitions: number | null
  /** Of all requests and responses. */
  readonly total: number | null
  /** No provider counted some of `total`. */
  readonly isEstimate: boolean
}

export function tokensOf({ turns }: Pick<Transcript, 'turns'>): TokenUse {
  const requests = turns.filter((turn) => turn.type === 'model')
  const definitions = sum(requests.map(({ definitionTokens }) => definitionTokens))
  return {
    modelTurns: requests.length,
    definitions: definitions === null ? null : definitions / requests.length,
    total: sum(requests.map(({ totalTokens }) => totalTokens)),
    isEstimate: requests.some(({ isEstimate }) => isEstimate),
  }
}

/** Measures, never judges: the value is the mean of tokens of tool definitions per model request. */
export const tokens: GraderFactory = () => ({
  name: 'tokens',
  async grade(transcript) {
    const { modelTurns, definitions, total } = tokensOf(transcript)
    return {
      grader: 'tokens',
      value: definitions,
      passed: null,
      reason: `${round(definitions)} tokens of tool definitions per request, ${round(total)} tokens in ${modelTurns} requests`,
      details: { definitionTokens: definitions, totalTokens: total, modelTurns },
    }
  },
})

/** Null of nothing, and where any of it is unknown. */
function sum(counts: readonly (number | null)[]): number | null {
  if (counts.length === 0) return null
  return counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0)
}

function round(value: number | null): string {
  return value === null ? 'an unknown number of' : String(Math.round(value))
}

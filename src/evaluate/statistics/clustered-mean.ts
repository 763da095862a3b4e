import { sum } from './mean.ts'

export interface ClusteredMean {
  readonly mean: number
  readonly standardError: number
  /** Values. */
  readonly n: number
  readonly clusters: number
}

/**
 * The mean of values that come in clusters, as trials of a case do: SE = √Σ_c(Σ_{i∈c}(x_i − x̄))² / n (Liang and Zeger
 * 1986; Miller 2024, Adding Error Bars to Evals). Null of nothing.
 */
export function clusteredMean(clusters: readonly (readonly number[])[]): ClusteredMean | null {
  const filled = clusters.filter((values) => values.length > 0)
  const n = sum(filled.map((values) => values.length))
  if (n === 0) return null
  const mean = sum(filled.map(sum)) / n
  const squares = filled.map((values) => (sum(values) - values.length * mean) ** 2)
  return { mean, standardError: Math.sqrt(sum(squares)) / n, n, clusters: filled.length }
}

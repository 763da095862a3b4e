import { sum } from './mean.ts'

export interface ClusteredMean {
  readonly mean: number
  readonly standardError: number
  /** Values. */
  readonly n: number
  readonly clusters: number
}

/** The values of one case: their sum, and how many. */
export interface Cluster {
  readonly total: number
  readonly n: number
}

/**
 * The mean of values that come in clusters, as trials of a case do: SE = √Σ_c(Σ_{i∈c}(x_i − x̄))² / n (Liang and Zeger
 * 1986; Miller 2024, Adding Error Bars to Evals). Null of nothing.
 */
export function clusteredMean(clusters: readonly Cluster[]): ClusteredMean | null {
  const filled = clusters.filter((cluster) => cluster.n > 0)
  const n = sum(filled.map((cluster) => cluster.n))
  if (n === 0) return null
  const mean = sum(filled.map(({ total }) => total)) / n
  const squares = filled.map((cluster) => (cluster.total - cluster.n * mean) ** 2)
  return { mean, standardError: Math.sqrt(sum(squares)) / n, n, clusters: filled.length }
}

import { distance } from 'fastest-levenshtein'

/**
 * The candidates that a person most likely meant by `name`, best first; none where nothing is near. Near is an edit
 * distance of at most 40 % of the longer name, case aside, or one name within the other, if it has three letters.
 */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): readonly string[] {
  const wanted = name.toLowerCase()
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, score: dissimilarity(wanted, candidate.toLowerCase()) }))
    .filter(({ score }) => score <= 0.4)
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** From 0, the same, to 1, nothing in common. */
function dissimilarity(a: string, b: string): number {
  const edits = distance(a, b) / Math.max(a.length, b.length, 1)
  const contained = Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))
  return contained ? Math.min(edits, 0.4) : edits
}

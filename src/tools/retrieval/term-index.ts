import { distance } from 'fastest-levenshtein'
import type { Meaning } from './lexicon.ts'
import type { ToolFields } from './tool-fields.ts'

/** How much a word counts, by where it stands, and how much a field's length speaks against it (BM25F's b). */
export interface FieldWeights {
  readonly name: number
  readonly serverName: number
  readonly summary: number
  readonly description: number
  readonly parameterNames: number
  readonly parameterTexts: number
}

export interface TermIndex {
  readonly size: number
  /** Tells what BM25F gives each document with the term: less than `weight` times its idf. */
  score(term: string, weight: number, tell: (document: number, score: number) => void): void
  idf(term: string): number
  has(term: string): boolean
  /** Terms of the corpus that are spelt nearly so, or begin so. */
  near(term: string): readonly Meaning[]
}

const fieldNames = [
  'name',
  'serverName',
  'summary',
  'description',
  'parameterNames',
  'parameterTexts',
] as const
const lengthNormalisation: FieldWeights = {
  name: 0.5,
  serverName: 0,
  summary: 0.5,
  description: 0.75,
  parameterNames: 0.75,
  parameterTexts: 0.75,
}
const saturation = 1.2

/** BM25F: Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", 2004. */
export function termIndex(documents: readonly ToolFields[], weights: FieldWeights): TermIndex {
  /** By term and document, the frequency, by fields weighted and by their length normalised. */
  const postings = new Map<string, Map<number, number>>()
  for (const field of fieldNames) {
    if (weights[field] === 0) continue
    const average = documents.reduce((sum, each) => sum + each[field].length, 0) / (documents.length || 1)
    for (const [document, fields] of documents.entries()) {
      const terms = fields[field]
      const b = lengthNormalisation[field]
      const length = 1 - b + (b * terms.length) / (average || 1)
      for (const term of terms) {
        const posting = postings.get(term) ?? new Map<number, number>()
        posting.set(document, (posting.get(document) ?? 0) + weights[field] / length)
        postings.set(term, posting)
      }
    }
  }
  const size = documents.length
  const idf = (term: string) => {
    const count = postings.get(term)?.size ?? 0
    return Math.log(1 + (size - count + 0.5) / (count + 0.5))
  }
  const near = spelling(postings)
  return {
    size,
    idf,
    near,
    has: (term) => postings.has(term),
    score(term, weight, tell) {
      const gain = weight * idf(term)
      for (const [document, frequency] of postings.get(term) ?? [])
        tell(document, (gain * frequency) / (saturation + frequency))
    },
  }
}

const nearWeight = 0.6

/** Few mistake the first letter: only terms that begin alike are looked at. */
function spelling(postings: ReadonlyMap<string, unknown>): (term: string) => readonly Meaning[] {
  const known = new Map<string, readonly Meaning[]>()
  const byFirst = new Map<string, string[]>()
  for (const term of postings.keys()) {
    const list = byFirst.get(term.charAt(0))
    if (list) list.push(term)
    else byFirst.set(term.charAt(0), [term])
  }
  return (term) => {
    const found = known.get(term)
    if (found) return found
    const made = (byFirst.get(term.charAt(0)) ?? []).flatMap((candidate) => {
      const likeness = spelledLike(term, candidate)
      return likeness > 0 ? [{ term: candidate, weight: likeness * nearWeight }] : []
    })
    if (known.size > 10_000) known.clear()
    known.set(term, made)
    return made
  }
}

/** From 0 to 1: a beginning of the candidate, or a word of five letters and more with a change for every four. */
function spelledLike(term: string, candidate: string): number {
  if (term.length < 3 || candidate.length < 3) return 0
  if (term.length >= 4 && candidate.startsWith(term)) return term.length / candidate.length
  if (candidate.startsWith(term) && candidate.length - term.length <= 2) return 0.7
  if (term.length < 5 || Math.abs(term.length - candidate.length) > 2) return 0
  const edits = distance(term, candidate)
  return edits <= Math.floor(term.length / 4) ? 1 - edits / term.length : 0
}

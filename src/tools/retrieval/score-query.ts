import { actionsWanted, writes } from './actions.ts'
import type { Corpus } from './corpus.ts'
import type { Meaning } from './lexicon.ts'
import type { Query } from './query.ts'
import type { RankingWeights } from './ranking-weights.ts'
import type { TermIndex } from './term-index.ts'

/** How well each tool fits; 0 for one that shares no word with the query. */
export function scoreQuery(query: Query, corpus: Corpus, weights: RankingWeights): Float64Array {
  const { scores, matched } = scoreTerms(query, corpus.index, corpus.main, weights)
  const servers = serverShares(query, corpus, weights)
  const top = Math.max(...scores, Number.MIN_VALUE)
  const named = namedServers(query, corpus)
  const wanted = actionsWanted(query.terms, query.isQuestion)
  const shapes = query.shapes.map((shape) => [shape, tellingShape(shape, corpus)] as const)
  for (const [at, tool] of corpus.tools.entries()) {
    const lexical = scores[at] ?? 0
    if (lexical === 0) continue
    const taken = shapes.reduce((sum, [shape, gain]) => sum + (tool.shapes.has(shape) ? gain : 0), 0)
    const context = weights.server * (servers[tool.server] ?? 0) + weights.shape * taken
    const fit = lexical * (1 + weights.nameCoverage * coverage(tool.name, matched)) + top * context
    const agreed = Math.max(0, ...[...tool.actions].map((action) => wanted.get(action) ?? 0))
    const isOther = named.size > 0 && !named.has(tool.server)
    scores[at] =
      fit *
      (1 + weights.action * agreed) *
      (isOther ? weights.unnamed : 1) *
      (tool.isDeprecated ? weights.deprecated : 1) *
      (query.isQuestion && writes(tool.actions) ? weights.writes : 1)
  }
  return scores
}

/** From 0 to 1, the best server. */
function serverShares(query: Query, { servers }: Corpus, weights: RankingWeights): Float64Array {
  const { scores } = scoreTerms(query, servers, servers, weights)
  const top = Math.max(...scores, Number.MIN_VALUE)
  return scores.map((score) => score / top)
}

function namedServers({ terms }: Query, { serverNames }: Corpus): ReadonlySet<number> {
  const literal = terms.flatMap(({ options }) => options.filter(({ weight }) => weight === 1))
  const said = new Set(literal.map(({ term }) => term))
  return new Set([...serverNames.keys()].filter((at) => serverNames[at]?.some((term) => said.has(term))))
}

/** What every tool takes tells nothing, 0; what few take tells much, up to 1. */
function tellingShape(shape: string, { tools }: Corpus): number {
  const takers = tools.filter(({ shapes }) => shapes.has(shape)).length
  return takers === 0 ? 0 : Math.log(tools.length / takers) / Math.log(tools.length + 1)
}

/** A term counts by the norm of its options; `matched` is how surely a term of the corpus is meant. */
function scoreTerms(query: Query, index: TermIndex, main: TermIndex, { optionNorm }: RankingWeights) {
  const scores = new Float64Array(index.size)
  const matched = new Map<string, number>()
  const sums = new Float64Array(index.size)
  for (const { weight, options } of query.terms) {
    sums.fill(0)
    for (const option of inCorpus(options, index)) {
      const gain = option.weight * weight
      const within = option.weight === 1 ? index : main
      within.score(option.term, gain, (at, score) => {
        sums[at] = (sums[at] ?? 0) + score ** optionNorm
      })
      matched.set(option.term, Math.max(gain, matched.get(option.term) ?? 0))
    }
    for (const [at, sum] of sums.entries())
      if (sum > 0) scores[at] = (scores[at] ?? 0) + sum ** (1 / optionNorm)
  }
  return { scores, matched }
}

/** A word that stands nowhere in the corpus, nor any word for it, may be misspelt or cut short. */
function inCorpus(options: readonly Meaning[], index: TermIndex): readonly Meaning[] {
  const known = options.filter(({ term }) => index.has(term))
  if (known.length > 0) return known
  return options.filter(({ weight }) => weight === 1).flatMap(({ term }) => index.near(term))
}

function coverage(
  name: readonly (readonly [string, number])[],
  matched: ReadonlyMap<string, number>,
): number {
  const all = name.reduce((sum, [, weight]) => sum + weight, 0)
  const named = name.reduce((sum, [term, weight]) => sum + weight * (matched.get(term) ?? 0), 0)
  return all === 0 ? 0 : named / all
}

import { type Tool, wireName } from '../../domain/tool.ts'
import { splitClauses } from './clauses.ts'
import { type Corpus, readCorpus } from './corpus.ts'
import { best, bestOfEach } from './fusion.ts'
import { readQuery } from './query.ts'
import { type RankingWeights, rankingWeights } from './ranking-weights.ts'
import { scoreQuery } from './score-query.ts'

/**
 * The tools that fit a prompt, best first; none that shares nothing with it. Equal prompts get equal answers, and ties
 * keep the order of the list.
 */
export type ToolRanking = (prompt: string, limit: number) => readonly Tool[]

/**
 * Ranks by words alone: BM25F over the parts of a definition, with what words stand for, what tools do and take, and
 * their server. Where a prompt wishes for several things, the best for each wish come in turn.
 */
export function rankTools(tools: readonly Tool[], weights: RankingWeights = rankingWeights): ToolRanking {
  const corpus = readCorpus(tools, weights)
  const mentioned = mentions(tools)
  return (prompt, limit) => {
    const orders = [...mentioned(prompt), ...rankPlaces(prompt, limit, corpus, weights)]
    return [...new Set(orders)].slice(0, limit).flatMap((at) => tools[at] ?? [])
  }
}

/** The tools that a prompt calls by name: by the whole of it, or by its own part where no plain word is like that. */
function mentions(tools: readonly Tool[]): (prompt: string) => readonly number[] {
  const places = new Map<string, number[]>()
  for (const [at, { name }] of tools.entries()) {
    const own = name.slice(name.indexOf('/') + 1)
    for (const said of new Set([name, wireName(name), ...(/[_-]|\p{Ll}\p{Lu}/u.test(own) ? [own] : [])]))
      places.set(said, [...(places.get(said) ?? []), at])
  }
  return (prompt) => prompt.split(/[\s,;:"'`()]+/).flatMap((word) => places.get(word) ?? [])
}

function rankPlaces(
  prompt: string,
  limit: number,
  corpus: Corpus,
  weights: RankingWeights,
): readonly number[] {
  const whole = scoreQuery(readQuery(prompt), corpus, weights)
  const clauses = splitClauses(prompt)
  if (clauses.length === 1) return best(whole, limit)
  const scored = clauses.map((clause) => scoreQuery(readQuery(clause), corpus, weights))
  const tops = scored.map((scores) => Math.max(...scores))
  const least = weights.leastClause * Math.max(...tops)
  const meant = scored.filter((_, at) => (tops[at] ?? 0) >= least)
  return bestOfEach(
    meant.map((own) => inContext(own, whole, weights.whole)),
    limit,
  )
}

/** A clause says the rest of what it means elsewhere in the prompt. */
function inContext(own: Float64Array, whole: Float64Array, weight: number): Float64Array {
  const ownTop = Math.max(...own, Number.MIN_VALUE)
  const wholeTop = Math.max(...whole, Number.MIN_VALUE)
  return own.map((score, at) => (score === 0 ? 0 : score / ownTop + (weight * (whole[at] ?? 0)) / wholeTop))
}

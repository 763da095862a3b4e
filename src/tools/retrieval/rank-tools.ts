import type { Tool } from '../../domain/tool.ts'
import { actionsOf, actionsWanted, writes } from './actions.ts'
import { splitClauses } from './clauses.ts'
import { type Query, readQuery } from './query.ts'
import { shapesTakenBy } from './shapes.ts'
import { type FieldWeights, type TermIndex, termIndex } from './tool-index.ts'
import { type ToolFields, toolFields } from './tool-fields.ts'

export interface RankingWeights {
  readonly fields: FieldWeights
  /** How much of several options of one term adds up: 1 is their sum, large is the best alone. */
  readonly optionNorm: number
  /** How much of the weight of long texts stays for a word that only stands for another. */
  readonly meaningsInTexts: number
  /** Of the share of a tool's name that a prompt names. */
  readonly nameCoverage: number
  /** Of the words of a tool's whole server. */
  readonly server: number
  /** What is left of the tools of other servers, where one is named. */
  readonly unnamed: number
  readonly shape: number
  readonly deprecated: number
  /** Of doing what the prompt asks to be done. */
  readonly action: number
  /** What a question leaves of a tool that writes. */
  readonly writes: number
  /** Of the whole prompt, beside a clause. */
  readonly whole: number
}

export const rankingWeights: RankingWeights = {
  fields: { name: 4, serverName: 1.5, summary: 2, description: 0.5, parameterNames: 1, parameterTexts: 0.25 },
  optionNorm: 3,
  meaningsInTexts: 0.25,
  nameCoverage: 1,
  server: 0.5,
  unnamed: 0.7,
  shape: 0.8,
  deprecated: 0.6,
  action: 0.25,
  writes: 0.8,
  whole: 0.3,
}

export interface RankedTool {
  readonly tool: Tool
  readonly score: number
}

/** The tools that fit a prompt, best first; none that shares nothing with it. Ties keep the order of the list. */
export type ToolRanking = (prompt: string, limit: number) => readonly Tool[]

interface Corpus {
  readonly tools: readonly Tool[]
  readonly fields: readonly ToolFields[]
  readonly index: TermIndex
  /** Without long texts: a word that only stands for another must be met where it matters. */
  readonly main: TermIndex
  readonly servers: TermIndex
  /** Of each server, the words by which it is named and no other. */
  readonly serverNames: readonly (readonly string[])[]
  /** Of each tool, the place of its server among them. */
  readonly serverOf: readonly number[]
  /** Of each tool, the terms of its name with what each tells. */
  readonly names: readonly (readonly (readonly [term: string, weight: number])[])[]
  readonly shapes: readonly ReadonlySet<string>[]
  readonly actions: readonly ReadonlySet<string>[]
}

export function rankTools(tools: readonly Tool[], weights: RankingWeights = rankingWeights): ToolRanking {
  const corpus = readCorpus(tools, weights)
  return (prompt, limit) => {
    const clauses = splitClauses(prompt)
    const whole = scoreQuery(readQuery(prompt), corpus, weights)
    if (clauses.length === 1) return best(whole, limit).flatMap((at) => tools[at] ?? [])
    const ranked = clauses.map((clause) => {
      const own = scoreQuery(readQuery(clause), corpus, weights)
      const top = Math.max(...own)
      return { top, order: best(mixed(own, whole, weights.whole), limit) }
    })
    const strongest = Math.max(...ranked.map(({ top }) => top))
    const meant = ranked.filter(({ top }) => top >= 0.3 * strongest)
    return inTurn(meant.map(({ order }) => order), limit).flatMap((at) => tools[at] ?? [])
  }
}

function readCorpus(tools: readonly Tool[], weights: RankingWeights): Corpus {
  const fields = tools.map(toolFields)
  const index = termIndex(fields, weights.fields)
  const serverNames = [...new Set(fields.map(({ server }) => server))]
  const byServer = serverNames.map((name) => fields.filter(({ server }) => server === name))
  return {
    tools,
    fields,
    index,
    main: termIndex(fields, { ...weights.fields, description: weights.meaningsInTexts * weights.fields.description, parameterTexts: weights.meaningsInTexts * weights.fields.parameterTexts }),
    servers: termIndex(byServer.map(asOne), { ...weights.fields, serverName: 6, description: 0.2 }),
    serverNames: ownNames(byServer.map(([first]) => first?.serverName ?? [])),
    serverOf: fields.map(({ server }) => serverNames.indexOf(server)),
    names: fields.map((tool) => nameTerms(tool, byServer[serverNames.indexOf(tool.server)] ?? [], index)),
    shapes: fields.map(({ parameters }) => new Set(shapesTakenBy(parameters))),
    actions: fields.map(({ name }) => actionsOf(name)),
  }
}

function ownNames(names: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isOwn = (term: string) => names.filter((name) => name.includes(term)).length === 1
  return names.map((name) => name.filter((term) => term.length > 2 && isOwn(term)))
}

function namedServers({ terms }: Query, { serverNames }: Corpus): ReadonlySet<number> {
  const said = new Set(terms.flatMap(({ options }) => options.filter(({ weight }) => weight === 1)).map(({ term }) => term))
  return new Set([...serverNames.keys()].filter((at) => serverNames[at]?.some((term) => said.has(term))))
}

function asOne(tools: readonly ToolFields[]): ToolFields {
  const [first] = tools
  const all = (of: (tool: ToolFields) => readonly string[]) => tools.flatMap(of)
  return {
    server: first?.server ?? '',
    serverName: first?.serverName ?? [],
    name: all(({ name }) => name),
    summary: all(({ summary }) => summary),
    description: all(({ description }) => description),
    parameterNames: all(({ parameterNames }) => parameterNames),
    parameterTexts: [],
    parameters: [],
    isDeprecated: false,
    readsOnly: null,
  }
}

/** What all tools of a server are called by, as `slack` in `slack_post_message`, tells little. */
function nameTerms({ name }: ToolFields, siblings: readonly ToolFields[], index: TermIndex) {
  return [...new Set(name)].map((term) => {
    const sharing = siblings.filter((sibling) => sibling.name.includes(term)).length
    const share = siblings.length > 3 ? sharing / siblings.length : 0
    return [term, index.idf(term) * (1 - share)] as const
  })
}

function scoreQuery(query: Query, corpus: Corpus, weights: RankingWeights): Float64Array {
  const { servers, fields } = corpus
  const { scores, matched } = scoreTerms(query, corpus.index, corpus.main, weights)
  const { scores: serverScores } = scoreTerms(query, servers, servers, weights)
  const topServer = Math.max(...serverScores, 1e-9)
  const top = Math.max(...scores, 1e-9)
  const named = namedServers(query, corpus)
  const wanted = actionsWanted(query.terms, query.isQuestion)
  const shapeWeights = new Map(query.shapes.map((shape) => [shape, shapeIdf(shape, corpus)]))
  for (const [at, tool] of fields.entries()) {
    const lexical = scores[at] ?? 0
    if (lexical === 0) continue
    const covered = coverage(corpus.names[at] ?? [], matched)
    const server = (serverScores[corpus.serverOf[at] ?? 0] ?? 0) / topServer
    const shape = [...shapeWeights].reduce((sum, [name, gain]) => sum + (corpus.shapes[at]?.has(name) ? gain : 0), 0)
    const fit = lexical * (1 + weights.nameCoverage * covered) + top * (weights.server * server + weights.shape * shape)
    const doing = corpus.actions[at] ?? new Set()
    const agreed = Math.max(0, ...[...doing].map((action) => wanted.get(action) ?? 0))
    const isOther = named.size > 0 && !named.has(corpus.serverOf[at] ?? -1)
    const penalty = (isOther ? weights.unnamed : 1) * (tool.isDeprecated ? weights.deprecated : 1) * (query.isQuestion && writes(doing) ? weights.writes : 1)
    scores[at] = fit * (1 + weights.action * agreed) * penalty
  }
  return scores
}

/** A shape that every tool takes tells nothing: 0; one that few take tells much: 1. */
function shapeIdf(shape: string, { shapes }: Corpus): number {
  const takers = shapes.filter((taken) => taken.has(shape)).length
  return takers === 0 ? 0 : Math.log(shapes.length / takers) / Math.log(shapes.length + 1)
}

/** Each term counts by the norm of its options; `matched` tells how surely a term of the corpus is meant. */
function scoreTerms(query: Query, index: TermIndex, main: TermIndex, { optionNorm }: RankingWeights) {
  const scores = new Float64Array(index.size)
  const matched = new Map<string, number>()
  const own = new Float64Array(index.size)
  const sums = new Float64Array(index.size)
  for (const { weight, options } of query.terms) {
    sums.fill(0)
    for (const option of withNear(options, index)) {
      own.fill(0)
      const within = option.weight === 1 ? index : main
      within.score(option.term, option.weight * weight, own)
      for (let at = 0; at < own.length; at++) if (own[at]) sums[at] = (sums[at] ?? 0) + (own[at] ?? 0) ** optionNorm
      matched.set(option.term, Math.max(option.weight * weight, matched.get(option.term) ?? 0))
    }
    for (let at = 0; at < sums.length; at++) if (sums[at]) scores[at] = (scores[at] ?? 0) + (sums[at] ?? 0) ** (1 / optionNorm)
  }
  return { scores, matched }
}

/** A word that neither the corpus nor the lexicon knows may be misspelt or cut short. */
function withNear(options: Query['terms'][number]['options'], index: TermIndex) {
  const known = options.filter(({ term }) => index.has(term))
  return known.length > 0 ? known : options.filter(({ weight }) => weight === 1).flatMap(({ term }) => index.near(term))
}

function coverage(name: readonly (readonly [string, number])[], matched: ReadonlyMap<string, number>): number {
  let all = 0
  let named = 0
  for (const [term, weight] of name) {
    all += weight
    named += weight * (matched.get(term) ?? 0)
  }
  return all === 0 ? 0 : named / all
}

function mixed(own: Float64Array, whole: Float64Array, weight: number): Float64Array {
  const ownTop = Math.max(...own, 1e-9)
  const wholeTop = Math.max(...whole, 1e-9)
  return own.map((score, at) => (score === 0 ? 0 : score / ownTop + (weight * (whole[at] ?? 0)) / wholeTop))
}

function best(scores: Float64Array, limit: number): readonly number[] {
  return [...scores.keys()]
    .filter((at) => (scores[at] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, limit)
}

/** The best of each, then the second of each; what was there already leaves the turn to the next of the same list. */
function inTurn(orders: readonly (readonly number[])[], limit: number): readonly number[] {
  const taken = new Set<number>()
  const places = orders.map(() => 0)
  for (let round = 0; round < limit && taken.size < limit; round++) {
    for (const [which, order] of orders.entries()) {
      let place = places[which] ?? 0
      while (place < order.length && taken.has(order[place] ?? -1)) place++
      const next = order[place]
      places[which] = place + 1
      if (next !== undefined && taken.size < limit) taken.add(next)
    }
  }
  return [...taken]
}

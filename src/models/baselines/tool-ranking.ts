import { createHash } from 'node:crypto'
import MiniSearch from 'minisearch'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Tool } from '../../domain/tool.ts'
import { contentWords } from './words.ts'

interface RankedTool {
  /** Its place in the list. */
  readonly index: number
  /** The share of the query's weight, from 0 to 1, that the tool's summary covers. */
  readonly coverage: number
}

/**
 * The best tool for the content words of a query; null where no tool holds any of them. Proper names count where some
 * tool has them and are no loss where none has.
 */
type ToolRanking = (words: readonly string[], names: readonly string[]) => RankedTool | null

const mostKept = 64
const byList = new WeakMap<readonly Tool[], ToolRanking>()
const byContent = new Map<string, ToolRanking>()

/** Kept by the identity of the list, and by its content: found tools come in a new list each turn. */
export function toolRanking(tools: readonly Tool[]): ToolRanking {
  const known = byList.get(tools)
  if (known) return known
  const content = tools.map(({ name, description, inputSchema }) => [name, description, inputSchema])
  const key = createHash('sha256').update(JSON.stringify(content)).digest('base64')
  const ranking = byContent.get(key) ?? rankingOf(tools)
  const [oldest] = byContent.keys()
  if (byContent.size >= mostKept && oldest !== undefined) byContent.delete(oldest)
  byContent.set(key, ranking)
  byList.set(tools, ranking)
  return ranking
}

/** BM25+ (Lv and Zhai, 2011), with MiniSearch's own parameters; a word in the name counts twice. */
function rankingOf(tools: readonly Tool[]): ToolRanking {
  const index = new MiniSearch<{ id: number; name: string; description: string; parameters: string }>({
    fields: ['name', 'description', 'parameters'],
    tokenize: (text) => [...contentWords(text)],
    processTerm: (term) => term,
    searchOptions: { boost: { name: 2 } },
  })
  index.addAll(
    tools.map(({ name, description, inputSchema }, id) => ({
      id,
      name,
      description,
      parameters: parameterText(inputSchema),
    })),
  )
  const summaries = tools.map(summaryWords)
  const weigh = weights(summaries)
  const known = new Set(summaries.flatMap((summary) => [...summary]))
  return (words, names) => {
    const query = [...words, ...names.filter((name) => known.has(name))]
    const [best] = index.search(query.join(' ')).sort((a, b) => b.score - a.score || a.id - b.id)
    return best ? { index: best.id, coverage: coverage(query, summaries[best.id] ?? new Set(), weigh) } : null
  }
}

function coverage(
  query: readonly string[],
  summary: ReadonlySet<string>,
  weigh: (word: string) => number,
): number {
  const distinct = [...new Set(query)]
  const sum = (words: readonly string[]) => words.reduce((total, word) => total + weigh(word), 0)
  return sum(distinct.filter((word) => summary.has(word))) / (sum(distinct) || 1)
}

/**
 * ln(1 + N / df): an inverse document frequency that stays positive on a list of five tools. A word that no tool has
 * weighs as one that a single tool has.
 */
function weights(summaries: readonly ReadonlySet<string>[]): (word: string) => number {
  const frequency = new Map<string, number>()
  for (const summary of summaries)
    for (const word of summary) frequency.set(word, (frequency.get(word) ?? 0) + 1)
  return (word) => Math.log(1 + summaries.length / (frequency.get(word) ?? 1))
}

/** What a tool does stands in its name, the first sentence of its description and its arguments' names; the rest says how. */
function summaryWords({ name, description, inputSchema }: Tool): ReadonlySet<string> {
  const [sentence = ''] = /^.*?(?:[.!?](?=\s)|\n\s*\n|$)/s.exec(description.trim()) ?? []
  return new Set(contentWords([name, sentence, argumentNames(inputSchema)].join(' ')))
}

/** However deep. */
function argumentNames(value: Json | undefined): string {
  if (!isJsonObject(value)) return ''
  const properties = Object.entries(isJsonObject(value.properties) ? value.properties : {})
  const nested = properties.map(([name, property]) => `${name} ${argumentNames(property)}`)
  return [...nested, argumentNames(value.items)].join(' ')
}

/** Names and descriptions of all properties, however deep. */
function parameterText(schema: JsonObject): string {
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const nested = properties.map(([name, value]) => `${name} ${textOf(value)}`)
  return [
    typeof schema.description === 'string' ? schema.description : '',
    ...nested,
    textOf(schema.items),
  ].join(' ')
}

function textOf(value: Json | undefined): string {
  return isJsonObject(value) ? parameterText(value) : ''
}

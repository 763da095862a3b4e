import type { Model } from '../../domain/model.ts'
import { baseline } from './baseline.ts'
import { generalQuestion } from './english.ts'
import { fillArguments } from './fill-arguments.ts'
import type { Choice, Situation, Step } from './find-then-call.ts'
import { findMentions, type Mention, replaceMentions } from './mentions.ts'
import { splitSteps } from './steps.ts'
import { toolRanking } from './tool-ranking.ts'
import { contentWords, refersBack } from './words.ts'

/**
 * The share of a step's weight that the best tool's summary must cover, or the step is left alone. A request to a tool
 * mostly speaks of what the tool speaks of, so that about half of it is found there; small talk and general questions
 * share a word with some tool by accident, one in three or four. Seen on the office tools of the tests, not on a suite.
 */
const leastCoverage = 0.4

/**
 * The same for a step that names a path or an address. These are things outside, about which nothing can be known
 * without a tool, so one word in common is enough.
 */
const leastCoverageOfThings = 0.05

/**
 * Keyword search as a model: the prompt's steps one after another, for each the tool that BM25 ranks first (or none,
 * below a threshold), with arguments taken from the prompt by the schema. It knows English function words and verbs,
 * the shapes of literals and JSON Schema; it knows no tool.
 */
export function lexicalBaseline(): Model {
  return baseline('baseline:lexical', { steps: splitSteps, choose })
}

function choose({ step, tools, results }: Situation): Choice | null {
  const { words, names, namesThings } = readQuery(step)
  const best = toolRanking(tools)(words, names)
  const tool = best && tools[best.index]
  if (!tool || best.coverage < (namesThings ? leastCoverageOfThings : leastCoverage)) return null
  if (generalQuestion.test(step.text) && !namesThings) return null
  return { tool, arguments: fillArguments(tool.inputSchema, step, results) }
}

interface Query {
  readonly words: readonly string[]
  readonly names: readonly string[]
  readonly namesThings: boolean
}

/** Literals are arguments, not words about a tool; only their kind speaks of one, also where "it" stands for one. */
function readQuery({ text, before }: Step): Query {
  const mentions = findMentions(text)
  const bare = replaceMentions(text, mentions, () => ' ')
  const things = mentions.flatMap(thingOf)
  const meant = things.length === 0 && refersBack(bare) ? findMentions(before).flatMap(thingOf).slice(-1) : []
  return {
    words: [...contentWords(bare), ...things, ...meant],
    names: mentions.flatMap(({ kind, text }) => (kind === 'name' ? contentWords(text) : [])),
    namesThings: things.length > 0,
  }
}

function thingOf({ kind, text }: Mention): readonly string[] {
  if (kind === 'path') return [text.endsWith('/') ? 'directory' : /\.\w+$/.test(text) ? 'file' : 'path']
  return kind === 'url' || kind === 'email' ? [kind] : []
}

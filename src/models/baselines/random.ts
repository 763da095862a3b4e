import { guessingModel, type Model } from '../../domain/model.ts'
import { baseline } from './baseline.ts'
import type { Choice, Situation } from './find-then-call.ts'
import { randomArguments } from './random-arguments.ts'
import { type Random, seededRandom } from './seeded-random.ts'

/** How often the random baseline calls nothing at all. */
export const abstainProbability = 0.2

/**
 * Chance level: one call of a tool drawn uniformly from those shown (or found), with random arguments that fit its
 * schema, or none with `abstainProbability`; then it answers with the text of the result. The draw depends on the
 * request's seed, the prompt and the names of the tools, and on nothing else.
 */
export function randomBaseline(): Model {
  return baseline(guessingModel, {
    steps: (prompt) => [{ text: prompt, before: '', after: '' }],
    choose,
  })
}

function choose({ step, tools, seed }: Situation): Choice | null {
  const names = tools.map((tool) => tool.name)
  const random = seededRandom(seed, JSON.stringify([step.text, names]))
  if (random.chance(abstainProbability)) return null
  const tool = random.pick(tools)
  return tool
    ? { tool, arguments: randomArguments(tool.inputSchema, phrases(step.text, random), random) }
    : null
}

/** Draws one to three of the prompt's words, as they stand there: a path is a word. */
function phrases(prompt: string, random: Random): () => string {
  const words = prompt.match(/[\p{L}\p{N}][\p{L}\p{N}_./@:-]*/gu) ?? ['word']
  return () => Array.from({ length: 1 + random.below(3) }, () => random.pick(words)).join(' ')
}

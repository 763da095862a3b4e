import { answerVerbs, openers, questionWords, requestVerbs } from './english.ts'
import type { Step } from './find-then-call.ts'
import { maskLiterals } from './mentions.ts'

/** A longer prompt is a document rather than a list of wishes; what follows is read as context. */
const mostSteps = 8

const verbs = [...requestVerbs].join('|')
/** A line (with its bullet), a sentence, a semicolon, an inline number, a "then", or a comma or "and" before a verb. */
const boundary = new RegExp(
  [
    String.raw`\n\s*(?:\d+[.)]\s+|[-*•]\s+)?`,
    String.raw`(?<=[.!?])\s+(?:\d+[.)]\s+)?`,
    ';',
    String.raw`\s\(?\d+\)\s+`,
    String.raw`,?\s(?:and\s+)?(?:then|afterwards?|after\s+that)\b,?\s*`,
    String.raw`(?:,\s+and|,|\sand)\s+(?=(?:also\s+|finally\s+)?(?:${verbs})\s)`,
  ].join('|'),
  'giu',
)

/**
 * The requests that a prompt makes, in order: imperatives, questions and wishes. A statement is context, and so is a
 * sentence about how to answer. A prompt without anything of this form is one step as a whole.
 */
export function splitSteps(prompt: string): readonly Step[] {
  const masked = maskLiterals(prompt)
  const spans: { at: number; end: number }[] = []
  let at = /^\s*(?:\d+[.)]\s+|[-*•]\s+)?/u.exec(masked)?.[0].length ?? 0
  for (const match of masked.matchAll(boundary)) {
    if (match.index > at) spans.push({ at, end: match.index })
    at = Math.max(at, match.index + match[0].length)
  }
  if (at < prompt.length) spans.push({ at, end: prompt.length })
  const requests = spans.filter(({ at, end }) => isRequest(masked.slice(at, end)))
  if (requests.length === 0) return [{ text: prompt.trim(), before: '', after: '' }]
  return requests.slice(0, mostSteps).map(({ at, end }) => ({
    text: prompt.slice(at, end).trim(),
    before: prompt.slice(0, at),
    after: prompt.slice(end),
  }))
}

function isRequest(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}'’]+/gu) ?? []
  const [first = '', second = '', third = ''] = words.slice(words.findIndex((word) => !openers.has(word)))
  if (answerVerbs.has(first)) return false
  if (requestVerbs.has(first) || questionWords.has(first) || text.trimEnd().endsWith('?')) return true
  return first === 'i' && (/^(?:want|need|wish)$/.test(second) || (second === 'would' && third === 'like'))
}

import { type Evidence, suiting, unused } from './evidence.ts'
import type { Mention } from './mentions.ts'
import type { Slot } from './slot.ts'
import { contentWords } from './words.ts'

const glue = String.raw`(?:\s+(?:of|is|are|as|be|the|a|an|called|named))*\s*[:=]?\s*`
const numberGlue = String.raw`(?:\s+(?:of|is|to|be|at))*\s*[:=]?\s*`

const clauseEnd = String.raw`[,;:?!]|\.(?:\s|$)|\s*$`
/** Before a preposition, or a literal, which is masked by zeros. */
const phraseEnd = String.raw`\s(?:and|on|at|in|for|to|from|with|by|using|into|saying|about)\s|\s0`

/** The mention right after the argument's name; for a required text also after its preposition; a number also before. */
export function labelled(slot: Slot, evidence: Evidence): Mention | undefined {
  const open = suiting(slot.kind, unused(evidence))
  const after = (label: string, between: string) => {
    const labelAndGlue = new RegExp(String.raw`(?<![\p{L}\p{N}])${label}(?![\p{L}\p{N}])${between}`, 'giu')
    const ends = new Set(
      [...evidence.masked.matchAll(labelAndGlue)].map((match) => match.index + match[0].length),
    )
    return open.find(({ at }) => ends.has(at))
  }
  for (const label of ownLabels(slot)) {
    const mention = after(label, slot.kind === 'number' ? numberGlue : glue)
    if (mention) return mention
  }
  if (slot.kind === 'number') return open.find((mention) => isNamedAround(mention, slot, evidence))
  if (!slot.isRequired) return undefined
  for (const preposition of slot.introducedBy) {
    const mention = after(preposition, String.raw`\s+(?:the\s+|a\s+|an\s+)?`)
    if (mention) return mention
  }
  return undefined
}

/** `first 10 lines`: a unit after the number that is in the name, or both neighbours in name or description. */
function isNamedAround({ at, end }: Mention, { words, schema }: Slot, { text }: Evidence): boolean {
  const next = contentWords(text.slice(end).match(/^\s*[\p{L}]+/u)?.[0] ?? '')[0]
  if (next === undefined) return false
  if (words.includes(next)) return true
  const previous = text
    .slice(0, at)
    .match(/\p{L}+(?=\s*$)/u)?.[0]
    ?.toLowerCase()
  const description = String(schema.description ?? '')
  const isDescribed = previous !== undefined && new RegExp(String.raw`\b${previous}\b`, 'i').test(description)
  return isDescribed && contentWords(description).includes(next)
}

/**
 * The words after a preposition that introduces such an argument, up to the next one (`in new york`), for what is looked
 * for up to the end of the clause (`for the letter from my bank`); else the word after its name (`of type person`).
 */
export function phraseAfter({ introducedBy, words }: Slot, { text, masked }: Evidence): string | undefined {
  const end = introducedBy.includes('about') ? clauseEnd : `${clauseEnd}|${phraseEnd}`
  const patterns = introducedBy.map((label) => String.raw`${label}\s+(?:the\s+|my\s+)?(.+?)(?=${end})`)
  const named = words.slice(-1).map((word) => String.raw`${word}(?:\s*[:=]\s*|\s+)([\p{L}\p{N}]+)`)
  for (const pattern of [...patterns, ...named]) {
    const match = new RegExp(String.raw`(?<![\p{L}\p{N}])${pattern}`, 'diu').exec(masked)
    const [at, end] = match?.indices?.[1] ?? []
    const phrase = text.slice(at, end)
    if (at !== undefined && contentWords(phrase).length > 0) return phrase
  }
  return undefined
}

/** Last words of parameter names that only say how a thing is named. */
const emptyHeads = new Set(['name', 'id', 'key'])

/** The last word of a compound says what it is: an `entityType` is a type, not an entity. An `entityName` is an entity. */
function ownLabels({ words }: Slot): readonly string[] {
  const telling = words.length > 1 && emptyHeads.has(words.at(-1) ?? '') ? words.slice(0, -1) : words
  const labels = [words.join(String.raw`s?[\s_-]?`), ...telling.slice(-1)]
  return [...new Set(labels)].filter((label) => label.length > 1).map((label) => `${label}s?`)
}

import { isJsonObject, type Json, readJson } from '../../domain/json.ts'
import { type ToolResult, textOf } from '../../domain/tool.ts'
import type { Step } from './find-then-call.ts'
import { findMentions, isTime, type Mention, type MentionKind, maskLiterals } from './mentions.ts'

/** What arguments may be taken from. Each mention of the step is used once a call. */
export interface Evidence {
  readonly text: string
  /** The text with its literals masked, of the same length. */
  readonly masked: string
  readonly mentions: readonly Mention[]
  readonly used: Set<Mention>
  /** Elsewhere in the prompt, the nearest before the step first, then those after it. */
  readonly elsewhere: () => readonly Mention[]
  /** The results of the steps before, the newest first. */
  readonly results: readonly ToolResult[]
}

export function gatherEvidence({ text, before, after }: Step, results: readonly ToolResult[]): Evidence {
  return {
    text,
    masked: maskLiterals(text),
    mentions: findMentions(text),
    used: new Set(),
    elsewhere: () => [...findMentions(before).toReversed(), ...findMentions(after)],
    results: results.filter(({ isError }) => !isError).toReversed(),
  }
}

export function unused({ mentions, used }: Evidence): readonly Mention[] {
  return mentions.filter((mention) => !used.has(mention))
}

/** A mention and those that follow it in a list: `a, b and c`. */
export function enumeration(first: Mention, evidence: Evidence): readonly Mention[] {
  const list = [first]
  for (const next of unused(evidence).filter(({ at }) => at >= first.end)) {
    const between = evidence.text.slice(list.at(-1)?.end, next.at)
    if (!/^\s*(?:,|and|or|&|,\s*and|,\s*or)\s*$/.test(between)) break
    list.push(next)
  }
  return list
}

/** Those that suit the kind, the best first: of the very kind, then quoted text, then, for text, any but a number. */
export function suiting(kind: MentionKind, mentions: readonly Mention[]): readonly Mention[] {
  const exact = kind === 'text' ? [] : mentions.filter((mention) => mention.kind === kind)
  const quoted = kind === 'number' ? [] : mentions.filter(({ isQuoted }) => isQuoted)
  const others = kind === 'text' ? mentions.filter((mention) => mention.kind !== 'number') : []
  const timesLast = others.toSorted((a, b) => Number(isTime(a)) - Number(isTime(b)))
  return [...new Set([...exact, ...quoted, ...timesLast])]
}

/** How much of a result is searched for mentions, in UTF-16 units. */
const searchedResult = 4_000

export function mentionsIn(result: ToolResult): readonly Mention[] {
  return findMentions(textOf(result).slice(0, searchedResult))
}

/** How much of a result is searched for values by name: longer text is no record but a document. */
const searchedJson = 100_000
const searchedDepth = 8

/** The first scalar under such a name in a structured result, or in a text that is JSON. */
export function valueNamed(result: ToolResult, names: readonly string[]): Json | undefined {
  return search(result.structuredContent ?? parsed(textOf(result)), names, searchedDepth)
}

function search(value: Json | undefined, names: readonly string[], depth: number): Json | undefined {
  if (depth === 0 || typeof value !== 'object' || value === null) return undefined
  if (isJsonObject(value)) {
    const own = names.find((name) => Object.hasOwn(value, name) && typeof value[name] !== 'object')
    if (own !== undefined) return value[own]
  }
  for (const item of Object.values(value)) {
    const found = search(item, names, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

function parsed(text: string): Json | undefined {
  if (text.length > searchedJson || !/^\s*[[{]/.test(text)) return undefined
  return readJson(text)
}

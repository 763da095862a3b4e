import canonicalize from 'canonicalize'
import { isJsonObject, type Json } from '../../domain/json.ts'
import type { Matcher } from '../../domain/suite.ts'
import { isRedacted, sameText, withoutPlaceholders } from './placeholders.ts'

/** Null: a redacted value hides whether it matches. */
export type Match = boolean | null

/**
 * An argument, undefined where it was not given. `equals` and `oneOf` compare by value on the RFC 8785 form (5 is 5.0 and
 * not "5"; the order of keys is nothing; strings to the letter, so `./a` is not `a`). `contains`, `startsWith`,
 * `endsWith` and `regex` look at a string, case included; of a list or an object one string within is enough.
 */
export function matchArgument(matcher: Matcher, value: Json | undefined): Match {
  if ('absent' in matcher) return value === undefined
  if (value === undefined) return false
  if ('any' in matcher) return true
  if ('equals' in matcher) return equal(matcher.equals, value)
  if ('oneOf' in matcher) return anyOf(matcher.oneOf.map((wanted) => equal(wanted, value)))
  if ('number' in matcher) return within(matcher, value)
  return anyOf(stringsIn(value).map((text) => matchText(matcher, text)))
}

/**
 * The model's answer. It is prose: case and the kind and number of spaces count for nothing but in `regex`, and `number`
 * is met by any number in the text (`1,234.5` is one). `absent` is an empty answer.
 */
export function matchAnswer(matcher: Matcher, answer: string): Match {
  const text = plain(answer)
  if ('absent' in matcher) return text === ''
  if ('any' in matcher) return text !== ''
  if ('equals' in matcher) return equal(plainValue(matcher.equals), text)
  if ('oneOf' in matcher) return anyOf(matcher.oneOf.map((wanted) => equal(plainValue(wanted), text)))
  if ('number' in matcher) return matchNumberIn(matcher, answer)
  if ('regex' in matcher) return matchText(matcher, answer)
  if ('contains' in matcher) return matchText({ contains: plain(matcher.contains) }, text)
  if ('startsWith' in matcher) return matchText({ startsWith: plain(matcher.startsWith) }, text)
  return matchText({ endsWith: plain(matcher.endsWith) }, text)
}

type TextMatcher = Extract<
  Matcher,
  { contains: string } | { startsWith: string } | { endsWith: string } | { regex: string }
>
type NumberMatcher = Extract<Matcher, { number: number }>

function equal(wanted: Json, value: Json): Match {
  return sameText(canonicalize(wanted) ?? '', canonicalize(value) ?? '')
}

function matchText(matcher: TextMatcher, text: string): Match {
  if ('regex' in matcher) return isRedacted(text) ? null : new RegExp(matcher.regex, 'u').test(text)
  const wanted = Object.values(matcher)[0] ?? ''
  const seen = isRedacted(wanted) ? text : withoutPlaceholders(text)
  const isMet =
    'contains' in matcher
      ? seen.includes(wanted)
      : 'startsWith' in matcher
        ? seen.startsWith(wanted)
        : seen.endsWith(wanted)
  return isMet || (isRedacted(wanted) || isRedacted(text) ? null : false)
}

function within({ number, within }: NumberMatcher, value: Json): Match {
  if (typeof value === 'number') return Math.abs(value - number) <= within
  return typeof value === 'string' && isRedacted(value) ? null : false
}

const numberInText = /(?<![\w.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?/gu

function matchNumberIn(matcher: NumberMatcher, text: string): Match {
  const numbers = withoutPlaceholders(text).match(numberInText) ?? []
  const isMet = numbers.some((found) => within(matcher, Number(found.replaceAll(',', '').replace('−', '-'))))
  return isMet || (isRedacted(text) ? null : false)
}

function stringsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(stringsIn)
  return isJsonObject(value) ? Object.values(value).flatMap(stringsIn) : []
}

/** True beats unknown beats false. */
function anyOf(matches: readonly Match[]): Match {
  if (matches.includes(true)) return true
  return matches.includes(null) ? null : false
}

function plainValue(value: Json): string {
  return plain(typeof value === 'string' ? value : JSON.stringify(value))
}

function plain(text: string): string {
  return text.trim().replace(/\s+/gu, ' ').toLowerCase()
}

/** What was expected, in words that follow `expected …`. */
export function describeMatcher(matcher: Matcher): string {
  if ('equals' in matcher) return JSON.stringify(matcher.equals)
  if ('oneOf' in matcher) return `one of ${JSON.stringify(matcher.oneOf)}`
  if ('contains' in matcher) return `to contain ${JSON.stringify(matcher.contains)}`
  if ('startsWith' in matcher) return `to start with ${JSON.stringify(matcher.startsWith)}`
  if ('endsWith' in matcher) return `to end with ${JSON.stringify(matcher.endsWith)}`
  if ('regex' in matcher) return `to match /${matcher.regex}/`
  if ('number' in matcher) return `${matcher.number} ± ${matcher.within}`
  return 'any' in matcher ? 'any value' : 'none'
}

import canonicalize from 'canonicalize'
import { isExactNumber } from '../../domain/exact-number.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { plainText } from '../../domain/plain-text.ts'
import type { Matcher } from '../../domain/suite.ts'
import { hasDate, isDate } from './dates.ts'
import { isFound } from './patterns.ts'
import { isRedacted, sameText, withoutPlaceholders } from './placeholders.ts'
import { containsJson, fitsSchema, jsonInAnswer } from './structure.ts'

/** Null: a redacted value hides whether it matches. */
export type Match = boolean | null

/**
 * An argument, undefined where it was not given. `equals` and `oneOf` compare by value on the RFC 8785 form (5 is 5.0 and
 * not "5"; the order of keys is nothing; strings to the letter, so `./a` is not `a`). `contains`, `startsWith`,
 * `endsWith` and `regex` look at a string, case included; of a list or an object one string within is enough. What
 * `anyOf` holds may be `absent`.
 */
export function matchArgument(matcher: Matcher, value: Json | undefined): Match {
  if ('absent' in matcher) return value === undefined
  if ('anyOf' in matcher) return anyOf(matcher.anyOf.map((each) => matchArgument(each, value)))
  if ('not' in matcher) return opposite(matchArgument(matcher.not, value))
  if (value === undefined) return false
  if ('any' in matcher) return true
  if ('equals' in matcher) return equal(matcher.equals, value)
  if ('oneOf' in matcher) return anyOf(matcher.oneOf.map((wanted) => equal(wanted, value)))
  if ('number' in matcher) return within(matcher, value)
  if ('date' in matcher) return isDate(matcher, value)
  if ('jsonSubset' in matcher) return containsJson(matcher.jsonSubset, value)
  if ('jsonSchema' in matcher) return fitsSchema(matcher.jsonSchema, value)
  return anyOf(stringsIn(value).map((text) => matchText(matcher, text)))
}

/**
 * The model's answer. It is prose: case and the kind and number of spaces count for nothing but in `regex`, and `number`
 * is met by any number in the text (`1,234.5` is one), `date` by any date. `jsonSubset` and `jsonSchema` want JSON alone,
 * in a code fence or not. `absent` is an empty answer.
 */
export function matchAnswer(matcher: Matcher, answer: string): Match {
  const text = plainText(answer)
  if ('absent' in matcher) return text === ''
  if ('any' in matcher) return text !== ''
  if ('equals' in matcher) return equal(plainValue(matcher.equals), text)
  if ('oneOf' in matcher) return anyOf(matcher.oneOf.map((wanted) => equal(plainValue(wanted), text)))
  if ('number' in matcher) return matchNumberIn(matcher, answer)
  if ('anyOf' in matcher) return anyOf(matcher.anyOf.map((each) => matchAnswer(each, answer)))
  if ('not' in matcher) return opposite(matchAnswer(matcher.not, answer))
  if ('date' in matcher) return hasDate(matcher, answer)
  if ('jsonSubset' in matcher || 'jsonSchema' in matcher) return matchJson(matcher, answer)
  if ('regex' in matcher) return matchText(matcher, answer)
  if ('contains' in matcher) return matchText({ contains: plainText(matcher.contains) }, text)
  if ('startsWith' in matcher) return matchText({ startsWith: plainText(matcher.startsWith) }, text)
  return matchText({ endsWith: plainText(matcher.endsWith) }, text)
}

type TextMatcher = Extract<
  Matcher,
  { contains: string } | { startsWith: string } | { endsWith: string } | { regex: string }
>
type JsonMatcher = Extract<Matcher, { jsonSubset: Json } | { jsonSchema: JsonObject }>
type NumberMatcher = Extract<Matcher, { number: number }>

function equal(wanted: Json, value: Json): Match {
  return sameText(canonicalize(wanted) ?? '', canonicalize(value) ?? '')
}

function matchText(matcher: TextMatcher, text: string): Match {
  if ('regex' in matcher) return isRedacted(text) ? null : isFound(matcher.regex, text)
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

function matchJson(matcher: JsonMatcher, answer: string): Match {
  const value = jsonInAnswer(answer)
  return value === undefined ? (isRedacted(answer) ? null : false) : matchArgument(matcher, value)
}

function within({ number, within }: NumberMatcher, value: Json): Match {
  if (typeof value === 'number') return Math.abs(value - number) <= within
  if (isExactNumber(value)) return Math.abs(Number(value.$number) - number) <= within
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

function opposite(match: Match): Match {
  return match === null ? null : !match
}

/** True beats unknown beats false. */
function anyOf(matches: readonly Match[]): Match {
  if (matches.includes(true)) return true
  return matches.includes(null) ? null : false
}

function plainValue(value: Json): string {
  return plainText(typeof value === 'string' ? value : JSON.stringify(value))
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
  if ('date' in matcher)
    return `the date ${matcher.date}${matcher.within === null ? '' : ` ± ${matcher.within / 1000} s`}`
  if ('jsonSubset' in matcher) return `at least ${JSON.stringify(matcher.jsonSubset)}`
  if ('jsonSchema' in matcher) return `to fit the schema ${JSON.stringify(matcher.jsonSchema)}`
  if ('anyOf' in matcher) return matcher.anyOf.map(describeMatcher).join(' or ')
  if ('not' in matcher) return `not ${describeMatcher(matcher.not)}`
  return 'any' in matcher ? 'any value' : 'none'
}

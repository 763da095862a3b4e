import canonicalize from 'canonicalize'
import type { Json } from '../../domain/json.ts'
import { plainText } from '../../domain/plain-text.ts'
import type { Expectation, Matcher } from '../../domain/suite.ts'
import { contradictsItself } from './could-match.ts'

interface Conflict {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
}

/** Answers must meet all that is expected of them: parts that no text can meet together. */
export function answerConflicts({ answer, calls }: Expectation): readonly Conflict[] {
  return answer.flatMap((matcher, index): readonly Conflict[] => {
    const path = ['expect', 'answer', index]
    if ('regex' in matcher && contradictsItself(matcher.regex))
      return [{ path, message: 'no text matches this regular expression', hint: anchors }]
    const rival = answer.slice(0, index).findIndex((other) => conflict(matcher, other))
    if (rival >= 0) return [{ path, message: `no answer meets this and answer[${rival}]`, hint: 'drop one' }]
    if (calls?.length !== 0 || !conflict(matcher, { any: true })) return []
    const hint = 'drop one: a model that calls nothing must answer'
    return [{ path, message: 'no answer is expected, nor is a call', hint }]
  })
}

const anchors = '^ stands for the beginning of the text and $ for its end; \\^ and \\$ are those characters'

function conflict(one: Matcher, other: Matcher): boolean {
  if (JSON.stringify([one, other]).includes('[redacted:')) return false
  return rulesOut(one, other) || rulesOut(other, one)
}

function rulesOut(one: Matcher, other: Matcher): boolean {
  const texts = textsOf(one)
  if (texts) return !texts.some((text) => couldSay(other, text))
  if ('startsWith' in one && 'startsWith' in other)
    return !isOneOfTheOther(one.startsWith, other.startsWith, (long, short) => long.startsWith(short))
  if ('endsWith' in one && 'endsWith' in other)
    return !isOneOfTheOther(one.endsWith, other.endsWith, (long, short) => long.endsWith(short))
  return 'not' in other && implies(one, other.not)
}

/** All texts that match, where there are so few; null where there are more. */
function textsOf(matcher: Matcher): readonly string[] | null {
  if ('absent' in matcher) return ['']
  if ('equals' in matcher) return [textOf(matcher.equals)]
  if ('oneOf' in matcher) return matcher.oneOf.map(textOf)
  if (!('anyOf' in matcher)) return null
  const each = matcher.anyOf.map(textsOf)
  return each.every((texts) => texts !== null) ? each.flat() : null
}

const textOf = (value: Json) => plainText(typeof value === 'string' ? value : JSON.stringify(value))

/** `text` as answers are compared. True where it cannot be told: case and spaces of an answer are not known. */
function couldSay(matcher: Matcher, text: string): boolean {
  const texts = textsOf(matcher)
  if (texts) return texts.includes(text)
  if ('anyOf' in matcher) return matcher.anyOf.some((each) => couldSay(each, text))
  if ('contains' in matcher) return text.includes(plainText(matcher.contains))
  if ('startsWith' in matcher) return text.startsWith(plainText(matcher.startsWith))
  if ('endsWith' in matcher) return text.endsWith(plainText(matcher.endsWith))
  if ('not' in matcher) return !mustSay(matcher.not, text)
  return text !== '' || 'regex' in matcher
}

function mustSay(matcher: Matcher, text: string): boolean {
  if ('anyOf' in matcher) return matcher.anyOf.some((each) => mustSay(each, text))
  const isTold = ['absent', 'equals', 'oneOf', 'contains', 'startsWith', 'endsWith', 'any']
  return isTold.some((kind) => kind in matcher) && couldSay(matcher, text)
}

function isOneOfTheOther(a: string, b: string, has: (long: string, short: string) => boolean): boolean {
  const [one, other] = [plainText(a), plainText(b)]
  return has(one, other) || has(other, one)
}

/** Whether whatever text matches the one matches the other, where that can be told. */
function implies(one: Matcher, other: Matcher): boolean {
  if (canonicalize(one) === canonicalize(other)) return true
  const said =
    'contains' in one
      ? one.contains
      : 'startsWith' in one
        ? one.startsWith
        : 'endsWith' in one
          ? one.endsWith
          : null
  if (said === null || plainText(said) === '') return false
  if ('any' in other) return true
  if ('contains' in other) return plainText(said).includes(plainText(other.contains))
  if ('startsWith' in one && 'startsWith' in other)
    return plainText(said).startsWith(plainText(other.startsWith))
  return 'endsWith' in one && 'endsWith' in other && plainText(said).endsWith(plainText(other.endsWith))
}

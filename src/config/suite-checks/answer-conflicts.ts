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
  const path = ['expect', 'answer']
  const silent = (matcher: Matcher) => calls?.length === 0 && conflict(matcher, { any: true })
  const hint = 'drop one: a model that calls nothing must answer'
  return [
    ...conflictsIn(answer, path),
    ...answer.flatMap((matcher, index) =>
      silent(matcher)
        ? [{ path: [...path, index], message: 'no answer is expected, nor is a call', hint }]
        : [],
    ),
  ]
}

/** So must what a check of the state is answered. JSON is looked for in the structured result, which is no part of the text. */
export function stateConflicts({ state = [] }: Expectation): readonly Conflict[] {
  const isJson = (matcher: Matcher) => /"json(?:Subset|Schema)"/.test(JSON.stringify(matcher))
  return state.flatMap(({ result }, index) =>
    conflictsIn(
      result.map((matcher) => (isJson(matcher) ? anyText : matcher)),
      ['expect', 'state', index, 'result'],
    ),
  )
}

const anyText: Matcher = { regex: '' }

function conflictsIn(matchers: readonly Matcher[], above: Conflict['path']): readonly Conflict[] {
  return matchers.flatMap((matcher, index): readonly Conflict[] => {
    const path = [...above, index]
    if ('regex' in matcher && contradictsItself(matcher.regex))
      return [{ path, message: 'no text matches this regular expression', hint: anchors }]
    const rival = matchers.slice(0, index).findIndex((other) => conflict(matcher, other))
    if (rival < 0) return []
    const message = `no ${above.at(-1)} meets this and ${above.at(-1)}[${rival}]`
    return [{ path, message, hint: 'drop one' }]
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

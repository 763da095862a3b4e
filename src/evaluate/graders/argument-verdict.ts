import type { JsonObject } from '../../domain/json.ts'
import type { Matcher } from '../../domain/suite.ts'
import { describeMatcher, matchArgument } from './matchers.ts'
import { quote } from './quote.ts'

/** Whether all named arguments match; null where a redacted or missing value hides it. */
export interface ArgumentVerdict {
  readonly right: boolean | null
  /** The first argument that is wrong, else the first that cannot be told; empty when all are right. */
  readonly reason: string
}

const right: ArgumentVerdict = { right: true, reason: '' }

export function judgeArguments(
  expected: Readonly<Record<string, Matcher>>,
  given: JsonObject | null,
): ArgumentVerdict {
  const named = Object.entries(expected)
  if (named.length === 0) return right
  if (!given) return { right: null, reason: 'the arguments were not kept' }
  const verdicts = named.map(([name, matcher]) => judgeArgument(name, matcher, given))
  return (
    verdicts.find((verdict) => verdict.right === false) ??
    verdicts.find((verdict) => verdict.right === null) ??
    right
  )
}

function judgeArgument(name: string, matcher: Matcher, given: JsonObject): ArgumentVerdict {
  const value = Object.hasOwn(given, name) ? given[name] : undefined
  const matched = matchArgument(matcher, value)
  if (matched) return right
  if (matched === null) return { right: null, reason: `${name} is redacted: ${quote(value)}` }
  return { right: false, reason: `${name} was ${quote(value)}, expected ${describeMatcher(matcher)}` }
}

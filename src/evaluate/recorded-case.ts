import type { Json } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Case, ExpectedCall, Matcher } from '../domain/suite.ts'

/** The case as a transcript can meet it: graders see redacted text, so what is expected of it is redacted alike. */
export function recordedCase(testCase: Case, redactor: Redactor): Case {
  const { calls, answer, bfcl, state, ...rest } = testCase.expect
  const redactAny = (matcher: Matcher) => redactMatcher(matcher, (value) => redactAnswer(value, redactor))
  const expect = {
    calls: calls?.map((call) => redactCall(call, redactor)) ?? null,
    answer: answer.map(redactAny),
    ...rest,
    ...(state && { state: state.map((check) => ({ ...check, result: check.result.map(redactAny) })) }),
    ...(bfcl && { bfcl: { ...bfcl, answers: redactor.json(bfcl.answers) } }),
  }
  return { ...testCase, expect }
}

/** An argument is redacted by its name too, and by that of its neighbours: `{"name": "TOKEN", "value": …}`. */
function redactCall({ args, alternativeCalls, ...call }: ExpectedCall, redactor: Redactor): ExpectedCall {
  return {
    args: redactArguments(args, redactor),
    ...call,
    ...(alternativeCalls && {
      alternativeCalls: alternativeCalls.map((each) => ({
        ...each,
        args: redactArguments(each.args, redactor),
      })),
    }),
  }
}

function redactArguments(args: ExpectedCall['args'], redactor: Redactor): ExpectedCall['args'] {
  const literals = Object.entries(args).flatMap(([name, matcher]) =>
    'equals' in matcher ? [[name, matcher.equals] as const] : [],
  )
  const redactArgument = (name: string) => (value: Json) => {
    const text = JSON.stringify(Object.fromEntries([...literals, [name, value]]))
    const stored = redactor.json(text)
    if (stored === text) return value
    const given: Record<string, Json> = JSON.parse(stored)
    return given[name] ?? null
  }
  const redacted = Object.entries(args).map(
    ([name, matcher]) => [name, redactMatcher(matcher, redactArgument(name))] as const,
  )
  return Object.fromEntries(redacted)
}

function redactAnswer(value: Json, redactor: Redactor): Json {
  if (typeof value === 'string') return redactor.text(value)
  return typeof value === 'object' && value !== null
    ? JSON.parse(redactor.json(JSON.stringify(value)))
    : value
}

/** A regex or a number that would say what was redacted is hidden too; what it would have matched is for nobody to tell. */
function redactMatcher(matcher: Matcher, redact: (value: Json) => Json): Matcher {
  if ('equals' in matcher) return { equals: redact(matcher.equals) }
  if ('oneOf' in matcher) return { oneOf: matcher.oneOf.map(redact) }
  if ('contains' in matcher) return { contains: String(redact(matcher.contains)) }
  if ('startsWith' in matcher) return { startsWith: String(redact(matcher.startsWith)) }
  if ('endsWith' in matcher) return { endsWith: String(redact(matcher.endsWith)) }
  if ('anyOf' in matcher) return { anyOf: matcher.anyOf.map((each) => redactMatcher(each, redact)) }
  if ('not' in matcher) return { not: redactMatcher(matcher.not, redact) }
  if ('jsonSubset' in matcher) return { jsonSubset: redact(matcher.jsonSubset) }
  const written = 'regex' in matcher ? matcher.regex : 'number' in matcher ? String(matcher.number) : ''
  const hidden = String(redact(written))
  return hidden === written ? matcher : { contains: hidden }
}

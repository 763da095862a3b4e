import { z } from 'zod'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { Expectation, ExpectedCall, Matcher } from '../domain/suite.ts'

/** JSON cannot say `.nan` or `.inf`, which YAML can. */
function isJson(value: unknown): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  if (isJsonObject(value)) return Object.values(value).every(isJson)
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}

export const json = z.custom<Json>(isJson, 'expected a value that JSON can hold')

const operatorFields = z.strictObject({
  equals: json.optional(),
  oneOf: z.array(json).min(1).optional(),
  contains: z.string().optional(),
  startsWith: z.string().optional(),
  endsWith: z.string().optional(),
  regex: z.string().refine(isRegex, 'not a regular expression (JavaScript, u flag)').optional(),
  number: z.number().optional(),
  within: z.number().nonnegative('must not be negative').optional(),
  any: z.literal(true).optional(),
  absent: z.literal(true).optional(),
})

const operators = operatorFields.transform((given, context): Matcher => {
  const matcher = toMatcher(given)
  if (matcher) return matcher
  if (context.issues.length > 0) return z.NEVER
  context.addIssue('expected one matcher, such as { endsWith: … }; number and within go together')
  return z.NEVER
})

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

function toMatcher(given: z.output<typeof operatorFields>): Matcher | null {
  const { equals, oneOf, contains, startsWith, endsWith, regex, number, within, any, absent } = given
  const { length } = Object.keys(given)
  if (number !== undefined && within !== undefined) return length === 2 ? { number, within } : null
  if (length !== 1) return null
  if (equals !== undefined) return { equals }
  if (oneOf !== undefined) return { oneOf }
  if (contains !== undefined) return { contains }
  if (startsWith !== undefined) return { startsWith }
  if (endsWith !== undefined) return { endsWith }
  if (regex !== undefined) return { regex }
  if (any) return { any }
  return absent ? { absent } : null
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const bare = (value: Json): Matcher => ({ equals: value })

/** A bare value means `equals`; a mapping is always a matcher, so that a misspelled one is found. */
const argumentMatcher = z.union([operators, z.array(json).transform(bare), scalar.transform(bare)])
const answerMatcher = z.union([operators, scalar.transform(bare)])

/** `server/tool`. */
export const toolName = z.string().regex(/^[^/\s]+\/\S+$/, 'expected server/tool')

const expectedCall = z.strictObject({
  tool: toolName,
  args: z.record(z.string(), argumentMatcher).default({}),
  alternatives: z.array(toolName).default([]),
}) satisfies z.ZodType<ExpectedCall>

export const expectation = z
  .strictObject({
    calls: z.array(expectedCall).nullable().default(null),
    match: z.enum(['exact', 'any-order', 'subset', 'superset']).default('subset'),
    forbid: z.array(toolName).default([]),
    answer: z.union([z.array(answerMatcher), answerMatcher.transform((matcher) => [matcher])]).default([]),
  })
  .refine(
    ({ calls, forbid, answer }) => calls !== null || forbid.length > 0 || answer.length > 0,
    'expects nothing: add calls, forbid or answer',
  ) satisfies z.ZodType<Expectation>

import { Ajv2020 } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'
import { z } from 'zod'
import { readDate, readDuration } from '../domain/date.ts'
import type { Json, JsonObject } from '../domain/json.ts'
import type { Matcher } from '../domain/suite.ts'
import { json, jsonObject } from './json-schema.ts'

const duration = 'expected a duration such as 90s, 15m, 2h, 3d or 1w'

/** What editors know of `toMatcher`: one key, or two that go together. */
const oneMatcher = [
  ...[
    ...['equals', 'oneOf', 'contains', 'startsWith', 'endsWith', 'regex', 'jsonSubset', 'jsonSchema'],
    ...['anyOf', 'not', 'any', 'absent'],
  ].map((name) => ({ required: [name], maxProperties: 1 })),
  {
    required: ['number', 'within'],
    maxProperties: 2,
    properties: { within: { type: 'number' } },
  },
  {
    required: ['date'],
    propertyNames: { enum: ['date', 'within'] },
    properties: { within: { type: 'string', pattern: '^\\d+(?:\\.\\d+)?[smhdw]$' } },
  },
]

const operatorFields = z.strictObject({
  equals: json.optional(),
  oneOf: z.array(json).min(1).optional(),
  contains: z.string().optional(),
  startsWith: z.string().optional(),
  endsWith: z.string().optional(),
  regex: z
    .string()
    .refine(
      isRegex,
      'not a regular expression as RE2 has them: no look-around, no \\1; `not` says what must not match',
    )
    .optional(),
  number: z.number().optional(),
  date: z
    .string()
    .refine((text) => readDate(text) !== null, 'expected a date or a time as ISO 8601 has them')
    .meta({ pattern: '\\d{4}' })
    .optional(),
  within: z
    .union([
      z.number().nonnegative('must not be negative'),
      z.string().refine((text) => readDuration(text) !== null, duration),
    ])
    .optional(),
  jsonSubset: json.optional(),
  jsonSchema: jsonObject.refine(isSchema, 'not a JSON Schema (2020-12)').optional(),
  get anyOf(): z.ZodOptional<z.ZodArray<typeof argumentMatcher>> {
    return z.array(argumentMatcher).min(1).optional()
  },
  get not(): z.ZodOptional<typeof argumentMatcher> {
    return argumentMatcher.optional()
  },
  any: z.literal(true).optional(),
  absent: z.literal(true).optional(),
})

type Given = z.output<typeof operatorFields>

const operators: z.ZodType<Matcher> = operatorFields
  .meta({ oneOf: oneMatcher })
  .transform((given, context): Matcher => {
    const matcher = toMatcher(given)
    if (matcher) return matcher
    if (context.issues.length > 0) return z.NEVER
    context.addIssue('expected one matcher, such as { endsWith: … }; number and within go together')
    return z.NEVER
  })

function isRegex(source: string): boolean {
  try {
    RE2JS.compile(source)
    return true
  } catch {
    return false
  }
}

function isSchema(schema: JsonObject): boolean {
  try {
    new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(schema)
    return true
  } catch {
    return false
  }
}

function toMatcher(given: Given): Matcher | null {
  const { number, date, within, ...rest } = given
  const { length } = Object.keys(given)
  if (typeof number === 'number' && typeof within === 'number')
    return length === 2 ? { number, within } : null
  if (date !== undefined && typeof within !== 'number')
    return length === (within === undefined ? 1 : 2)
      ? { date, within: within === undefined ? null : readDuration(within) }
      : null
  return length === 1 ? single(rest) : null
}

function single(given: Omit<Given, 'number' | 'date' | 'within'>): Matcher | null {
  const {
    equals,
    oneOf,
    contains,
    startsWith,
    endsWith,
    regex,
    jsonSubset,
    jsonSchema,
    anyOf,
    not,
    any,
    absent,
  } = given
  if (equals !== undefined) return { equals }
  if (oneOf !== undefined) return { oneOf }
  if (contains !== undefined) return { contains }
  if (startsWith !== undefined) return { startsWith }
  if (endsWith !== undefined) return { endsWith }
  if (regex !== undefined) return { regex }
  if (jsonSubset !== undefined) return { jsonSubset }
  if (jsonSchema !== undefined) return { jsonSchema }
  if (anyOf !== undefined) return { anyOf }
  if (not !== undefined) return { not }
  if (any) return { any }
  return absent ? { absent } : null
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const bare = (value: Json): Matcher => ({ equals: value })
/** What a number that no double holds is read as. */
const exactNumber = z.strictObject({ $number: z.string() }).transform(bare)

/** A bare value means `equals`; a mapping is always a matcher, so that a misspelled one is found. */
export const argumentMatcher = z.union([
  operators,
  z.array(json).transform(bare),
  scalar.transform(bare),
  exactNumber,
])
export const answerMatcher = z.union([operators, scalar.transform(bare), exactNumber])

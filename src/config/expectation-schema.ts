import { z } from 'zod'
import type { Expectation, ExpectedCall } from '../domain/suite.ts'
import { jsonObject } from './json-schema.ts'
import { answerMatcher, argumentMatcher } from './matcher-schema.ts'
import { toolName } from './tool-name.ts'
import { words } from './words.ts'

const args = z.record(z.string(), argumentMatcher).default({})

const expectedCall = z
  .strictObject({
    tool: toolName,
    args,
    id: z.string().min(1).optional(),
    after: z.array(z.string().min(1)).optional(),
    alternatives: z.array(z.union([toolName, z.strictObject({ tool: toolName, args })])).default([]),
  })
  .transform(({ alternatives, after, ...call }): ExpectedCall => {
    const names = alternatives.filter((each) => typeof each === 'string')
    const calls = alternatives.filter((each) => typeof each !== 'string')
    return {
      ...call,
      ...(after && { after }),
      alternatives: names,
      ...(calls.length > 0 && { alternativeCalls: calls }),
    }
  })

/** A call that the runner makes. */
export const fixedCall = z.strictObject({ tool: toolName, args: jsonObject.default({}) })

const oneOrMore = z.union([z.array(answerMatcher), answerMatcher.transform((matcher) => [matcher])])

const rubric = z.strictObject({
  rubric: words,
  examples: z
    .array(z.strictObject({ answer: z.string(), verdict: z.enum(['pass', 'fail']) }))
    .refine(hasBoth, 'expected at least one example that passes and one that fails')
    .meta({
      allOf: ['pass', 'fail'].map((verdict) => ({
        contains: { properties: { verdict: { const: verdict } } },
      })),
    }),
  agreement: z.number().min(0).max(1).default(0.8),
  votes: z.int().min(1).max(9).default(3),
})

function hasBoth(examples: readonly { readonly verdict: string }[]): boolean {
  return new Set(examples.map(({ verdict }) => verdict)).size === 2
}

const jsonList = z.string().refine(isJsonText, 'expected a JSON text').meta({ pattern: '^\\s*\\[' })

const bfcl = z.strictObject({
  category: z.string().min(1),
  language: z.enum(['python', 'java', 'javascript']),
  functions: jsonList,
  answers: jsonList,
  mode: z.enum(['bfcl', 'default']).optional(),
})

function isJsonText(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

const somethingExpected = [
  { required: ['calls'], properties: { calls: { type: 'array' } } },
  ...['forbid', 'state'].map((name) => ({ required: [name], properties: { [name]: { minItems: 1 } } })),
  { required: ['answer'], properties: { answer: { not: { type: 'array', maxItems: 0 } } } },
  { required: ['judge'] },
  { required: ['bfcl'] },
]

/** `after` counts in this mode alone. */
const hasWaitingCall = {
  required: ['calls'],
  properties: { calls: { type: 'array', contains: { required: ['after'] } } },
}
const inPartialOrder = { required: ['match'], properties: { match: { const: 'partial-order' } } }

export const expectation = z
  .strictObject({
    calls: z.array(expectedCall).nullable().default(null),
    match: z.enum(['exact', 'any-order', 'subset', 'superset', 'partial-order']).default('subset'),
    extraReads: z.boolean().optional(),
    forbid: z.array(toolName).default([]),
    answer: oneOrMore.default([]),
    state: z.array(fixedCall.extend({ result: oneOrMore })).optional(),
    judge: rubric.optional(),
    bfcl: bfcl.optional(),
  })
  .refine(
    ({ calls, forbid, answer, state = [], judge, bfcl }) =>
      calls !== null || forbid.length > 0 || answer.length > 0 || state.length > 0 || judge || bfcl,
    'expects nothing: add calls, forbid, answer, state, judge or bfcl',
  )
  .meta({ allOf: [{ anyOf: somethingExpected }, { anyOf: [inPartialOrder, { not: hasWaitingCall }] }] })
  .transform(withoutUndefined) satisfies z.ZodType<Expectation>

/** What is not written is not there: an older truth keeps its hash. */
function withoutUndefined<T extends { state?: Expectation['state'] | undefined }>({ state, ...rest }: T) {
  return { ...rest, ...(state && { state }) }
}

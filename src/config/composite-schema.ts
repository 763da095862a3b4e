import { z } from 'zod'
import type { Composite } from '../domain/action.ts'
import type { JsonObject } from '../domain/json.ts'
import { json } from './json-schema.ts'
import { toolName } from './tool-name.ts'

const jsonObject = z.record(z.string(), json)
const rule = z.enum(['stop', 'continue', 'undo'])
const name = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'expected letters, digits, hyphens and underscores')

const condition = z
  .strictObject({
    value: z.string().min(1),
    equals: json.optional(),
    contains: json.optional(),
    exists: z.boolean().optional(),
  })
  .refine(
    ({ equals, contains, exists }) =>
      [equals, contains, exists].filter((each) => each !== undefined).length === 1,
    'expected one of equals, contains and exists',
  )
  .meta({ oneOf: ['equals', 'contains', 'exists'].map((name) => ({ required: [name] })) })

const call = { call: toolName, args: jsonObject.default({}) }

const step = z.strictObject({
  ...call,
  id: name.optional(),
  when: z.union([z.array(condition), condition.transform((one) => [one])]).default([]),
  onFailure: rule.optional(),
  undo: z.strictObject(call).optional(),
})

const action = z
  .strictObject({
    name,
    description: z.string().min(1),
    /** JSON Schemas by name. */
    parameters: z.record(name, jsonObject).default({}),
    optional: z.array(z.string()).default([]),
    steps: z.array(step).min(1),
    onFailure: rule,
    result: json.optional(),
  })
  .transform(({ parameters, optional, steps, ...rest }) => ({
    ...rest,
    inputSchema: inputSchema(parameters, optional),
    steps: steps.map((each, index) => ({ ...each, id: each.id ?? `step${index + 1}` })),
  }))

function inputSchema(
  properties: Readonly<Record<string, JsonObject>>,
  optional: readonly string[],
): JsonObject {
  const required = Object.keys(properties).filter((each) => !optional.includes(each))
  return { type: 'object', properties, required, additionalProperties: false }
}

/** `composite` of a toolset. */
export const compositeSchema = z.strictObject({
  actions: z.array(action).min(1),
  tools: z.array(toolName).default([]),
}) satisfies z.ZodType<Composite>

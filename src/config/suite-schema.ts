import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { expectation, fixedCall } from './expectation-schema.ts'
import { suiteToolsetSchema } from './toolset.ts'
import { words } from './words.ts'

// Names and ids are typed on command lines and joined by slashes.
const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'expected letters, digits, dots, hyphens and underscores')

/** Within the workspace: relative, and never out of it. */
const fixturePath = z
  .string()
  .refine(
    (path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..') && path !== '',
    'expected a path within the workspace',
  )
  .meta({ pattern: '^(?!/)(?![\\s\\S]*(?:^|[\\\\/])\\.\\.(?:[\\\\/]|$))[\\s\\S]' })
const limit = z.number().positive().optional()

const caseSchema = z.strictObject({
  id: identifier,
  prompt: z.union([words, z.array(words).min(1)]),
  setup: z.array(fixedCall).optional(),
  teardown: z.array(fixedCall).optional(),
  fixtures: z.record(fixturePath, z.string()).optional(),
  budget: z.strictObject({ steps: limit, calls: limit, tokens: limit, seconds: limit }).optional(),
  expect: expectation,
  writes: z.boolean().default(false),
  draft: z.boolean().default(false),
  tags: z.array(z.string().min(1)).default([]),
})

/** A rubric is put to a model, which the suite names. */
const hasRubric = {
  required: ['cases'],
  properties: {
    cases: { contains: { properties: { expect: { required: ['judge'] } }, required: ['expect'] } },
  },
}

export const suiteSchema = z
  .strictObject({
    suite: identifier,
    toolset: z.union([z.string(), suiteToolsetSchema]),
    policies: z.array(z.string().min(1)).default([]),
    judge: z.string().min(1).optional(),
    cases: z.array(caseSchema).min(1),
  })
  .meta({ anyOf: [{ required: ['judge'] }, { not: hasRubric }] })

export type WrittenSuite = z.output<typeof suiteSchema>
export type WrittenCase = WrittenSuite['cases'][number]

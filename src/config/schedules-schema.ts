import { z } from 'zod'
import { parseTimeSpan, timeSpanExpected } from './time-span.ts'

const text = z.string().min(1)
const texts = z.array(text).min(1)
const count = z.int().min(1)

const spanBy = (parse: (text: string) => number | null) =>
  z.string().transform((written, context) => {
    const ms = parse(written)
    if (ms === null) context.addIssue({ code: 'custom', message: timeSpanExpected })
    return ms ?? 0
  })
const span = spanBy(parseTimeSpan)
/** `0s` says that there is none. */
const jitter = spanBy((text) => (/^0[smh]$/.test(text) ? 0 : parseTimeSpan(text)))

const shard = z.string().refine((written) => {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(written)?.map(Number) ?? []
  return index !== undefined && of !== undefined && index >= 1 && index <= of
}, 'expected a shard: 1/3, 2/3 or 3/3')

/** Of a run whose schedule does not say: a hanging one is over before the next night. */
const defaultTimeLimitMs = 8 * 3600e3

const webhook = z.strictObject({
  url: text,
  format: z.enum(['json', 'slack']).default('json'),
  when: z.enum(['regressed', 'not passed', 'always']).default('regressed'),
})

const file = text.optional()

const schedule = z.strictObject({
  suites: texts.optional(),
  fromChains: text.optional(),
  cron: text.optional(),
  timezone: text.default('UTC'),
  jitter: jitter.default(0),
  on: z.literal('drift').optional(),
  models: texts.optional(),
  exposures: texts.optional(),
  trials: count.optional(),
  concurrency: count.optional(),
  seed: z.int().optional(),
  shard: shard.optional(),
  budget: z.strictObject({ usd: z.number().positive().optional(), tokens: count.optional() }).default({}),
  cache: z.boolean().default(false),
  trialTimeout: span.optional(),
  timeLimit: span.default(defaultTimeLimitMs),
  stream: z.boolean().default(true),
  gate: z.union([z.boolean(), z.literal('strict')]).default(true),
  baseline: text.optional(),
  reports: z.strictObject({ junit: file, json: file, html: file, markdown: file, sarif: file }).default({}),
  webhooks: z.array(webhook).default([]),
})

/** The section `schedules` of calltrail.yaml. */
export const schedulesSchema = z.record(z.string(), schedule)

export type WrittenSchedule = z.output<typeof schedule>

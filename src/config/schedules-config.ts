import { normalize, resolve } from 'node:path'
import { z } from 'zod'
import type { Schedule, Webhook } from '../domain/schedule.ts'
import { describeError, type Problem, UsageError } from '../errors.ts'
import { createExpander, type Variables } from './expand-variables.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { parseTimeSpan, timeSpanExpected } from './time-span.ts'
import { formatPath } from './validate.ts'

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

const fileName = /^[A-Za-z0-9][\w-]{0,63}$/

/** The section `schedules` of calltrail.yaml. */
export const schedulesSchema = z.record(z.string(), schedule)

type Written = z.output<typeof schedule>

/** What calltrail.yaml says of schedules, not looked at closely yet. */
export type ScheduleEntries = {
  readonly document: LocatedDocument
  readonly written: z.output<typeof schedulesSchema>
} | null

export const noSchedules: ScheduleEntries = null

/**
 * Expands variables and looks at times and addresses. Throws a `UsageError` with all that is wrong with them; it quotes no
 * address, which is a secret.
 */
export async function defineSchedules(
  entries: ScheduleEntries,
  variables: Variables,
): Promise<readonly Schedule[]> {
  if (entries === null) return []
  const { document, written } = entries
  const all = Object.entries(written)
  const found = await Promise.all(all.map(([name, each]) => mistakes(each, ['schedules', name])))
  const expand = createExpander(document, variables)
  const schedules = all.map(([name, each]) =>
    defineSchedule(name, each, document, (value, path) => expand.text(value, path)),
  )
  // One with a variable that is not set is no address yet.
  const addresses = schedules.flatMap(({ name, webhooks }) =>
    webhooks.flatMap(({ url }, index) =>
      expand.problems.length > 0 ? [] : addressMistake(url, ['schedules', name, 'webhooks', index, 'url']),
    ),
  )
  const mistaken = [...found.flat(), ...addresses].map(({ path, message, hint }): Problem => {
    return {
      location: document.locate(path),
      message: `${formatPath(path)}: ${message}`,
      ...(hint && { hint }),
    }
  })
  const problems = [...mistaken, ...expand.problems]
  if (problems.length > 0) throw new UsageError(problems)
  return schedules
}

function defineSchedule(
  name: string,
  { suites = [], cron, timezone, jitter, on, gate, reports, webhooks, ...options }: Written,
  { folder }: LocatedDocument,
  expand: (value: string, path: DocumentPath) => string,
): Schedule {
  const { trialTimeout, timeLimit, ...told } = options
  const files = Object.entries(reports).flatMap(([format, path]) =>
    path === undefined ? [] : [[format, resolve(folder, path)] as const],
  )
  return {
    ...{ name, cron: cron ?? null, timezone, jitterMs: jitter, onDrift: on === 'drift' },
    eval: {
      suites: suites.map((pattern) => resolve(folder, pattern)),
      ...told,
      trialTimeoutMs: trialTimeout,
      timeLimitMs: timeLimit,
      gate: gate === 'strict' ? 'strict' : gate ? 'on' : 'off',
      reports: Object.fromEntries(files),
    },
    webhooks: webhooks.map(({ url, ...each }, index): Webhook => {
      const path = ['schedules', name, 'webhooks', index]
      return { ...each, label: formatPath(path), url: expand(url, [...path, 'url']) }
    }),
  }
}

interface Found {
  readonly path: DocumentPath
  readonly message: string
  readonly hint?: string
}

async function mistakes(
  { cron, timezone, on, gate, webhooks, suites, fromChains, shard, cache, baseline, reports }: Written,
  path: DocumentPath,
): Promise<readonly Found[]> {
  const never = cron === undefined && on === undefined
  const idle = gate ? [] : webhooks.flatMap(({ when }, index) => (when === 'regressed' ? [index] : []))
  const isName = fileName.test(String(path.at(-1)))
  return [
    ...(isName
      ? []
      : [{ path, message: 'expected a name of letters, digits, _ and -, up to 64', hint: 'as in nightly' }]),
    ...(never
      ? [{ path, message: 'it would never run', hint: 'set cron: "0 3 * * *", or on: drift, or both' }]
      : []),
    ...(suites === undefined && fromChains === undefined
      ? [{ path, message: 'it would play nothing', hint: 'set suites: [suites/], or fromChains: since=1d' }]
      : []),
    ...(suites === undefined && on === 'drift'
      ? [
          {
            path: [...path, 'on'],
            message: 'only suites say which tool definitions it is about',
            hint: 'name suites too',
          },
        ]
      : []),
    ...(shard !== undefined && (gate || baseline !== undefined)
      ? [
          {
            path: [...path, 'shard'],
            message: 'a shard cannot be compared: a baseline is compared with the whole run',
            hint: 'set gate: false and no baseline; when all are played: calltrail eval --resume RUN --gate',
          },
        ]
      : []),
    ...(cache && (gate || baseline !== undefined)
      ? [
          {
            path: [...path, 'cache'],
            message: 'answers of earlier runs cannot be compared with a baseline',
            hint: 'leave cache out, or set gate: false and no baseline',
          },
        ]
      : []),
    ...sharedFiles(reports, [...path, 'reports']),
    ...zoneMistake(timezone, [...path, 'timezone']),
    ...(cron === undefined ? [] : await cronMistake(cron, [...path, 'cron'])),
    ...idle.map((index) => ({
      path: [...path, 'webhooks', index],
      message: 'it would never be told: nothing is found to have regressed without the gate',
      hint: 'leave gate: false out, or set when: not passed',
    })),
  ]
}

/** The second report would take the place of the first. */
function sharedFiles(reports: Written['reports'], path: DocumentPath): readonly Found[] {
  const written = Object.entries(reports)
  return written.flatMap(([format, file], index) => {
    const other = written
      .slice(0, index)
      .find(([, earlier]) => file !== undefined && normalize(earlier ?? '') === normalize(file))
    const message = `the ${other?.[0]} report is written to this file as well`
    return other ? [{ path: [...path, format], message, hint: 'give each report a file of its own' }] : []
  })
}

function zoneMistake(timezone: string, path: DocumentPath): readonly Found[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    return []
  } catch {
    const message = `expected a time zone by its IANA name, found ${JSON.stringify(timezone.slice(0, 60))}`
    return [{ path, message, hint: 'as in Europe/Berlin, America/New_York or UTC' }]
  }
}

async function cronMistake(cron: string, path: DocumentPath): Promise<readonly Found[]> {
  const { Cron } = await import('croner')
  const found = (what: string): readonly Found[] => [
    {
      path,
      message: `expected minute, hour, day of month, month and day of week, found ${JSON.stringify(cron.slice(0, 60))}${what}`,
      hint: 'as in "30 2 * * 1-5" (half past two, Monday to Friday) or "@daily"',
    },
  ]
  try {
    const next = new Cron(cron, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun()
    return next ? [] : found(', which never comes')
  } catch (error) {
    return found(` (${describeError(error).replace(/^CronPattern: /, '')})`)
  }
}

function addressMistake(url: string, path: DocumentPath): readonly Found[] {
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  return isAddress
    ? []
    : [
        {
          path,
          message: 'expected an http or https address',
          hint: 'what it holds is not shown: it may be a secret',
        },
      ]
}

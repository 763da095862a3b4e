import { resolve } from 'node:path'
import type { z } from 'zod'
import type { Schedule, Webhook } from '../domain/schedule.ts'
import { type Problem, UsageError } from '../errors.ts'
import { createExpander, type Variables } from './expand-variables.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { addressMistake, scheduleMistakes } from './schedule-mistakes.ts'
import type { schedulesSchema, WrittenSchedule } from './schedules-schema.ts'
import { formatPath } from './validate.ts'

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
  const found = await Promise.all(all.map(([name, each]) => scheduleMistakes(each, ['schedules', name])))
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
  { suites = [], cron, timezone, jitter, on, gate, reports, webhooks, ...options }: WrittenSchedule,
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

import { normalize } from 'node:path'
import { describeError } from '../errors.ts'
import type { DocumentPath } from './located-document.ts'
import type { WrittenSchedule } from './schedules-schema.ts'

const fileName = /^[A-Za-z0-9][\w-]{0,63}$/

export interface Mistake {
  readonly path: DocumentPath
  readonly message: string
  readonly hint?: string
}

export async function scheduleMistakes(
  {
    cron,
    timezone,
    on,
    gate,
    webhooks,
    suites,
    fromChains,
    shard,
    cache,
    baseline,
    reports,
  }: WrittenSchedule,
  path: DocumentPath,
): Promise<readonly Mistake[]> {
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
function sharedFiles(reports: WrittenSchedule['reports'], path: DocumentPath): readonly Mistake[] {
  const written = Object.entries(reports)
  return written.flatMap(([format, file], index) => {
    const other = written
      .slice(0, index)
      .find(([, earlier]) => file !== undefined && normalize(earlier ?? '') === normalize(file))
    const message = `the ${other?.[0]} report is written to this file as well`
    return other ? [{ path: [...path, format], message, hint: 'give each report a file of its own' }] : []
  })
}

function zoneMistake(timezone: string, path: DocumentPath): readonly Mistake[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    return []
  } catch {
    const message = `expected a time zone by its IANA name, found ${JSON.stringify(timezone.slice(0, 60))}`
    return [{ path, message, hint: 'as in Europe/Berlin, America/New_York or UTC' }]
  }
}

async function cronMistake(cron: string, path: DocumentPath): Promise<readonly Mistake[]> {
  const { Cron } = await import('croner')
  const found = (what: string): readonly Mistake[] => [
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

export function addressMistake(url: string, path: DocumentPath): readonly Mistake[] {
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

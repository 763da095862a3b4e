import { Cron } from 'croner'

/**
 * The times of a cron pattern on the clocks of a time zone, in milliseconds since 1970. Where it names its hours, those
 * that the clocks skip in spring are one, the first that they show after it, and one that they show twice in autumn
 * counts once. Where its hour begins with `*`, it goes by what the clocks show: an hour skipped has no times, one shown
 * twice has them twice. This is Vixie cron's rule, but for its minutes: `*` there says nothing of hours.
 */
export class CronTimes {
  readonly #cron: Cron

  constructor(pattern: string, timezone: string) {
    const options = { mode: '5-part', fixedTimeRule: 'no-wildcard', timezone, paused: true } as const
    this.#cron = new Cron(withNamedTimes(pattern), options)
  }

  /** The first after `ms`; null where there is none. */
  after(ms: number): number | null {
    return this.#cron.nextRun(new Date(ms))?.getTime() ?? null
  }

  /** The last that is not after `ms`. */
  upTo(ms: number): number | null {
    // Croner looks before a time, by whole seconds; all of its times are whole minutes.
    const before = new Date(Math.floor(ms / 1000) * 1000 + 1000)
    return this.#cron.previousRuns(1, before)[0]?.getTime() ?? null
  }
}

/** Croner takes a pattern for one of fixed times where neither minutes nor hours have `*` or a step. */
function withNamedTimes(pattern: string): string {
  const [minute, hour, ...days] = pattern.trim().split(/\s+/)
  if (minute === undefined || hour === undefined || /^[*?]/.test(hour)) return pattern
  return [listed(minute, 59), listed(hour, 23), ...days].join(' ')
}

/** `10-30/10` as `10,20,30`; `last` is the last that `*` stands for. */
function listed(field: string, last: number): string {
  return field.replaceAll(
    /(?:[*?]|(\d+)-(\d+))(?:\/(\d+))?/g,
    (_, from = '0', to = `${last}`, step = '1') => {
      const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1
      return Array.from({ length: count }, (_, index) => Number(from) + index * Number(step)).join(',')
    },
  )
}

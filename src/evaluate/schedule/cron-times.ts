import { Cron } from 'croner'

/**
 * The times of a cron pattern on the clocks of a time zone, in milliseconds since 1970. A time that the clocks skip in
 * spring is the first that they show after it; one that they show twice in autumn counts once, unless the pattern names
 * every hour, which goes on through both.
 */
export class CronTimes {
  readonly #cron: Cron

  constructor(pattern: string, timezone: string) {
    this.#cron = new Cron(pattern, { mode: '5-part', timezone, paused: true })
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

import type { Schedule } from '../../../src/domain/schedule.ts'

export function schedule(more: Partial<Schedule> = {}): Schedule {
  return {
    ...{ name: 'nightly', cron: '30 2 * * *', timezone: 'Europe/Berlin', jitterMs: 0, onDrift: false },
    eval: {
      ...{ suites: ['/suites'], stream: true, gate: 'on', reports: {}, budget: {}, cache: false },
      timeLimitMs: 8 * 3600e3,
    },
    webhooks: [],
    ...more,
  }
}

/** Time passes where somebody sleeps, and nowhere else; the signal is aborted when it is over. */
export function clockFrom(start: string, end: string) {
  const controller = new AbortController()
  const [last, begin] = [Date.parse(end), Date.parse(start)]
  let now = begin
  const pass = (ms: number) => {
    now = Math.min(last, now + ms)
    if (now >= last) controller.abort()
  }
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    pass,
    now: () => now,
    sleep: async (ms: number) => pass(ms),
  }
}

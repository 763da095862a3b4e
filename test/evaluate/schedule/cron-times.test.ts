import { describe, expect, test } from 'vitest'
import { CronTimes } from '../../../src/evaluate/schedule/cron-times.ts'
import { seededRandom } from '../../../src/models/baselines/seeded-random.ts'

const minuteMs = 60_000

/** What clocks show, as if it were UTC. */
function clocksOf(zone: string): (ms: number) => number {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  const format = new Intl.DateTimeFormat('sv', { timeZone: zone, ...parts })
  return (ms) => Date.parse(`${format.format(ms).replace(' ', 'T')}Z`)
}

/** By the numbers that a pattern names, so that nothing of the reader of patterns is used here. */
interface Named {
  readonly pattern: string
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
}

const isNamed = ({ minutes, hours }: Named, shown: number) => {
  const time = new Date(shown)
  return minutes.includes(time.getUTCMinutes()) && hours.includes(time.getUTCHours())
}

/** Each minute that passes, and what the clocks had to show before it and did not. */
function walked(named: Named, clocks: (ms: number) => number, from: number, to: number): readonly number[] {
  const goesByClocks = named.pattern.split(' ')[1]?.startsWith('*')
  const [times, seen] = [[] as number[], new Set<number>()]
  let last = clocks(from - minuteMs)
  for (let now = from; now <= to; now += minuteMs) {
    const shown = clocks(now)
    const skipped = Array.from(
      { length: Math.max(0, (shown - last) / minuteMs - 1) },
      (_, each) => last + (each + 1) * minuteMs,
    )
    const isNew = goesByClocks || !seen.has(shown)
    if ((isNamed(named, shown) && isNew) || (!goesByClocks && skipped.some((each) => isNamed(named, each))))
      times.push(now)
    seen.add(shown)
    last = shown
  }
  return times
}

function forwards(times: CronTimes, from: number, to: number): readonly number[] {
  const found: number[] = []
  for (let at = times.after(from - 1); at !== null && at <= to; at = times.after(at)) found.push(at)
  return found
}

function backwards(times: CronTimes, from: number, to: number): readonly number[] {
  const found: number[] = []
  for (let at = times.upTo(to); at !== null && at >= from; at = times.upTo(at - 1)) found.unshift(at)
  return found
}

const every = (step: number, last: number, first = 0) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)

const minutes: readonly (readonly [string, readonly number[]])[] = [
  ['0', [0]],
  ['30', [30]],
  ['0,30', [0, 30]],
  ['10-50/20', [10, 30, 50]],
  ['*/20', every(20, 59)],
  ['*', every(1, 59)],
  ['15,45-47', [15, 45, 46, 47]],
]
const hours: readonly (readonly [string, readonly number[]])[] = [
  ['2', [2]],
  ['2,14', [2, 14]],
  ['0', [0]],
  ['23', [23]],
  ['0-23', every(1, 23)],
  ['1-23/2', every(2, 23, 1)],
  ['*', every(1, 23)],
  ['*/2', every(2, 23)],
  ['*/3', every(3, 23)],
  ['1-3', [1, 2, 3]],
]

const patterns: readonly Named[] = minutes.flatMap(([minute, atMinutes]) =>
  hours.map(([hour, atHours]) => ({
    pattern: `${minute} ${hour} * * *`,
    minutes: atMinutes,
    hours: atHours,
  })),
)

/** Where clocks were turned: forwards and back, by an hour or half of one, at night and at midnight. */
const turns = {
  'Europe/Berlin': ['2026-03-29T01:00Z', '2026-10-25T01:00Z'],
  'America/New_York': ['2026-03-08T07:00Z', '2026-11-01T06:00Z'],
  'Australia/Lord_Howe': ['2026-10-03T15:30Z', '2026-04-04T15:00Z'],
  'America/Sao_Paulo': ['2018-11-04T03:00Z', '2018-02-18T02:00Z'],
  'Asia/Tehran': ['2021-03-21T20:30Z', '2021-09-21T19:30Z'],
}

describe('the times of a pattern are those of a walk through each minute', () => {
  for (const [zone, both] of Object.entries(turns))
    test(`in ${zone}`, () => {
      const [random, clocks] = [seededRandom(1, zone), clocksOf(zone)]
      for (const turn of both) {
        const [from, to] = [Date.parse(turn) - 4 * 3600e3, Date.parse(turn) + 4 * 3600e3]
        const shown = new Map(every(minuteMs, to, from - minuteMs).map((ms) => [ms, clocks(ms)]))
        for (const named of patterns.filter(() => random.chance(0.25))) {
          const expected = walked(named, (ms) => shown.get(ms) ?? Number.NaN, from, to)
          const times = new CronTimes(named.pattern, zone)
          const both = [forwards(times, from, to), backwards(times, from, to)]
          expect({ pattern: named.pattern, turn, both }).toEqual({
            pattern: named.pattern,
            turn,
            both: [expected, expected],
          })
        }
      }
    })
})

describe('when clocks are turned in Berlin', () => {
  const shown = (pattern: string, from: string, to: string) =>
    forwards(new CronTimes(pattern, 'Europe/Berlin'), Date.parse(from), Date.parse(to)).map((ms) =>
      new Date(ms).toISOString().slice(11, 16),
    )
  const spring = (pattern: string) => shown(pattern, '2026-03-28T23:00Z', '2026-03-29T03:59Z')
  const autumn = (pattern: string) => shown(pattern, '2026-10-24T22:00Z', '2026-10-25T02:59Z')

  test('named times that are skipped are one, at once, and those shown twice count once', () => {
    for (const pattern of ['30 2,14 * * *', '0,30 2 * * *', '*/20 2 * * *'])
      expect(spring(pattern)).toEqual(['01:00'])
    expect(autumn('30 2,14 * * *')).toEqual(['00:30'])
    expect(autumn('0,30 2 * * *')).toEqual(['00:00', '00:30'])
    expect(autumn('*/20 2 * * *')).toEqual(['00:00', '00:20', '00:40'])
  })

  test('what goes by the clocks has what they show: every hour is every hour, every other is not', () => {
    expect(spring('0 * * * *')).toEqual(['23:00', '00:00', '01:00', '02:00', '03:00'])
    expect(autumn('0 * * * *')).toEqual(['22:00', '23:00', '00:00', '01:00', '02:00'])
    expect(spring('0 */2 * * *')).toEqual(['23:00', '02:00'])
    expect(autumn('0 */2 * * *')).toEqual(['22:00', '00:00', '01:00'])
  })
})

import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../../src/domain/schedule.ts'
import { dueRun, nextRun } from '../../../src/evaluate/schedule/due.ts'
import { recordOf, type ScheduleRecord } from '../../../src/evaluate/schedule/schedule-record.ts'
import { schedule } from './schedules.ts'

const at = (iso: string) => Date.parse(iso)
const clock = { spread: 'home', isAsked: false }

const record = (since: string, more: Partial<ScheduleRecord> = {}): ScheduleRecord => ({
  ...recordOf(schedule(), {}, at(since)),
  ...more,
})

/** The times at which runs begin between two times, when it is looked every ten minutes. */
function begins(cron: string, timezone: string, from: string, to: string): readonly string[] {
  const each = schedule({ cron, timezone })
  let known = recordOf(each, {}, at(from))
  const found: string[] = []
  for (let now = at(from); now <= at(to); now += 600_000) {
    const due = dueRun(each, known, now, clock)
    if (!due) continue
    found.push(new Date(now).toISOString().slice(0, 16))
    known = { ...known, slot: due.slot }
  }
  return found
}

describe('the clocks of a time zone', () => {
  test('skip a time in spring: the run begins when they go on', () => {
    expect(begins('30 2 * * *', 'Europe/Berlin', '2026-03-28T01:00Z', '2026-03-30T01:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ])
  })

  test('show a time twice in autumn: it begins once', () => {
    expect(begins('30 2 * * *', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-26T02:00Z')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
  })
})

describe('a run is due', () => {
  test('for the newest of the times that were missed, and for that one once', () => {
    const since = record('2026-11-01T00:00Z')
    const slot = '2026-11-21T01:30:00.000Z'
    expect(dueRun(schedule(), since, at('2026-11-21T09:00Z'), clock)).toEqual({ cause: 'time', slot })
    expect(dueRun(schedule(), { ...since, slot }, at('2026-11-21T09:00Z'), clock)).toBeNull()
  })

  test('at its time, to the second, and not before', () => {
    const since = record('2026-11-20T12:00Z')
    expect(dueRun(schedule(), since, at('2026-11-21T01:29:59.999Z'), clock)).toBeNull()
    expect(dueRun(schedule(), since, at('2026-11-21T01:30:00Z'), clock)).not.toBeNull()
  })

  test('for no time before the schedule was first seen, or before its pattern was changed', () => {
    const now = at('2026-11-21T12:00Z')
    expect(dueRun(schedule(), recordOf(schedule(), {}, now), now, clock)).toBeNull()
    const changed = schedule({ cron: '0 11 * * *' })
    const known = recordOf(changed, { nightly: record('2026-11-01T00:00Z') }, now)
    expect(dueRun(changed, known, now, clock)).toBeNull()
    expect(nextRun(changed, known, now, 'home')).toBe(at('2026-11-22T10:00Z'))
  })

  test('where somebody asks and it never ran, for the last time that passed; drift alone is asked for too', () => {
    const now = at('2026-11-21T12:00Z')
    const asked = { ...clock, isAsked: true }
    const first = (each: Schedule) => dueRun(each, recordOf(each, {}, now), now, asked)
    // By that, homes that play shards of it come to the same run.
    expect(first(schedule())).toEqual({ cause: 'first', slot: '2026-11-21T01:30:00.000Z' })
    expect(first(schedule({ cron: null, onDrift: true }))).toEqual({ cause: 'first', slot: null })
  })
})

describe('jitter', () => {
  const late = schedule({ jitterMs: 600_000 })
  const since = record('2026-11-20T12:00Z')
  const slot = at('2026-11-21T01:30Z')
  const offsets = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (spread) => (nextRun(late, since, slot - 1, spread) ?? 0) - slot,
  )

  test('differs between homes, and stays within its bound', () => {
    expect(new Set(offsets).size).toBe(6)
    for (const offset of offsets) expect(offset >= 0 && offset < 600_000).toBe(true)
  })

  test('delays a run by what was announced, and does not delay who asks', () => {
    const begins = slot + (offsets[0] ?? 0)
    const due = (now: number, isAsked = false) => dueRun(late, since, now, { spread: 'a', isAsked })
    expect(due(begins - 1)).toBeNull()
    expect(due(begins)).not.toBeNull()
    expect(due(slot, true)).not.toBeNull()
  })

  test('never passes a time over, however short the pattern is', () => {
    const often = schedule({ cron: '* * * * *', jitterMs: 3_600_000 })
    for (const spread of ['a', 'b', 'c', 'd'])
      expect((nextRun(often, since, slot, spread) ?? 0) - slot).toBeLessThan(120_000)
  })
})

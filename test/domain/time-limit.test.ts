import { getEventListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { TimeLimit, withinTime } from '../../src/domain/time-limit.ts'

/** Until it is told to stop; what it was told. */
const untilStopped = (signal: AbortSignal) =>
  wait(60_000, undefined, { signal }).catch(() => signal.reason as unknown)

describe('work that has so much time', () => {
  test('is told when it is up, and that this is why', async () => {
    const reason = await withinTime(5, untilStopped)
    expect(reason).toBeInstanceOf(TimeLimit)
    expect(reason).toMatchObject({ limitMs: 5, message: 'not done after 0.005 s' })
  })

  test('is told what ended all work, before and while it works', async () => {
    const all = new AbortController()
    const working = withinTime(60_000, untilStopped, all.signal)
    all.abort('enough')
    expect(await working).toBe('enough')
    expect(await withinTime(60_000, async (signal) => signal.reason, all.signal)).toBe('enough')
  })

  test('has it, also where no timer takes so long', async () => {
    const reason = await withinTime(2 ** 31, async (signal) => wait(20).then(() => signal.reason))
    expect(reason).toBeUndefined()
  })

  test('leaves nothing on the signal of all work, however it ends', async () => {
    const { signal } = new AbortController()
    const begun = Array.from({ length: 100 }, (_, index) =>
      withinTime(60_000, async () => wait(1).then(() => index), signal),
    )
    expect(getEventListeners(signal, 'abort')).toHaveLength(100)
    expect(await Promise.all(begun)).toHaveLength(100)
    await expect(withinTime(60_000, () => Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

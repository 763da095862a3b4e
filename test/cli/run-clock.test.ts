import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runClock } from '../../src/cli/run-clock.ts'
import { TimeLimit } from '../../src/domain/time-limit.ts'

const { signal: never } = new AbortController()

test('a run whose trials are over is not late, however long what comes after them takes', async () => {
  const [late, done] = [runClock(never, 5), runClock(never, 5)]
  done.stop()
  while (!late.signal.aborted) await wait(1)
  await wait(1)
  expect(late.signal.reason).toBeInstanceOf(TimeLimit)
  expect(done.signal.aborted).toBe(false)
})
